"""Holding a roll against a line leaves out only names that could not have been spotted, however long the roll is."""

import random
import time

import numpy as np
import pytest

from moderation.demo.roll import roll_of
from moderation.detect.text_letters import Letters
from moderation.detect.text_names import Candidates
from moderation.detect.text_roll import Spellings, Spotted
from moderation.rules.names import Roll

LINES = 12


def seen(text: str, doubt: float, seed: int) -> Letters:
    """What a speller may say of a text: at every letter some weight falls on others, at some most of it."""
    rng = np.random.default_rng(seed)
    rows = []
    for sign in text:
        for column in ((27 if sign == " " else ord(sign) - 96), 0):
            row = rng.dirichlet(np.full(29, 0.05))
            row = doubt * row + (1 - doubt) * np.eye(29)[column]
            rows.append(row)
    return np.asarray(rows, np.float32)


def everything_spotted(roll: Roll, lines: list[Letters]) -> list[list[Spotted]]:
    held = Candidates(roll)
    return [held.spellings.spot(line, least) for line in lines for least in held.least.values()]


def test_no_name_is_left_out_that_could_have_been_spotted(monkeypatch: pytest.MonkeyPatch) -> None:
    roll = roll_of(2000)
    people = random.Random(1).sample(roll.entries, LINES)
    lines = [
        seen(f"{one.forename} {one.surname}".lower(), doubt, seed)
        for seed, (one, doubt) in enumerate(zip(people, np.linspace(0.1, 0.95, LINES), strict=True))
    ]
    pruned = everything_spotted(roll, lines)
    monkeypatch.setattr(Spellings, "_bound", lambda self, logs: np.zeros(len(self.names), np.float32))
    assert pruned == everything_spotted(roll, lines)
    assert sum(map(len, pruned)) > 3 * LINES


def test_a_roll_of_fifty_thousand_costs_a_line_milliseconds() -> None:
    candidates = Candidates(roll_of(50_000))
    lines = [seen(text, 0.3, seed) for seed, text in enumerate(["well done everyone", "star of the week"] * 10)]
    began = time.process_time()
    for line in lines:
        candidates.spellings.spot(line, candidates.least[True])
    assert (time.process_time() - began) / len(lines) < 0.05
