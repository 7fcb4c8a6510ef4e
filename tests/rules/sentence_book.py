"""Sentences as schools write them, with what must be underlined in each; names come from an invented roll."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path

from moderation.rules.caption import check_words
from moderation.rules.names import Roll, RollEntry

FOLDER = Path(__file__).parent / "sentences"
TIMES = 3  # how often a sentence with a slot is filled, each time with the next people of the roll
SLOT = re.compile(r"\{(\w+)\}|\[\[(.*?)\]\]")


@dataclass(frozen=True)
class Sentence:
    text: str
    marked: tuple[tuple[int, int], ...]  # what must be underlined; nothing in a clean one


@dataclass(frozen=True)
class Measured:
    marked: int  # names and details in the sentences
    missed: list[str]
    clean: int
    alarmed: list[str]

    @property
    def found_share(self) -> float:
        return 1 - len(self.missed) / self.marked

    @property
    def alarmed_share(self) -> float:
        return len(self.alarmed) / self.clean

    def __str__(self) -> str:
        return (
            f"{self.marked} names and details, {self.found_share:.1%} underlined; "
            f"{self.clean} clean sentences, {self.alarmed_share:.1%} alarmed"
        )


def lines(name: str) -> list[str]:
    """All but the heading."""
    return (FOLDER / name).read_text().splitlines()[1:]


@cache
def entries() -> tuple[RollEntry, ...]:
    rows = [[part.strip() for part in line.split(";")] for line in lines("roll.txt")]
    return tuple(RollEntry(str(i), first, last, called, form) for i, (first, last, form, called) in enumerate(rows))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.translate(str.maketrans("łŁøØ", "lLoO")))
    return re.sub(r"[^A-Za-z]", "", letters)


def _misspelt(name: str) -> str:
    middle = len(name) // 2
    return name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


def fill(slot: str, one: RollEntry) -> str:
    first, last = one.forename, one.surname
    return {
        "full": f"{first} {last}",
        "first": first,
        "poss": f"{first}'s",
        "class": one.class_name,
        "shortened": f"{first} {last[0].upper()}",
        "init": f"{first[0]}. {last}",
        "swap": f"{last}, {first}",
        "low": f"{first} {last}".lower(),
        "CAPS": f"{first} {last}".upper(),
        "sur": last,
        "small": first.lower(),
        "large": first.upper(),
        "nick": one.preferred_name,
        "typo": f"{first} {_misspelt(last)}",
        "hash": f"#{_plain(first)}{_plain(last)}",
        "hashlow": f"#{_plain(first)}{_plain(last)}".lower(),
        "camel": _plain(first),
        "file": f"IMG_{_plain(first)}_{_plain(last)}.jpg",
        "filelow": f"{_plain(first)}{_plain(last)}.jpg".lower(),
    }[slot]


def _written(line: str, people: Iterator[RollEntry]) -> Sentence:
    """The line with its slots filled."""
    text, marked, at = "", [], 0
    for match in SLOT.finditer(line):
        text += line[at : match.start()]
        slot, at = match[1], match.end()
        fits = {"nick": lambda one: one.preferred_name, "typo": lambda one: len(_plain(one.surname)) > 6}
        one = next(filter(fits.get(slot or "", lambda one: True), people))
        word = fill(slot, one) if slot else match[2]
        if slot != "class":
            front, back = {"file": (4, 4), "filelow": (0, 4)}.get(slot or "", (0, 0))  # IMG_ and .jpg are no name
            marked.append((len(text) + front, len(text) + len(word) - back))
        text += word
    return Sentence(text + line[at:], tuple(marked))


def sentences(kind: str) -> list[Sentence]:
    """`kind`: known, kept_aside, given, found or taught. The same every time."""
    people = cycle(entries())
    found: list[Sentence] = []
    for name in ("named", "clean"):
        for line in lines(f"{kind}_{name}.txt"):
            times = TIMES if "{" in line and name == "named" else 1
            found += [_written(line, people) if name == "named" else Sentence(line, ()) for _ in range(times)]
    return found


def measure(kind: str) -> Measured:
    """A name counts as underlined if at least half of it is."""
    roll = Roll.build(entries())
    missed, alarmed, marked, clean = [], [], 0, 0
    for sentence in sentences(kind):
        held = {i for hit in check_words(sentence.text, roll) for i in range(hit.start, hit.end)}
        if not sentence.marked:
            clean += 1
            if held:
                alarmed.append(sentence.text)
        for start, end in sentence.marked:
            marked += 1
            if 2 * len(held & set(range(start, end))) < end - start:
                missed.append(f"{sentence.text[start:end]} — {sentence.text}")
    return Measured(marked, missed, clean, alarmed)
