"""Measures the face check on labelled pictures: everybody takes a turn on the no-publish list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules import faces as limits
from moderation.rules.findings import Kind
from moderation.rules.measuring import STEPS, Advice, Figures, Look, advise, by_size, figures
from moderation.services.files import NotUsable
from moderation.services.looking import Looker

REFERENCES = (1, 3)  # how many reference photos a listed person has
LISTED = 20  # people on the list at once, or half of all if they are fewer
REPEATS = 3  # how often everybody takes a turn, each time with other references and other people on the list
Reference = tuple[str, NDArray[np.float32]]  # picture and encoding
WORST_FIRST = (Kind.FACE_MATCH, Kind.FACE_POSSIBLE, Kind.FACE_UNCLEAR, Kind.FACE_OTHER)


@dataclass(frozen=True, eq=False)
class Shown:
    """One picture of one person. No quality: no face was found. No encoding (128,): the face says too little."""

    person: str
    picture: str
    quality: limits.Quality | None
    encoding: NDArray[np.float32] | None


@dataclass(frozen=True)
class Measured:
    """What came of it with so many reference photos; `longest` is the length of the longest list."""

    references: int
    people: int
    longest: int
    rows: tuple[Figures, ...]
    sizes: dict[str, tuple[Figures, ...]]
    advice: Advice


def read(folder: Path, looker: Looker, watch: Callable[[int, int], None]) -> tuple[list[Shown], list[str]]:
    """Each usable picture, detected and encoded once, and a sentence for each that is no use. Raises NotUsable.

    `watch` is told how many pictures of how many are done.
    """
    people, problems = _people(folder)
    paths = [(person, path) for person, own in people.items() for path in own]
    try:
        engine = looker.faces
    except faces.ModelMissing as error:
        raise NotUsable(f"Faces cannot be compared. {error}") from error
    shown: dict[str, Shown] = {}
    for done, (person, path) in enumerate(paths, start=1):
        try:
            digest, one = _show(engine, person, path)
            if digest in shown:  # as reference and as probe it would make the check look better than it is
                raise NotUsable(f"{one.picture}: It is the same picture as {shown[digest].picture}.")
            shown[digest] = one
        except NotUsable as problem:
            problems.append(str(problem))
        watch(done, len(paths))
    return list(shown.values()), problems


def _people(folder: Path) -> tuple[dict[str, list[Path]], list[str]]:
    if not folder.is_dir():
        raise NotUsable(f"{folder}: there is no such folder.")
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    people = {
        path.name: sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
        for path in inside
        if path.is_dir()
    }
    if len(people) < 2:
        raise NotUsable(
            f"{folder}: it takes at least two people, each with a folder of pictures; there is "
            f"{'one' if people else 'none'}."
        )
    problems = [f"{person}: there is no picture in this folder." for person, own in people.items() if not own]
    return people, problems + [f"{path.name}: It is in nobody's folder." for path in inside if not path.is_dir()]


def _show(engine: faces.FaceEngine, person: str, path: Path) -> tuple[str, Shown]:
    """The picture's digest, and the face that is meant in it. Raises NotUsable."""
    name = f"{person}/{path.name}"
    try:
        picture = pictures.ingest(path.read_bytes())
    except pictures.NotUsable as error:
        raise NotUsable(f"{name}: {error}") from error
    except OSError as error:
        raise NotUsable(f"{name}: The file cannot be read.") from error
    rgb = pictures.pixels(picture.jpeg)
    found = faces.meant(engine.find(rgb), picture.width, picture.height)
    if len(found) > 1:
        raise NotUsable(f"{name}: It shows {len(found)} faces, so it is not known which of them is meant.")
    if not found:
        return picture.digest, Shown(person, name, None, None)
    quality = found[0].quality
    encoding = None if limits.unusable(quality) else engine.encode(rgb, found)[0]
    return picture.digest, Shown(person, name, quality, encoding)


def measure(shown: Sequence[Shown]) -> list[Measured]:
    """One answer for each number of references that the pictures allow. Raises NotUsable if they allow none."""
    people: dict[str, list[Shown]] = {}
    for one in shown:
        people.setdefault(one.person, []).append(one)
    measured = []
    for references in REFERENCES:
        rounds = list(_rounds(people, references))
        if not rounds:
            continue
        looks = [look for gallery, probes in rounds for look in _looks(gallery, probes)]
        turns = len({person for gallery, _ in rounds for person in gallery.people})
        longest = max(len(gallery) for gallery, _ in rounds)
        rows = figures(looks)
        measured.append(Measured(references, turns, longest, rows, by_size(looks), advise(rows, turns)))
    if not measured:
        raise NotUsable(
            "Nothing can be measured: it takes two people with pictures, one of them with two pictures or more, "
            "of which one shows a face large and sharp enough to be a reference."
        )
    return measured


def _rounds(people: Mapping[str, list[Shown]], references: int) -> Iterator[tuple[Gallery, list[Shown]]]:
    """The list of each round, and the pictures that are not references in it."""
    rng = np.random.default_rng(references)  # the same pictures give the same figures
    fit = {
        person: [
            (own[i].picture, encoding) for i in rng.permutation(len(own)) if (encoding := own[i].encoding) is not None
        ]
        for person, own in people.items()
    }
    turns = [person for person, own in people.items() if len(own) > references and len(fit[person]) >= references]
    if len(people) < 2 or not turns:
        return
    lists = -(-len(turns) // min(LISTED, len(people) // 2))
    for repeat in range(REPEATS):
        for listed in np.array_split(rng.permutation(len(turns)), lists):
            chosen = {turns[i]: _chosen(fit[turns[i]], references, repeat) for i in listed}
            gallery = Gallery.build({person: [encoding for _, encoding in own] for person, own in chosen.items()})
            taken = {picture for own in chosen.values() for picture, _ in own}
            yield gallery, [one for own in people.values() for one in own if one.picture not in taken]


def _chosen(fit: Sequence[Reference], references: int, repeat: int) -> list[Reference]:
    """So many references, others in each repeat as far as there are others."""
    return [fit[(repeat * references + i) % len(fit)] for i in range(references)]


def _looks(gallery: Gallery, shown: Sequence[Shown]) -> Iterator[Look]:
    for one in shown:
        near = [] if one.encoding is None else gallery.compare(one.encoding, max(STEPS))[0]
        kinds = tuple(_said(one, near, gallery, wider) for wider in STEPS)
        height = one.quality.height if one.quality else None
        yield Look(one.person, one.picture, one.person in gallery.people, height, kinds)


def _said(one: Shown, near: Sequence[limits.Candidate], gallery: Gallery, wider: float) -> Kind:
    """The heaviest thing said: of themselves for a person on the list, of anybody on it for another."""
    if one.quality is None:
        return Kind.FACE_OTHER
    judgements = faces.with_lookalikes(limits.judge(one.quality, near, len(gallery), wider), gallery)
    own = one.person if one.person in gallery.people else None
    said = {judgement.kind for judgement in judgements if own is None or judgement.subject in (None, own)}
    return next((kind for kind in WORST_FIRST if kind in said), Kind.FACE_OTHER)
