"""What the register holds about one person: entry, classes, permissions, days asked out, face."""

from sqlalchemy import select

from moderation.db.models import DayExclusion, LedgerRow, Permission, Person
from moderation.services import permissions as words
from moderation.services import register
from moderation.services.held_words import Row, Table, on, when, yes
from moderation.services.hiding import Names
from moderation.services.work import Work


def entry(work: Work, person: Person, names: Names) -> Table:
    rows = (
        ("Number on the register", person.key),
        ("Forename", person.forename),
        ("Surname", person.surname),
        ("Preferred name", person.preferred_name),
        ("Other names", person.aliases),
        ("Class", person.class_name),
        ("Pupil, staff or other", person.kind),
        ("Protected until", on(person.protected_until)),
        ("On the no-publish list", yes(person.no_publish)),
        ("Left on", when(work, person.left_at)),
    )
    return Table("The register’s entry", ("What", "Value"), rows)


def classes(work: Work, person: Person, names: Names) -> Table:
    rows = ((row.group_name, on(row.starts), on(row.until)) for row in register.memberships(work, person.id))
    return Table("Classes and groups", ("Class or group", "From", "Until"), tuple(rows))


def permissions(work: Work, person: Person, names: Names) -> Table:
    rows = (_permission(work, row, names) for row in words.of_person(work, person.id))
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
        on(row.starts),
        on(row.until),
        names.hidden(row.how),
        yes(row.evidence_key is not None),
        when(work, row.recorded_at),
        on(row.withdrawn_on),
    )


def matching(work: Work, person: Person, names: Names) -> Table:
    """Who answered is told by number: a parent's name is another person's, and so is why one was not asked."""
    rows = (
        (
            str(number),
            on(answer.told_on),
            on(answer.agreed_on),
            names.hidden(answer.how),
            on(answer.objected_on),
            on(answer.excused_on),
            on(record.refused_on),
            on(record.starts_on),
            on(record.ends_on),
            when(work, record.ended_at),
        )
        for record in person.matching_permissions
        for number, answer in enumerate(record.answers, 1)
    )
    headings = (
        "Answer",
        "Told on",
        "Agreed on",
        "How",
        "Objected on",
        "Not asked since",
        "The child’s own refusal",
        "From",
        "Until",
        "Ended",
    )
    return Table("Permission to compare faces", headings, tuple(rows))


def ledger(work: Work, person: Person, names: Names) -> Table:
    question = select(LedgerRow).where(LedgerRow.person_id == person.id).order_by(LedgerRow.number)
    rows = (
        (when(work, row.at), "made" if row.change > 0 else "destroyed", str(abs(row.change)), row.why)
        for row in work.session.scalars(question)
    )
    return Table(
        "Sets of numbers that describe the face, made and destroyed", ("When", "What", "How many", "Why"), tuple(rows)
    )


def days(work: Work, person: Person, names: Names) -> Table:
    question = select(DayExclusion).where(DayExclusion.person_id == person.id).order_by(DayExclusion.day)
    rows = ((on(row.day), when(work, row.recorded_at)) for row in work.session.scalars(question))
    return Table("Days on which they asked to be left out", ("Day", "Recorded"), tuple(rows))


def references(work: Work, person: Person, names: Names) -> Table:
    rows = ((when(work, row.added_at),) for row in person.references)
    title = "Reference photos; each, and 128 numbers made from it that describe the face, is kept sealed"
    return Table(title, ("Added",), tuple(rows))
