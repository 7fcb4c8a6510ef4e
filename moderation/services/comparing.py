"""What is live held against what was approved: words and pictures, with no transaction open and nothing kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from moderation.detect import alike, text
from moderation.detect.alike import Alike
from moderation.detect.alike import Picture as Pixels
from moderation.media import photo as pictures
from moderation.rules.as_approved import Judged, Result, of_read_words, of_words
from moderation.rules.connecting import LivePost
from moderation.rules.findings import Box
from moderation.services.looking import Looker

_LOOK = "Look yourself."


@dataclass(frozen=True)
class ApprovedPicture:
    """As the account gets it. `before`: what it was before something in it was covered, as far as that is kept."""

    jpeg: bytes
    alt_text: str
    before: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Approved:
    """What was approved for one account."""

    words: str
    pictures: tuple[ApprovedPicture, ...]


def read(approved: Approved, live: LivePost) -> list[Judged]:
    """Against what a connected account gave back."""
    found = [_not_read("The words") if live.text is None else of_words(approved.words, live.text, as_kept=True)]
    if len(live.pictures) != len(approved.pictures):
        said = f"{len(approved.pictures)} were approved, {len(live.pictures)} are live."
        found.append(Judged("The number of pictures", Result.DIFFERS, (said,)))
    if live.besides:
        found.append(Judged("What else is there", Result.DIFFERS, live.besides))
    bytes_are_same = live.pictures == tuple(picture.jpeg for picture in approved.pictures)
    shown = [] if bytes_are_same else [_opened(data) for data in live.pictures]
    likely = _likely(approved, shown) if shown else [{} for _ in approved.pictures]
    for number, picture in enumerate(approved.pictures):
        same = Judged(f"Picture {number + 1}", Result.SAME)
        found.append(same if bytes_are_same else _among(number, picture, shown, likely[number]))
        what = f"Alternative text of picture {number + 1}"
        if live.alt_texts is None:
            found.append(_not_read(what))
        else:
            there = live.alt_texts[number] if number < len(live.alt_texts) else ""
            found.append(of_words(picture.alt_text, there, what))
    return found


def _not_read(what: str) -> Judged:
    return Judged(what, Result.UNCLEAR, (f"The network does not give them back. {_LOOK}",))


def _opened(data: bytes) -> Pixels | None:
    try:
        return pictures.pixels(pictures.ingest(data).jpeg)
    except pictures.NotUsable:
        return None


def _likely(approved: Approved, shown: Sequence[Pixels | None]) -> list[dict[int, Pixels]]:
    """For each approved picture, in order, the live ones by place that are more like it than like any other."""
    ours = [alike.phash(pictures.pixels(picture.jpeg)) for picture in approved.pictures]
    found: list[dict[int, Pixels]] = [{} for _ in ours]
    for place, one in enumerate(shown):
        if one is None:
            continue
        bits = [(alike.phash(one) ^ hash_).bit_count() for hash_ in ours]
        for number, apart in enumerate(bits):
            if apart == min(bits):
                found[number][place] = one
    return found


def _among(
    number: int, picture: ApprovedPicture, shown: Sequence[Pixels | None], likely: Mapping[int, Pixels]
) -> Judged:
    """The live picture that is this one, and in its place."""
    what = f"Picture {number + 1}"
    if not likely:
        unopened = any(one is None for one in shown)
        said = f"A live picture could not be opened. {_LOOK}" if unopened else "It is not among what is live."
        return Judged(what, Result.UNCLEAR if unopened else Result.DIFFERS, (said,))
    place = min(likely, key=lambda place: abs(place - number))
    theirs = likely[place]
    seen = alike.compare(pictures.pixels(picture.jpeg), theirs)
    judged = _judged(what, picture, seen, lambda before: alike.compare(before, theirs))
    if judged.result is not Result.DIFFERS and place != number:
        return Judged(what, Result.DIFFERS, (f"It stands at place {place + 1}.", *judged.said))
    return judged


def in_shot(looker: Looker, approved: Approved, shot: Pixels, pasted: str) -> list[Judged]:
    """Against a screenshot, and against words that were copied from the page if there are any."""
    found = [of_words(approved.words, pasted) if pasted.strip() else _words_in(looker, approved.words, shot)]
    for number, picture in enumerate(approved.pictures, 1):
        seen = alike.find(pictures.pixels(picture.jpeg), shot)
        judged = _judged(f"Picture {number}", picture, seen, lambda before: alike.find(before, shot))
        found.append(judged)
    return found


def in_pasted(approved: Approved, pasted: str) -> list[Judged]:
    """Words alone. Pictures that nobody has shown are not compared, and that is said."""
    unseen = (f"No screenshot shows it. {_LOOK}",)
    return [
        of_words(approved.words, pasted),
        *(Judged(f"Picture {number}", Result.UNCLEAR, unseen) for number, _ in enumerate(approved.pictures, 1)),
    ]


def _words_in(looker: Looker, words: str, shot: Pixels) -> Judged:
    try:
        lines = text.read(looker.text, shot)
    except Exception:  # noqa: BLE001 (law 2: whatever broke, not compared is a finding, never a pass)
        return Judged("The words", Result.UNCLEAR, (f"The screenshot could not be read. {_LOOK}",))
    in_order = sorted(lines, key=lambda line: (float(line.quad[:, 1].min()), float(line.quad[:, 0].min())))
    return of_read_words(words, "\n".join(line.text for line in in_order))


def _judged(what: str, picture: ApprovedPicture, seen: Alike, again: Callable[[Pixels], Alike]) -> Judged:
    """`again`: the same comparison with another picture, for what was there before something was covered."""
    if not seen.is_there:
        return Judged(what, Result.UNCLEAR, (f"It was not found there. {_LOOK}",))
    if not seen.is_same:
        if any(again(pictures.pixels(before)).is_same for before in picture.before):
            return Judged(what, Result.DIFFERS, ("It is the picture from before something in it was covered.",))
        with_size = pictures.pixels(picture.jpeg).shape
        places = sorted({_place(box, with_size[1], with_size[0]) for box in seen.parts})
        return Judged(what, Result.DIFFERS, (f"It differs {', '.join(places) or 'as a whole'}.",))
    if not seen.is_whole:
        return Judged(what, Result.UNCLEAR, ("Only a part of it is seen, which is as approved. Show all of it.",))
    return Judged(what, Result.SAME)


def _place(box: Box, width: int, height: int) -> str:
    """Where the box lies, as people say it."""
    across, down = (box.left + box.right) / 2 / width, (box.top + box.bottom) / 2 / height
    row = "at the top" if down < 1 / 3 else "at the foot" if down > 2 / 3 else "in the middle"
    side = " on the left" if across < 1 / 3 else " on the right" if across > 2 / 3 else ""
    return row + side
