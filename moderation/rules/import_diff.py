"""What an import would change, before anything is written: rows against the register as it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from moderation.rules.columns import Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_changes import NAMES, Change, Diff, Known, Words
from moderation.rules.import_rows import Bad, Row
from moderation.rules.language import N_, gettext
from moderation.rules.presets import Ages, protected_until

_FIELDS = (*NAMES, "class_name", "kind")
_LONGEST_ALIASES = 400
_OTHER_NOUGHTS = N_("The register has this number with other noughts in front. Mend the number.")
_NAMELESS = N_("Nobody on the register has this number, and the line has no name.")


def compare(
    rows: Sequence[Row],
    bad: Iterable[Bad],
    known: Iterable[Known],
    kind: PersonKind = PersonKind.PUPIL,
    take_off: bool = False,
    ages: Ages = Ages(),  # noqa: B008 (frozen)
) -> Diff:
    """Rows against the register. `rows` have one line a key; a key is the same in capitals and small letters.

    `kind`: whom the file lists, where a line does not say it; `ages`: up to which birthdays pupils are protected.
    """
    by_key = {person.key.casefold(): person for person in known}
    unpadded = {key.lstrip("0") for key in by_key}
    all_bad, changes, contradicted, same = list(bad), [], [], 0
    said, outcomes = Counter[tuple[Column, bool]](), Counter[str]()
    for row in rows:
        key = row.key.casefold()
        person = by_key.get(key)
        if person is None and key.lstrip("0") in unpadded:
            all_bad.append(Bad(row.line, gettext(_OTHER_NOUGHTS)))
            continue
        if person is None and not (row.forename or row.surname):
            all_bad.append(Bad(row.line, gettext(_NAMELESS)))
            continue
        change = _change(row, person, ages) if person else _addition(row, kind, ages)
        said.update(row.words)
        outcomes[_outcome(row, person, change)] += 1
        if change is None:
            same += 1
        else:
            changes.append(change)
        if person is not None and person.no_publish and any(yes for _, yes in row.words):
            contradicted.append(person.id)
    missing = _missing(rows, by_key.values(), kind)
    return Diff(
        changes=changes,
        same=same,
        missing=[person.id for person in missing if not person.no_publish],
        kept=[person.id for person in missing if person.no_publish],
        contradicted=contradicted,
        bad=sorted(all_bad, key=lambda one: one.line),
        said=dict(said),
        unplaced=outcomes["unplaced"],
        stopped=outcomes["stopped"],
        had=outcomes["had"],
        take_off=take_off,
    )


def _outcome(row: Row, person: Known | None, change: Change | None) -> str:
    """What becomes of the yes in a line, "" if there is none."""
    placed = [yes for column, yes in row.words if column is not Column.PHOTOS]
    if change and change.allows:
        return "allowed"
    if not any(yes for _, yes in row.words):
        return ""
    if (person and (person.no_publish or person.refused)) or row.must_not_appear or row.refuses_everything:
        return "stopped"
    return "had" if any(placed) else "unplaced"


def _missing(rows: Sequence[Row], known: Iterable[Known], kind: PersonKind) -> list[Known]:
    """Only of the kinds that the file has: a list of pupils says nothing about staff."""
    there = {row.key.casefold() for row in rows}
    kinds = {row.kind or kind for row in rows}
    return [one for one in known if not one.left and one.kind in kinds and one.key.casefold() not in there]


def _said(row: Row, aliases: str) -> dict[str, str | bool]:
    """What a line says about a person: never that somebody is off the no-publish list."""
    said: dict[str, str | bool] = {name: getattr(row, name) for name in _FIELDS if getattr(row, name)}
    listed = {"no_publish": True} if row.must_not_appear or row.refuses_everything else {}
    return said | {"aliases": _aliases(row, aliases)} | listed


def _protected(row: Row, kind: PersonKind, until: str, ages: Ages) -> dict[str, str | bool]:
    """The last day of protection, where the line has a birth date: set or made later, never sooner."""
    if row.born is None or kind is not PersonKind.PUPIL:
        return {}
    last = protected_until(row.born, ages, row.looked_after, row.special_needs).isoformat()
    return {"protected_until": last} if last > until else {}


def _addition(row: Row, kind: PersonKind, ages: Ages) -> Change:
    after = {"key": row.key, "kind": kind, **_said(row, ""), **_protected(row, row.kind or kind, "", ages)}
    words = _recorded(row)
    allows = "no_publish" not in after and any(yes for _, yes in words)
    fields, new = _shared(tuple(after)), tuple(after.values())
    return Change(row.line, row.key, None, fields, (), new, row.kind or kind, words, allows=allows)


def _change(row: Row, person: Known, ages: Ages) -> Change | None:
    """None if the line says nothing that the register does not have."""
    said = _said(row, person.aliases) | _protected(row, row.kind or person.kind, person.protected_until, ages)
    after = {name: value for name, value in said.items() if getattr(person, name) != value}
    words = tuple(word for word in _recorded(row) if word not in person.words)
    if not after and not words and not person.left:
        return None
    stopped = person.no_publish or "no_publish" in said or person.refused
    return Change(
        row.line,
        row.key,
        person.id,
        _shared(tuple(after)),
        tuple(getattr(person, name) for name in after),
        tuple(after.values()),
        row.kind or person.kind,
        words,
        comes_back=person.left,
        allows=not stopped and any(yes for _, yes in words),
    )


@cache
def _shared(fields: tuple[str, ...]) -> tuple[str, ...]:
    """One of a kind: thousands of changes are of the same fields."""
    return fields


def _recorded(row: Row) -> Words:
    """The words that become permissions and refusals. A yes that names no channel becomes nothing."""
    said = [(column, yes) for column, yes in row.words if column is not Column.PHOTOS]
    if row.refuses_everything and (Column.EVERY_CHANNEL, False) not in said:
        said = [(column, yes) for column, yes in said if column is not Column.EVERY_CHANNEL]
        said.append((Column.EVERY_CHANNEL, False))
    return tuple(said)


def _aliases(row: Row, aliases: str) -> str:
    """Other names are added, never taken away."""
    if not row.other_names:
        return aliases
    there = {part.strip().casefold() for part in aliases.split(";")}
    there |= {name.casefold() for name in (row.forename, row.surname, row.preferred_name)}
    for name in (part.strip() for text in row.other_names for part in text.split(";")):
        longer = f"{aliases}; {name}" if aliases else name
        if name and name.casefold() not in there and len(longer) <= _LONGEST_ALIASES:
            aliases = longer
            there.add(name.casefold())
    return aliases
