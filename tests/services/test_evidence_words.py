"""What the program writes down in English can all be said in another language: the code’s own sentences, each."""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import moderation
from moderation.db.models import Finding
from moderation.rules import language
from moderation.rules.as_approved import of_read_words, of_words
from moderation.rules.connecting import Trouble
from moderation.rules.findings import Box, Detector, Kind
from moderation.rules.language import Language
from moderation.rules.names import Roll, RollEntry
from moderation.services import (
    comparing,
    deliveries,
    delivering,
    evidence_words,
    following,
    looking,
    takedowns,
    withdrawal,
)
from moderation.web import evidence

ROOT = Path(moderation.__file__).parent
WHERE = ("detect/", "rules/", "services/", "connectors/", "outlets.py", "following.py")
# The command's own, what is told while somebody types, and what is handed over on paper.
ELSEWHERE = {"services/files.py", "services/wording.py", "services/hiding.py", "rules/holding.py"}
# Who makes findings and comparisons: what is given to these, in those places, is read by people.
MAKERS = {
    "Judged": (0, 2), "Judgement": (1,), "unchecked": (1,), "_sighting": (4,), "_not_compared": (0,),
    "_not_read": (0,), "NotSent": (0,), "End": (1,),
}  # fmt: skip
GIVERS = {"unusable", "_missing", "_difference", "_sentence"}  # functions that give back such a sentence
# What stands in the place of a part that is worked out as the program runs; elsewhere a number.
SAMPLES = {
    "candidate.distance": "0.41", "_counted(people)": "12 people", "standing.said[0].upper()": "M",
    "standing.said[1:]": "ust not appear", "evidence": "“May” is a name on the roll",
    "hit.evidence": "reads “May”: is a name on the roll", "field": "caption", "what": "a postcode",
    "reason": "signs that nobody sees", "trouble": Trouble.AWAY.value, "error": "",
}  # fmt: skip
AS_IT_IS = {"3", "3 (3)"}  # what a mail server answers


class Code:
    """One file, and what its expressions can be as text."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text("utf-8"))
        self.named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.named.setdefault(node.targets[0].id, []).append(node.value)

    def said(self, node: ast.expr) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from (*self.said(node.body), *self.said(node.orelse))
        elif isinstance(node, ast.Tuple):
            yield from (text for each in node.elts if not isinstance(each, ast.Starred) for text in self.said(each))
        elif isinstance(node, ast.Dict):
            yield from (text for each in node.values for text in self.said(each))
        elif isinstance(node, ast.BoolOp):
            yield from self.said(node.values[-1])
        elif isinstance(node, ast.JoinedStr):
            yield from map("".join, product(*(tuple(self.part(each)) for each in node.values)))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("said", "N_", "gettext"):
            yield from self.said(node.args[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            yield from (re.sub(r"{\w+}", "3", text) for text in self.said(node.func.value))
        elif isinstance(node, ast.Name) and node.id in self.named and node.id not in SAMPLES:
            yield from (text for each in self.named[node.id] for text in self.said(each))

    def part(self, node: ast.expr) -> Iterator[str]:
        inner = node.value if isinstance(node, ast.FormattedValue) else node
        if sample := SAMPLES.get(ast.unparse(inner)):
            yield sample
        else:
            yield from tuple(self.said(inner)) or ("3",)

    def sentences(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                places = MAKERS.get(getattr(node.func, "id", getattr(node.func, "attr", "")), ())
                given = [node.args[place] for place in places if place < len(node.args)]
                given += [each.value for each in node.keywords if each.arg == "evidence"]
                yield from (text for each in given for text in self.said(each))
            elif isinstance(node, ast.FunctionDef) and node.name in GIVERS:
                returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                yield from (text for each in returned for text in self.said(each))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("evidence", "sentence"):
                yield from self.said(node.value)


def sentences_of(path: Path) -> list[str]:
    """Everything in the file that reads as a sentence, but for what explains the code."""
    tree = ast.parse(path.read_text("utf-8"))
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in explains]
    return [text for text in texts if isinstance(text, str) and text.endswith(".") and " " in text]


@cache
def written() -> dict[str, str]:
    """Every sentence, and a file that writes it."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(WHERE) and name not in ELSEWHERE:
            found |= {text: name for text in Code(path).sentences() if text and text not in AS_IT_IS}
    return found


class Known(gettext.NullTranslations):
    """A language that knows the table, and marks what it says."""

    def gettext(self, message: str) -> str:
        known = message in {*evidence_words.SENTENCES, *Trouble, *evidence.VERY, *evidence.SOMEWHAT}
        return f"⟦{message}⟧" if known else message


@pytest.fixture(autouse=True)
def another_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "_catalogue", lambda *_: Known())
    with language.speaking(Language.WELSH):
        yield


def is_said(text: str) -> bool:
    """As the pages say what checks found: the whole of it stands in marks."""
    finding = Finding(detector=Detector.WORDS, kind=Kind.NAME_MATCH, evidence=text)
    return evidence.sentence(finding).rstrip(".").startswith("⟦") and evidence.sentence(finding).rstrip(".").endswith(
        "⟧"
    )


def test_every_sentence_of_the_code_is_in_the_table() -> None:
    assert len(written()) > 60
    assert {text: name for text, name in written().items() if not is_said(text)} == {}


ROLL = Roll.build(
    [
        RollEntry("p1", "Harvey", "Pemberton"), RollEntry("p2", "May", "Ashworth"), RollEntry("p3", "May", "Ollerton"),
        RollEntry("s1", "Daniel", "Whitcombe", staff=True),
    ]
)  # fmt: skip
WORDS = (
    "Well done, Harvey Pemberton!", "Harvey Pemberton (4B) and May from Year 5.", "May. May. Harvy Pembertn won.",
    "Thanks to Mr Daniel Whitcombe.", "Write to harvey@school.example or ring 0161 496 0000.",
    "M1 1AE, born 12 March 2016", "See https://www.school.example and @harveyp",
    "They live at 12 Acacia Avenue; the car AB12 CDE.",
)  # fmt: skip


@pytest.mark.parametrize("field", ["caption", "credit line", "link", "alt text of photo 2", "file name of photo 2"])
def test_what_words_hold_is_said_in_the_readers_language(field: str) -> None:
    seen = [one.evidence for one in looking.read_words([(field, words) for words in WORDS], ROLL)]
    assert len(seen) >= len(WORDS)
    assert [text for text in seen if not is_said(text)] == []


LONG = " ".join(f"word{number}" for number in range(110))


@pytest.mark.parametrize(
    ("approved", "live"),
    [
        ("Our day", "Our  day"), ("“Our” day", '"Our" day'), ("Our\u200b day", "Our day"), ("Caf\u00e9", "Cafe\u0301"),
        ("Our day", "Our night"), ("Our day", ""), (LONG, LONG.replace("word", "other")), ("Our day", "x" * 400),
        ("See https://www.school.example/news", "See https://t.co/aB3xY"), ("Our long day", "Our long…"),
    ],
)  # fmt: skip
def test_what_is_live_is_compared_in_the_readers_language(approved: str, live: str) -> None:
    for judged in (of_words(approved, live), of_read_words(approved, live)):
        told = [evidence_words.told(text) for text in (judged.what, *judged.said)]
        assert all(text.startswith("⟦") for text in told), told
        assert not any("(cut here" in text.replace("⟦(cut here", "") for text in told)


@pytest.mark.parametrize("place", [(x, y) for x in (0, 50, 90) for y in (0, 50, 90)])
def test_the_place_of_a_difference_is_said_in_the_readers_language(place: tuple[int, int]) -> None:
    x, y = place
    where = comparing._place(Box(x, y, x + 10, y + 10), 100, 100)
    assert evidence_words.is_known(f"It differs {where}.") and evidence_words.is_known(
        f"It differs as a whole, {where}."
    )


@pytest.mark.parametrize(
    "text",
    [
        deliveries._GIVEN_UP.format(5), deliveries._STOPPED, delivering._UNREADABLE, delivering._CHANGED,
        takedowns.OWN_MISTAKE, takedowns._ASKED_EVERYWHERE, takedowns._EVERYWHERE, withdrawal.HELD,
        withdrawal.PERHAPS_OUT, following.NAMED, "It went out on Facebook: Our School although its kit was closed.",
        *sentences_of(ROOT / "connectors" / "mastodon.py"), *sentences_of(ROOT / "connectors" / "wordpress_reading.py"),
    ],
)  # fmt: skip
def test_other_sentences_that_are_kept_are_in_the_table(text: str) -> None:
    assert evidence_words.is_known(text)


@pytest.mark.parametrize(
    "text", ["Look at the caption.", "“Zoë” is my friend", "caption, I said", "In the hall: a name on the roll"]
)
def test_what_a_person_wrote_is_shown_as_it_is(text: str) -> None:
    assert evidence_words.told(text) == text


def test_in_english_everything_is_said_as_it_was_written() -> None:
    with language.speaking(Language.ENGLISH):
        assert [text for text in evidence_words.SENTENCES if evidence_words.told(text) != text] == []
