"""The roll turned into tables once, so that looking a word up costs the same for 200 pupils and for 50,000."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from moderation.rules.name_pieces import fold
from moderation.rules.name_spaceless import Spaceless
from moderation.rules.nicknames import KNOWN, Nicknames


@dataclass(frozen=True)
class RollEntry:
    """One person to look for, as the roll has them. `id` is all that leaves this floor in findings.

    `staff`: a member of staff whose name is noted and may stand; one who may not be named is looked for like a pupil.
    """

    id: str
    forename: str
    surname: str
    preferred_name: str = ""
    class_name: str = ""
    aliases: tuple[str, ...] = ()
    staff: bool = False


@dataclass
class Token:
    """Who is called this, by row of the roll. `short` are nicknames and parts of double names.

    Staff stand apart: they are known by both names or by a title, never by a forename or a surname alone.
    """

    forename: set[int] = field(default_factory=set)
    surname: set[int] = field(default_factory=set)
    short: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    staff_forename: set[int] = field(default_factory=set)
    staff_surname: set[int] = field(default_factory=set)

    @cached_property
    def first(self) -> set[int]:
        """Everyone who may be called this before a surname."""
        return self.forename | self.short | self.staff_forename

    @cached_property
    def last(self) -> set[int]:
        """Everyone who may be called this after a forename."""
        return self.surname | self.staff_surname


@dataclass(frozen=True)
class Found:
    """A token of the roll that a word is or is like; `distance` counts wrong letters.

    `alike`: it is written the same but for letters that look alike, as rn and m do.
    """

    letters: str
    token: Token
    distance: int
    alike: bool = False


class Index:
    """Tokens of the roll by their letters, and by their letters with one left out."""

    def __init__(self, entries: Iterable[RollEntry], nicknames: Nicknames = KNOWN) -> None:
        self.nicknames = nicknames
        self.tokens: dict[str, Token] = {}
        self.spaceless = Spaceless()
        self.entries = tuple(entries)
        for row, entry in enumerate(self.entries):
            self._add(row, entry)
        self._like: dict[str, list[str]] = {}
        for letters, token in self.tokens.items():
            if len(letters) >= 4 and (token.forename or token.surname):
                for key in _shorter(letters):
                    self._like.setdefault(key, []).append(letters)
        self._alike: dict[str, list[str]] = {}
        for letters, token in self.tokens.items():
            if len(letters) >= 4 and (token.forename or token.surname):
                self._alike.setdefault(_look(letters), []).append(letters)
        self.longest = max(map(len, self.tokens), default=0)

    def _token(self, letters: str) -> Token:
        return self.tokens.setdefault(letters, Token())

    def _add(self, row: int, entry: RollEntry) -> None:
        forename, surname = fold(entry.forename), fold(entry.surname)
        if not forename:  # a person of one name: it stands alone, as a forename does
            forename, surname = surname, ""
        called = [name for name in (forename, fold(entry.preferred_name)) if name]
        short = {*_parts(entry.forename), *(nick for name in called for nick in self.nicknames.get(name, ()))}
        for name in called:
            token = self._token(name)
            (token.staff_forename if entry.staff else token.forename).add(row)
        for name in filter(None, (surname, *_parts(entry.surname))):
            token = self._token(name)
            (token.staff_surname if entry.staff else token.surname).add(row)
        for name in short:
            token = self._token(name)
            (token.staff_forename if entry.staff else token.short).add(row)
        self.spaceless.add(row, entry.surname, (entry.forename, entry.preferred_name, *entry.aliases))
        for alias in filter(None, map(fold, entry.aliases)):
            self._token(alias).whole.add(row)

    def exact(self, letters: str) -> Token | None:
        return self.tokens.get(letters)

    def alike(self, letters: str) -> list[Found]:
        """Tokens that look the same in a picture: Marnie read as Mamie, Isla as lsla."""
        names = sorted(set(self._alike.get(_look(letters), ())) - {letters})
        return [Found(name, self.tokens[name], 1, alike=True) for name in names]

    def without_apostrophe(self, letters: str) -> list[Found]:
        """The forename in “Sophies work”."""
        name = letters[:-1]
        token = self.tokens.get(name) if letters.endswith("s") and len(name) > 3 else None
        return [Found(name, token, 1, alike=True)] if token and token.forename else []

    def like(self, letters: str) -> list[Found]:
        """Tokens one wrong, missing, added or swapped letter away; none for words under four letters."""
        if len(letters) < 4 or len(letters) > self.longest + 1:
            return []
        names = {name for key in _shorter(letters) for name in self._like.get(key, ())} - {letters}
        return [Found(name, self.tokens[name], 1) for name in sorted(names) if one_away(letters, name)]


def _parts(name: str) -> list[str]:
    """The parts of a double name: Smith-Jones, Mary Kate. Only those long enough to mean something alone."""
    parts = [fold(part) for part in name.replace("-", " ").split()]
    return [part for part in parts if len(part) >= 3] if len(parts) > 1 else []


def _look(letters: str) -> str:
    return letters.replace("rn", "m").replace("cl", "d").replace("vv", "w").replace("i", "l")


def _shorter(letters: str) -> Iterator[str]:
    yield letters
    for i in range(len(letters)):
        yield letters[:i] + letters[i + 1 :]


def one_away(a: str, b: str) -> bool:
    """Is one letter wrong, missing, added, or are two neighbours swapped?"""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    if rest_a[:2] == rest_b[1::-1] and len(rest_a) > 1 and rest_a[2:] == rest_b[2:]:
        return True
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]
