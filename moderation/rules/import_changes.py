"""What an import is compared with and what it would change, as values."""

import hashlib
from dataclasses import dataclass, field

from moderation.rules.columns import Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_rows import Bad

# From here on a second person looks: an ordinary week of a school changes fewer people than one class has,
# a column taken for another one changes hundreds.
MANY = 30
NAMES = ("forename", "surname", "preferred_name")

Words = tuple[tuple[Column, bool], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the register knows. `words`: what earlier imports wrote down and still holds."""

    id: int
    key: str
    forename: str
    surname: str
    preferred_name: str
    aliases: str
    class_name: str
    no_publish: bool
    left: bool
    kind: PersonKind = PersonKind.PUPIL
    words: Words = ()
    protected_until: str = ""  # as a date is written, the year first
    refused: bool = False  # a refusal of every channel is in force that no import wrote down


@dataclass(frozen=True, slots=True)
class Change:
    """What one line changes: fields from the old value to the new, and words that are new. `person` None: a new one."""

    line: int
    key: str
    person: int | None
    fields: tuple[str, ...]  # of the person
    old: tuple[str | bool, ...]
    new: tuple[str | bool, ...]
    kind: PersonKind  # who is it, and so who gives the words
    words: Words = ()
    comes_back: bool = False
    allows: bool = False  # a yes that is new and that no refusal stands against

    @property
    def is_new(self) -> bool:
        return self.person is None

    @property
    def before(self) -> dict[str, str | bool]:
        return dict(zip(self.fields, self.old, strict=False))  # of a new person there is nothing

    @property
    def after(self) -> dict[str, str | bool]:
        return dict(zip(self.fields, self.new, strict=True))

    @property
    def renames(self) -> bool:
        return not self.is_new and any(name in NAMES for name in self.fields)

    @property
    def lists(self) -> bool:
        return "no_publish" in self.fields

    @property
    def refuses(self) -> bool:
        """Somebody who must not appear, or not everywhere: what is out already may show them."""
        return self.lists or any(not yes for _, yes in self.words)


@dataclass(frozen=True)
class Diff:
    """Everything that an import would do."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    missing: list[int] = field(default_factory=list)  # people here whom the file does not have
    kept: list[int] = field(default_factory=list)  # missing too, but on the no-publish list: no import takes them off
    contradicted: list[int] = field(default_factory=list)  # on the no-publish list, and the file says yes
    bad: list[Bad] = field(default_factory=list)
    said: dict[tuple[Column, bool], int] = field(default_factory=dict)  # how many lines have each word
    unplaced: int = 0  # people with a yes that says not where, and no other
    stopped: int = 0  # people with a yes who are on the no-publish list or have refused
    had: int = 0  # people with a yes that the register has already
    take_off: bool = False  # whether those who are missing are to leave the register

    @property
    def counts(self) -> dict[str, int]:
        changes = self.changes
        done = {
            "new": sum(change.is_new for change in changes),
            "changed": sum(not change.is_new and not change.comes_back for change in changes),
            "come back": sum(change.comes_back for change in changes),
            "renamed": sum(change.renames for change in changes),
            "allowed": sum(change.allows for change in changes),
            "listed": sum(change.lists for change in changes),
            "taken off": len(self.leaving),
        }
        done |= {"same": self.same, "missing": len(self.missing), "kept": len(self.kept)}
        return done | {"contradicted": len(self.contradicted), "bad": len(self.bad)}

    @property
    def leaving(self) -> list[int]:
        """Who is taken off. Nobody while a line is bad: it may be theirs."""
        return self.missing if self.take_off and not self.bad else []

    @property
    def does_something(self) -> bool:
        return bool(self.changes or self.leaving)

    @property
    def asks_for_two(self) -> bool:
        """Many would be allowed, taken off or called otherwise: the three slips that weaken the gate."""
        counts = self.counts
        return any(counts[what] > MANY for what in ("allowed", "taken off", "renamed"))

    def digest(self) -> str:
        """The same for the same changes to the same register, and for nothing else."""
        digest = hashlib.sha256()
        for part in (*self.changes, *self.leaving):
            digest.update(repr(part).encode())
        return digest.hexdigest()
