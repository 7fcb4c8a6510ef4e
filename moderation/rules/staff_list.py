"""Reads a list of staff as it is pasted or saved from a spreadsheet: a line each with name, e-mail address, role."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from moderation.rules.language import gettext
from moderation.rules.roles import SIGN_INS, Role

MOST: Final = 500  # people at once
_HEADINGS: Final = frozenset({"name", "full name", "staff name"})
_SEPARATORS: Final = "\t;,"
_ROLES: Final = tuple(role for role in Role if role in SIGN_INS)  # the teacher first


@dataclass(frozen=True)
class Entry:
    """One person; `line` counts from 1, empty lines too."""

    line: int
    name: str
    email: str
    role: Role


def read(text: str) -> tuple[list[Entry], list[str]]:
    """Who is listed, and a sentence for each line that cannot be used. Without a role somebody is a teacher."""
    entries: list[Entry] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    roles = {gettext(role).casefold(): role for role in _ROLES} | {str(role): role for role in _ROLES}
    for line, cells in _rows(text):
        name, email, role = (*cells, "", "")[:3]
        if name.casefold() in _HEADINGS and "@" not in email:
            continue  # the spreadsheet's first line
        if len(cells) > 3 or not (name and email):
            said = gettext("Line {line}: write a name, an e-mail address and a role, with commas between them.")
            problems.append(said.format(line=line))
        elif role and role.casefold() not in roles:
            said = gettext("Line {line}: “{role}” is no role. The roles are {roles}.")
            problems.append(said.format(line=line, role=role[:40], roles=", ".join(map(gettext, _ROLES))))
        elif email.lower() in seen:
            said = gettext("Line {line}: this e-mail address stands in line {other} already.")
            problems.append(said.format(line=line, other=seen[email.lower()]))
        else:
            seen[email.lower()] = line
            entries.append(Entry(line, name, email, roles.get(role.casefold(), Role.TEACHER)))
    if len(entries) > MOST:
        said = gettext("These are {count} people. Invite {most} at a time at most.")
        problems.append(said.format(count=len(entries), most=MOST))
    if not entries and not problems:
        problems.append(gettext("Write at least one person: name, e-mail address, role."))
    return entries, problems


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines that say something, split at whichever of tab, semicolon and comma stands in the first of them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in _SEPARATORS if mark in first), ",")
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [" ".join(cell.split()) for cell in next(csv.reader(io.StringIO(line), delimiter=separator), [])]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append((number, cells))
    return rows
