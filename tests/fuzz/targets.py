"""What is fuzzed: each function takes any bytes, and only what is said to be refused may be raised."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from moderation.media import gate, photo, sheet_gate, tables
from moderation.rules import caption, columns, details, import_cells, import_rows
from moderation.rules.concerns import Kind
from moderation.rules.name_index import RollEntry
from moderation.rules.names import Roll
from moderation.services.work import Mistake
from moderation.web import (
    acceptance_forms,
    account_forms,
    calendar_forms,
    checklist_forms,
    concern_forms,
    cover_forms,
    forms,
    markdown,
    matching_forms,
    people_forms,
    route_forms,
)

ZONES: Final = (ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu"))
TODAY: Final = date(2026, 11, 22)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
ROLL: Final = Roll.build(
    [
        RollEntry("p1", "Zoë", "O'Brien-Smith", "Zo", "4B", ("Zed",)),
        RollEntry("p2", "May", "King", "", "Year 5"),
        RollEntry("s1", "Ada", "Byron", staff=True),
    ]
)
FORMS: Final[tuple[Callable[[Any], object], ...]] = (
    forms.parse_words,
    forms.parse_crop,
    forms.parse_person,
    forms.parse_choices,
    forms.parse_face_rules,
    forms.parse_schedule,
    forms.parse_user,
    forms.parse_role,
    forms.parse_links,
    acceptance_forms.parse_policy,
    acceptance_forms.parse_training,
    acceptance_forms.parse_asked,
    account_forms.parse_place,
    account_forms.parse_case,
    account_forms.parse_consent,
    account_forms.parse_credentials,
    checklist_forms.parse_answers,
    lambda form: concern_forms.parse_report(form, tuple(Kind)),
    concern_forms.parse_step,
    concern_forms.parse_setting,
    lambda form: cover_forms.parse_wish(form, 1600, 1200),
    matching_forms.parse_lawful,
    matching_forms.parse_permission,
    people_forms.parse_people,
    people_forms.parse_wanted,
    people_forms.parse_birth,
    lambda form: people_forms.parse_permission(form, TODAY),
    people_forms.parse_standards,
    people_forms.parse_ages,
    people_forms.parse_months,
    people_forms.parse_images_policy,
    route_forms.parse_routes,
    lambda form: route_forms.parse_deputy(form, TODAY),
)


def pictures(data: bytes) -> None:
    """In this very process, so that it sees which lines are reached; of small pictures, so that it is quick."""
    refused, jpeg, _ = gate.answer(data)
    assert (refused is None) == bool(jpeg)
    if refused is None:
        photo.export(jpeg)
    else:
        assert refused.endswith(".")


def csv_tables(data: bytes) -> None:
    if data.startswith((b"PK", b"\xd0\xcf")):
        return
    with suppress(tables.NotATable):
        table = tables.read(data)
        lines = list(islice(table.lines(), 50))
        start = columns.headings_at([cells for _, cells in lines])
        headings = lines[start][1] if start < len(lines) else []
        guessed = columns.guess(headings)
        import_rows.read_rows(lines[start + 1 :], guessed, headings)
        for _, cells in lines:
            assert not [one for one in map(import_cells.mendable, cells) if one.startswith(FORMULA)]


def spreadsheets(data: bytes) -> None:
    refused, _, rows = sheet_gate.answer(data)
    assert refused is None or (refused.endswith(".") and not rows)


def words(data: bytes) -> None:
    text = data.decode("utf-8", "replace")[:5_000]
    for hit in (*caption.check_words(text, ROLL), *details.personal_details(text)):
        assert 0 <= hit.start < hit.end <= len(text)


def pages(data: bytes) -> None:
    text = data.decode("utf-8", "replace")[:20_000]
    html, _ = str(markdown.rendered(text)), markdown.spoken(text)
    for tag in re.findall(r"<[a-zA-Z][^>]*>", html):
        assert not re.match(r"<(script|style|iframe|img|object|svg)", tag, re.I), tag
        assert not re.search(r"""href="\s*(javascript|vbscript|data):""", tag, re.I), tag


def fields(data: bytes) -> None:
    """A form as a browser sends it; the first byte says which."""
    sent = data[1:].decode("utf-8", "replace")
    form = ImmutableMultiDict(parse_qsl(sent, keep_blank_values=True, max_num_fields=None))
    with suppress(Mistake, HTTPException):
        FORMS[data[0] % len(FORMS) if data else 0](form)
    for zone in ZONES:
        with suppress(Mistake, HTTPException):
            for moment in calendar_forms.parse_move(form, zone):
                moment and moment.astimezone(UTC)
        with suppress(Mistake):
            moment = forms.parse_moment(form.get("wanted_by", ""), zone)
            moment and moment.astimezone(UTC)
    kept = forms.safe_path(form.get("back"))
    assert kept is None or (kept.startswith("/") and not kept.startswith(("//", "/\\")))


TARGETS: Final = {
    "pictures": pictures,
    "csv": csv_tables,
    "sheets": spreadsheets,
    "words": words,
    "pages": pages,
    "fields": fields,
}


def _small_pictures() -> Iterable[bytes]:
    from tests.media.many_kinds import MAKERS, honest

    return [honest(kind) for kind in MAKERS]


def _texts() -> Iterable[bytes]:
    yield from (
        "Zoë O’Brien-Smith (4B) won! #ZoeOBrien @zoe zoe@school.example 07700 900123".encode(),
        "S0phie’s born 3 May 2015, SW1A 1AA; Mr King and May, in May. \U0001f468‍\U0001f469‍\U0001f467".encode(),
        b"# Title\n\n* a\n* [b](javascript:x) <script>\n\n```\ncode\n```\n![x](y)",
    )


def _tables() -> Iterable[bytes]:
    text = 'UPN;Forename;Surname;Reg. Group;Photo consent\nA1;Zoë;=1+1;4B;Yes\nA2;"May";King;;No\n'
    return [text.encode(), text.encode("utf-16"), text.encode("cp1252"), text.replace(";", ",").encode()]


def _sheets() -> Iterable[bytes]:
    from tests.media.test_tables import cell, spreadsheet

    one = "<row r='1'>" + cell("A1", "UPN") + cell("B1", "Forename") + "</row>"
    return [spreadsheet(one), spreadsheet(one, one, hidden=[0])]


def _fields() -> Iterable[bytes]:
    """Every field that a parser asks for, with a plausible value."""
    import inspect

    source = "".join(inspect.getsource(module) for module in {inspect.getmodule(parse) for parse in FORMS} - {None})
    names = sorted(set(re.findall(r'"([a-z_]{2,20}-?)"', source)) | {"back", "wanted_by"})
    for number in range(len(FORMS)):
        for value in ("1", "2026-09-01T15:30", "2026-09-01", "granted", "/posts/1"):
            yield bytes([number]) + "&".join(f"{name}={value}" for name in names).encode()


SEEDS: Final[dict[str, Callable[[], Iterable[bytes]]]] = {
    "pictures": _small_pictures,
    "csv": _tables,
    "sheets": _sheets,
    "words": _texts,
    "pages": _texts,
    "fields": _fields,
}
