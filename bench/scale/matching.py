"""One face against fifty thousand enrolled people, one text and one line of writing against a roll of fifty thousand.

python -m bench.scale.matching      # half a minute; writes nothing but stdout
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import quantiles

import numpy as np

from bench.scale.rows import name
from moderation.detect.gallery import Gallery
from moderation.detect.text_letters import Letters
from moderation.detect.text_names import Candidates
from moderation.rules.names import Roll, RollEntry

PEOPLE = 50_000
TIMES = 60
TEXT = "Well done to everybody in year 4 for a wonderful sports day. Thank you to all the parents who came to help us!"
FACE_WANTED, TEXT_WANTED = 10.0, 20.0  # ms


def gallery() -> Gallery:
    """Of people whose three pictures lie as near to each other as those of one person do."""
    draw = np.random.default_rng(7)
    people = draw.normal(0, 0.12, (PEOPLE, 1, 128)) + draw.normal(0, 0.03, (PEOPLE, 3, 128))
    return Gallery.build({str(number): rows for number, rows in enumerate(people)})


def roll() -> Roll:
    """A few thousand names, and to each person a surname's end of their own half of the time."""
    draw = random.Random(7)
    syllables = ("ka", "lo", "mi", "ren", "tas", "bel", "dor", "fin", "gus", "har", "jo", "nel", "pri", "quo", "sha")
    entries = []
    for number in range(PEOPLE):
        forename, surname = name(number + 1000)
        own = "".join(draw.choices(syllables, k=3)).title() if number % 2 else surname
        entries.append(RollEntry(str(number), forename, own))
    return Roll.build(entries)


def line(text: str) -> Letters:
    """What a speller says of writing that it reads with some doubt."""
    draw, rows = np.random.default_rng(3), []
    for sign in text:
        for column in ((27 if sign == " " else ord(sign) - 96), 0):
            rows.append(0.3 * draw.dirichlet(np.full(29, 0.05)) + 0.7 * np.eye(29)[column])
    return np.asarray(rows, np.float32)


def milliseconds(act: Callable[[], object]) -> tuple[float, float]:
    """p50 and p95 of the processor's time."""
    act()
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - began))
    parts = quantiles(taken, n=20, method="inclusive")
    return parts[9], parts[18]


def megabytes(make: Callable[[], object]) -> tuple[object, float, float]:
    """What was made, the memory that it keeps, and the seconds that it took."""
    tracemalloc.start()
    made = make()
    kept = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    began = time.process_time()
    make()
    return made, kept, time.process_time() - began


def rows() -> list[tuple[str, float, float, float, float, float]]:
    """What is held against what; p50, p95 and wanted in ms; memory in MB; seconds to put in order."""
    there, room, made = megabytes(gallery)
    assert isinstance(there, Gallery)
    face = there.means[123] + np.float32(0.01)
    found = [("one face against 50,000 people", *milliseconds(lambda: there.compare(face)), FACE_WANTED, room, made)]
    names, room, made = megabytes(roll)
    assert isinstance(names, Roll)
    found.append(("one caption against 50,000 names", *milliseconds(lambda: names.find(TEXT)), TEXT_WANTED, room, made))
    held, room, made = megabytes(lambda: Candidates(names))
    assert isinstance(held, Candidates)
    written = line("star of the week")
    spot = milliseconds(lambda: held.spellings.spot(written, held.least[True]))
    found.append(("one line of writing against 50,000 names", *spot, TEXT_WANTED, room, made))
    return found


def table() -> list[str]:
    head = "| | p50, ms | p95, ms | wanted, ms | memory, MB | put in order, s |"
    lines = [f"| {what} | {p50:.1f} | {p95:.1f} | {wanted:.0f} | {room:.0f} | {made:.1f} |"
             for what, p50, p95, wanted, room, made in rows()]  # fmt: skip
    return [head, "|---|---|---|---|---|---|", *lines]


if __name__ == "__main__":
    print("\n".join(table()))
    sys.exit(0)
