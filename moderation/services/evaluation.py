"""Measures the face check on labelled pictures: everybody takes a turn on the no-publish list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules import faces as limits
from moderation.rules.findings import Kind
from moderation.rules.measuring import STEPS, Look, Measured, by_size, figures
from moderation.services.files import NotUsable
from moderation.services.looking import Looker

REFERENCES = (1, 3)  # how many reference photos a listed person has
LISTED = 20  # people on the list at once, or half of all if they are fewer
SMALLER = (25, 35, 50, 70, 95)  # heights of faces, in pixels, in pictures made smaller
REPEATS = 3  # how often everybody takes a turn, each time with other references and other people on the list
Reference = tuple[str, NDArray[np.float32]]  # picture and encoding
WORST_FIRST = (Kind.FACE_MATCH, Kind.FACE_POSSIBLE, Kind.FACE_UNCLEAR, Kind.FACE_OTHER)


@dataclass(frozen=True, eq=False)
class Shown:
    """One picture of one person. No quality: no face was found. No encoding (128,): the face says too little.

    `smaller`: it was made so much smaller that its face is about so many pixels high; 0 for the picture as it is.
    """

    person: str
    picture: str
    quality: limits.Quality | None
    encoding: NDArray[np.float32] | None
    smaller: int = 0

    @property
    def height(self) -> int | None:
        return self.quality.height if self.quality else self.smaller or None


def read(
    folder: Path, looker: Looker, watch: Callable[[int, int], None], smaller: bool = False
) -> tuple[list[Shown], list[str]]:
    """Each usable picture, detected and encoded once, and a sentence for each that is no use. Raises NotUsable.

    `watch` is told how many pictures of how many are done. With `smaller`, each is there in smaller sizes as well.
    """
    people, problems = _people(folder)
    paths = [(person, path) for person, own in people.items() for path in own]
    try:
        engine = looker.faces
    except faces.ModelMissing as error:
        raise NotUsable(f"Faces cannot be compared. {error}") from error
    shown: dict[str, list[Shown]] = {}
    for done, (person, path) in enumerate(paths, start=1):
        try:
            picture = _open(person, path)
            if picture.digest in shown:  # as reference and as probe it would make the check look better than it is
                same = shown[picture.digest][0].picture
                raise NotUsable(f"{person}/{path.name}: It is the same picture as {same}.")
            shown[picture.digest] = _show(engine, person, f"{person}/{path.name}", picture, smaller)
        except NotUsable as problem:
            problems.append(str(problem))
        watch(done, len(paths))
    return [one for sizes in shown.values() for one in sizes], problems


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


def _open(person: str, path: Path) -> pictures.Photo:
    try:
        return pictures.ingest(path.read_bytes())
    except pictures.NotUsable as error:
        raise NotUsable(f"{person}/{path.name}: {error}") from error
    except OSError as error:
        raise NotUsable(f"{person}/{path.name}: The file cannot be read.") from error


def _show(engine: faces.FaceEngine, person: str, name: str, picture: pictures.Photo, smaller: bool) -> list[Shown]:
    """The face that is meant, in the picture as it is and in smaller ones. Raises NotUsable."""
    found, encoding = _face(engine, picture.jpeg)
    if len(found) > 1:
        raise NotUsable(f"{name}: It shows {len(found)} faces, so it is not known which of them is meant.")
    if not found:
        return [Shown(person, name, None, None)]
    sizes = [Shown(person, name, found[0].quality, encoding)]
    height, longest = found[0].quality.height, max(picture.width, picture.height)
    for target in SMALLER if smaller else ():
        if target < height:
            again, encoding = _face(engine, pictures.preview(picture.jpeg, round(longest * target / height)))
            sizes.append(Shown(person, name, again[0].quality if again else None, encoding, target))
    return sizes


def _face(engine: faces.FaceEngine, jpeg: bytes) -> tuple[list[faces.Face], NDArray[np.float32] | None]:
    """The faces that may be meant, and the encoding of the first unless it says too little."""
    rgb = pictures.pixels(jpeg)
    found = faces.meant(engine.find(rgb), width=rgb.shape[1], height=rgb.shape[0])
    usable = found and not limits.unusable(found[0].quality)
    return found, engine.encode(rgb, found[:1])[0] if usable else None


def measure(shown: Sequence[Shown]) -> list[Measured]:
    """One answer for each number of references that the pictures allow. Raises NotUsable if they allow none."""
    measured = []
    for references in REFERENCES:
        rounds = list(_rounds(shown, references))
        if not rounds:
            continue
        looks = [look for gallery, probes in rounds for look in _looks(gallery, probes)]
        turns = len({person for gallery, _ in rounds for person in gallery.people})
        longest = max(len(gallery) for gallery, _ in rounds)
        rows = figures([look for look in looks if not look.smaller])
        measured.append(Measured(references, turns, longest, rows, by_size(looks)))
    if not measured:
        raise NotUsable(
            "Nothing can be measured: it takes two people with pictures. "
            "One of them needs two pictures or more, and one of those a face large and sharp enough to compare with."
        )
    return measured


def _rounds(shown: Sequence[Shown], references: int) -> Iterator[tuple[Gallery, list[Shown]]]:
    """The list of each round, and the pictures that are not references in it, in no size."""
    people: dict[str, list[Shown]] = {}
    for one in shown:
        if not one.smaller:
            people.setdefault(one.person, []).append(one)
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
            yield gallery, [one for one in shown if one.picture not in taken]


def _chosen(fit: Sequence[Reference], references: int, repeat: int) -> list[Reference]:
    """So many references, others in each repeat as far as there are others."""
    return [fit[(repeat * references + i) % len(fit)] for i in range(references)]


def _looks(gallery: Gallery, shown: Sequence[Shown]) -> Iterator[Look]:
    for one in shown:
        near = [] if one.encoding is None else gallery.compare(one.encoding, max(STEPS))[0]
        kinds = tuple(_said(one, near, gallery, wider) for wider in STEPS)
        yield Look(one.person, one.picture, one.person in gallery.people, one.height, kinds, one.smaller > 0)


def _said(one: Shown, near: Sequence[limits.Candidate], gallery: Gallery, wider: float) -> Kind:
    """The heaviest thing said: of themselves for a person on the list, of anybody on it for another."""
    if one.quality is None:
        return Kind.FACE_OTHER
    judgements = faces.with_lookalikes(limits.judge(one.quality, near, len(gallery), wider), gallery)
    own = one.person if one.person in gallery.people else None
    said = {judgement.kind for judgement in judgements if own is None or judgement.subject in (None, own)}
    return next((kind for kind in WORST_FIRST if kind in said), Kind.FACE_OTHER)
