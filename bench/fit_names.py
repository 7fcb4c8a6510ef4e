"""Learns from the labelled sentences what the signs round a word weigh: python bench/fit_names.py [--blind]

Writes moderation/rules/name_weights.txt. With --blind nothing is written: each of the sets is judged by what the others
teach, so that the figures are those of sentences never seen. Forenames are swapped for others, mostly for those that
are words, so that no weight hangs on who stands in a sentence.
"""

import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.stand_in_names import PLAIN, SURNAMES, TOWNS, WORDS
from moderation.rules import name_weights
from moderation.rules.name_signs import Signs
from moderation.rules.names import Roll, RollEntry
from tests.rules import sentence_book as book

# How much each set counts: those that others wrote as schools write count double.
SETS = {"taught": 1.0, "known": 1.0, "kept_aside": 1.0, "given": 2.0, "found": 2.0}
TIMES = 5  # how often a sentence with names is written, each time with others
HELD = 0.05  # how strongly weights are held near 0 …
DROPPED = 0.1  # … and what a sign must be worth to be kept at all
LEAST = 1.0  # a sign that is seen less often teaches nothing
TURNS = 600
LIGHTEST = 5  # hundredths; what weighs less is not written
_TITLED = re.compile(r"\b((?:Mr|Mrs|Miss|Ms|Dr|PC|Coach|Nurse)\s)([A-Z][a-z]+)\b")
_AFTER_TITLE = re.compile(r"\b(?:Miss|Dr|Sister|Captain|Princess|Sir|Queen|Professor)\s$")
_CAPITAL = re.compile(r"\b[A-Z][a-z]+\b")
_ONLY_TOWNS = frozenset(TOWNS) - {"Victoria", "Florence"}  # the queen and the nurse
_ROLL = Roll.build(
    [
        *book.entries(),
        *(RollEntry(f"f{i}", name, "Quillfeather") for i, name in enumerate([*WORDS, *TOWNS, *PLAIN])),
        *(RollEntry(f"s{i}", "Bartholomew", name) for i, name in enumerate(SURNAMES)),
    ]
)


@dataclass(frozen=True)
class Row:
    """One word of the roll in one sentence."""

    signs: tuple[str, ...]
    is_name: bool
    weight: float
    taken_from: str


def forename(draw: random.Random) -> str:
    share = draw.random()
    return draw.choice(WORDS if share < 0.6 else TOWNS if share < 0.7 else PLAIN)


def named(line: str, draw: random.Random) -> Iterator[book.Sentence]:
    """The sentence, several times, its forenames and surnames that stand alone swapped for others."""
    people = cycle(draw.sample(book.entries(), len(book.entries())))
    for turn in range(TIMES):
        text, marked, at = "", [], 0
        for match in book.SLOT.finditer(line):
            text += line[at : match.start()]
            word, at = _filled(match, people, draw, turn), match.end()
            if match[1] != "class":
                marked.append((len(text), len(text) + len(word)))
            text += word
        yield book.Sentence(text + line[at:], tuple(marked))


def _filled(match: re.Match[str], people: Iterator[RollEntry], draw: random.Random, turn: int) -> str:
    slot, word = match[1], match[2]
    if slot in ("first", "poss", "nick"):
        return forename(draw) + ("'s" if slot == "poss" else "")
    if slot == "sur":
        return draw.choice(SURNAMES)
    if slot in ("small", "large"):
        name = draw.choice([*WORDS, *PLAIN, *PLAIN])
        return name.lower() if slot == "small" else name.upper()
    if slot:
        return book.fill(slot, next(one for one in people if one.preferred_name or slot != "nick"))
    core = re.sub(r"['’]s$", "", word)
    titled = _AFTER_TITLE.search(match.string[: match.start()])
    token = _ROLL.index.exact(core.casefold()) if turn and core.isalpha() and not titled else None
    if token and token.first and core[1:].islower():
        name = forename(draw) if core[0].isupper() else draw.choice([*WORDS, *PLAIN]).lower()
        return name + word[len(core) :]
    return draw.choice(SURNAMES) + word[len(core) :] if token and core[1:].islower() else word


def clean(line: str, draw: random.Random) -> list[book.Sentence]:
    """The sentence, and if it has a surname with a title or a town, twice more with others."""
    texts = [line]
    for _ in range(2):
        text = _TITLED.sub(lambda match: match[1] + draw.choice(SURNAMES), line)
        text = _CAPITAL.sub(lambda match: draw.choice(TOWNS) if match[0] in _ONLY_TOWNS else match[0], text)
        texts += [text] if text != line else []
    return [book.Sentence(text, ()) for text in texts]


def rows(sentence: book.Sentence, weight: float, taken_from: str, is_clean: bool) -> Iterator[Row]:
    signs = Signs(sentence.text, _ROLL.index)
    pairs = [
        (hit.start, hit.end)
        for hit in _ROLL.find(sentence.text)
        if sum(hit.start <= piece.start < hit.end for piece in signs.pieces) > 1
    ]
    for i, piece in enumerate(signs.pieces):
        if not signs.is_on_roll(i) or any(start <= piece.start < end for start, end in pairs):
            continue
        marks = [(start, end) for start, end in sentence.marked if start <= piece.start and piece.end <= end]
        if any(re.search(r"[\W\d_]", re.sub(r"['’]s$", "", sentence.text[start:end])) for start, end in marks):
            continue  # a part of more than a name: its other checks find it
        if marks or is_clean or not signs.is_plain(i):
            own = weight * (1 if marks or is_clean else 0.5)
            yield Row(tuple(set(signs.of(i))), bool(marks), own, taken_from)


def everything() -> list[Row]:
    draw, found = random.Random(1), []
    for name, counts in SETS.items():
        for kind in ("named", "clean"):
            for line in book.lines(f"{name}_{kind}.txt"):
                written = list(named(line, draw) if kind == "named" else clean(line, draw))
                for sentence in written:
                    found += rows(sentence, counts / len(written), name, kind == "clean")
    return found


def fit(taught: Sequence[Row]) -> dict[str, float]:
    """Weights by sign, by logistic regression that drops what matters little: accelerated descent on all rows."""
    often: defaultdict[str, float] = defaultdict(float)
    for row in taught:
        for sign in row.signs:
            often[sign] += row.weight
    names = ["always", *sorted(sign for sign, count in often.items() if count >= LEAST)]
    number = {sign: i for i, sign in enumerate(names)}
    where = [[0, *(number[sign] for sign in row.signs if sign in number)] for row in taught]
    columns = np.concatenate([np.array(one) for one in where])
    lines = np.repeat(np.arange(len(where)), [len(one) for one in where])
    wanted = np.array([1.0 if row.is_name else 0.0 for row in taught])
    weight = np.array([row.weight for row in taught])
    held, dropped = (np.array([0.0] + [least] * (len(names) - 1)) for least in (HELD, DROPPED))
    # Each coordinate's own step: what its rows can bend at most.
    sizes = np.array([len(one) for one in where], dtype=float)
    steps = 1 / (np.bincount(columns, (weight * sizes)[lines], len(names)) / 4 + HELD)
    beta = ahead = np.zeros(len(names))
    for turn in range(TURNS):
        expected = 1 / (1 + np.exp(-np.bincount(lines, ahead[columns], len(where))))
        slope = np.bincount(columns, (weight * (expected - wanted))[lines], len(names)) + held * ahead
        following = ahead - steps * slope
        following = np.sign(following) * np.maximum(np.abs(following) - steps * dropped, 0)
        ahead = following + turn / (turn + 3) * (following - beta)
        beta = following
    return dict(zip(names, beta.tolist(), strict=True))


def blind(found: Sequence[Row]) -> None:
    """Prints, for several limits, what is underlined and what alarms in a set whose sentences taught nothing."""
    for name in SETS:
        weights = fit([row for row in found if row.taken_from != name])
        name_weights.weights = lambda weights=weights: weights  # type: ignore[assignment,misc]
        for limits in ((-0.5, -1.0), (-1.0, -1.5), (-1.5, -2.0), (-2.0, -2.5)):
            name_weights.ASK, name_weights.ASK_PLAIN = limits
            print(f"{limits} {name}: {book.measure(name)}")


def main() -> None:
    found = everything()
    if "--blind" in sys.argv:
        blind(found)
        return
    weights = {sign: round(100 * weight) for sign, weight in fit(found).items()}
    kept = sorted((sign, weight) for sign, weight in weights.items() if abs(weight) >= LIGHTEST or sign == "always")
    name_weights.FILE.write_text("".join(f"{weight} {sign}\n" for sign, weight in kept), "utf-8")
    print(f"{len(found)} words taught {len(kept)} weights")


if __name__ == "__main__":
    main()
