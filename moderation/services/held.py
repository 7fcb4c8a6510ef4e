"""What is held about one person, in tables that anybody can read; other people's names do not stand in them."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from moderation.db.models import (
    AuditRow,
    DayExclusion,
    Finding,
    LedgerRow,
    Permission,
    Person,
    Post,
    Publication,
    Scan,
    Tag,
    Takedown,
)
from moderation.services import permissions, register
from moderation.services.hiding import Names
from moderation.services.work import NotFound, Work

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One sort of record: headings, and rows with as many texts."""

    title: str
    headings: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Held:
    """Everything in words. Times are in the school's own zone."""

    person_id: int
    as_of: str
    tables: tuple[Table, ...]

    def as_json(self) -> dict[str, object]:
        tables = {
            table.title: [dict(zip(table.headings, row, strict=True)) for row in table.rows] for table in self.tables
        }
        return {"format": 1, "person": self.person_id, "as_of": self.as_of, "held": tables}


def get(work: Work, person_id: int) -> Person:
    """The person, also after they left; not once they are erased."""
    person = work.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFound
    return person


def leavers(work: Work) -> list[Person]:
    """Whoever has left and is still held: they may ask too."""
    gone = select(Person).where(Person.left_at.is_not(None), Person.erased_at.is_(None))
    return list(work.session.scalars(gone.order_by(Person.surname, Person.forename, Person.id)))


def about(work: Work, person_id: int) -> Held:
    """What the database holds about this person."""
    person = get(work, person_id)
    names = Names(work, person.id)
    parts: Sequence[Callable[[Work, Person, Names], Table]] = (
        _entry, _classes, _permissions, _days, _matching, _references, _ledger, _posts, _findings, _takedowns, _history,
    )  # fmt: skip
    return Held(person.id, _when(work, work.now), tuple(part(work, person, names) for part in parts))


def posts_of(work: Work, person_id: int) -> list[Post]:
    """Posts in which they are tagged or a check pointed at them, whatever was said about it."""
    tagged = select(Tag.post_id).where(Tag.person_id == person_id)
    found = select(Scan.post_id).join(Finding).where(Finding.person_id == person_id)
    question = select(Post).where(or_(Post.id.in_(tagged), Post.id.in_(found)))
    return list(work.session.scalars(question.order_by(Post.id)))


def _entry(work: Work, person: Person, names: Names) -> Table:
    rows = (
        ("Number on the register", person.key),
        ("Forename", person.forename),
        ("Surname", person.surname),
        ("Preferred name", person.preferred_name),
        ("Other names", person.aliases),
        ("Class", person.class_name),
        ("Pupil, staff or other", person.kind),
        ("Protected until", _on(person.protected_until)),
        ("On the no-publish list", _yes(person.no_publish)),
        ("Left on", _when(work, person.left_at)),
    )
    return Table("The register’s entry", ("What", "Value"), rows)


def _classes(work: Work, person: Person, names: Names) -> Table:
    rows = ((row.group_name, _on(row.starts), _on(row.until)) for row in register.memberships(work, person.id))
    return Table("Classes and groups", ("Class or group", "From", "Until"), tuple(rows))


def _permissions(work: Work, person: Person, names: Names) -> Table:
    rows = (_permission(work, row, names) for row in permissions.of_person(work, person.id))
    headings = (
        "Word", "Given by", "What for", "Where", "From", "Until", "How", "File kept", "Recorded", "Withdrawn on",
    )  # fmt: skip
    return Table("Permissions and refusals", headings, tuple(rows))


def _permission(work: Work, row: Permission, names: Names) -> Row:
    return (
        row.word,
        row.giver,
        row.purpose or "everything",
        row.account.title if row.account else row.medium or "everywhere",
        _on(row.starts),
        _on(row.until),
        names.hidden(row.how),
        _yes(row.evidence_key is not None),
        _when(work, row.recorded_at),
        _on(row.withdrawn_on),
    )


def _matching(work: Work, person: Person, names: Names) -> Table:
    """Who answered is told by number: a parent's name is another person's."""
    rows = (
        (
            str(number),
            _on(answer.told_on),
            _on(answer.agreed_on),
            names.hidden(answer.how),
            _on(answer.objected_on),
            _on(record.refused_on),
            _on(record.starts_on),
            _on(record.ends_on),
            _when(work, record.ended_at),
        )
        for record in person.matching_permissions
        for number, answer in enumerate(record.answers, 1)
    )
    headings = ("Answer", "Told on", "Agreed on", "How", "Objected on", "Own refusal", "From", "Until", "Ended")
    return Table("Permission to compare faces", headings, tuple(rows))


def _ledger(work: Work, person: Person, names: Names) -> Table:
    question = select(LedgerRow).where(LedgerRow.person_id == person.id).order_by(LedgerRow.number)
    rows = ((_when(work, row.at), f"{row.change:+}", row.engine, row.why) for row in work.session.scalars(question))
    return Table("Encodings of the face: made (+), destroyed (−)", ("When", "Number", "By", "Why"), tuple(rows))


def _days(work: Work, person: Person, names: Names) -> Table:
    question = select(DayExclusion).where(DayExclusion.person_id == person.id).order_by(DayExclusion.day)
    rows = ((_on(row.day), _when(work, row.recorded_at)) for row in work.session.scalars(question))
    return Table("Days on which they asked to be left out", ("Day", "Recorded"), tuple(rows))


def _references(work: Work, person: Person, names: Names) -> Table:
    rows = ((_when(work, row.added_at), row.engine) for row in person.references)
    return Table("Reference photos, each with 128 numbers made from it, sealed", ("Added", "Made by"), tuple(rows))


def _posts(work: Work, person: Person, names: Names) -> Table:
    tagged = set(work.session.scalars(select(Tag.post_id).where(Tag.person_id == person.id)))
    rows = (_post(work, post, post.id in tagged, names) for post in posts_of(work, person.id))
    headings = ("Post", "State", "Begun", "Day of the photos", "Tagged", "Accounts", "Links", "Words", "Descriptions")
    return Table("Posts", headings, tuple(rows))


def _post(work: Work, post: Post, tagged: bool, names: Names) -> Row:
    links = work.session.scalars(select(Publication.link).where(Publication.post_id == post.id))
    return (
        str(post.id),
        post.state,
        _when(work, post.created_at),
        _on(post.taken_on),
        _yes(tagged),
        ", ".join(account.title for account in post.accounts),
        " ".join(names.hidden(link) for link in links),
        names.hidden(post.words_out),
        " · ".join(names.hidden(photo.alt_text) for photo in post.photos),
    )


def _findings(work: Work, person: Person, names: Names) -> Table:
    question = select(Finding, Scan).join(Scan).where(Finding.person_id == person.id).order_by(Finding.id)
    rows = (
        (
            str(scan.post_id),
            _when(work, scan.ended_at),
            finding.kind,
            names.hidden(finding.evidence),
            finding.resolution or "",
            names.hidden(finding.reason),
        )
        for finding, scan in work.session.execute(question)
    )
    headings = ("Post", "Looked at", "What the check saw", "Why", "A person’s word", "Reason")
    return Table("What the checks pointed at", headings, tuple(rows))


def _takedowns(work: Work, person: Person, names: Names) -> Table:
    question = select(Takedown).where(Takedown.person_id == person.id).order_by(Takedown.id)
    rows = (
        (
            str(row.publication.post_id),
            _when(work, row.opened_at),
            row.reason,
            row.end or "",
            _when(work, row.ended_at),
            names.hidden(row.proof),
        )
        for row in work.session.scalars(question)
    )
    return Table("Taken down, or to be", ("Post", "Opened", "Why", "How it ended", "When", "Proof"), tuple(rows))


def _history(work: Work, person: Person, names: Names) -> Table:
    rows = (
        (_when(work, row.at), row.action, row.actor.role if row.actor else "the program", names.hidden(row.reason))
        for row in _audit_rows(work, person.id)
    )
    return Table("What was done with these records", ("When", "What", "By", "Reason"), tuple(rows))


def _audit_rows(work: Work, person_id: int) -> Iterable[AuditRow]:
    question = select(AuditRow).where(AuditRow.detail.contains(str(person_id))).order_by(AuditRow.number)
    for row in work.session.scalars(question):
        detail = json.loads(row.detail)
        if detail.get("person") == person_id or person_id in [*detail.get("added", ()), *detail.get("taken", ())]:
            yield row


def _when(work: Work, moment: datetime | None) -> str:
    return f"{moment.astimezone(work.zone):%Y-%m-%d %H:%M}" if moment else ""


def _on(day: date | None) -> str:
    return day.isoformat() if day else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"
