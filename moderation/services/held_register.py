"""What the register holds about one person: entry, classes, permissions, days asked out, face."""

from sqlalchemy import select

from moderation.db.models import DayExclusion, LedgerRow, Permission, Person
from moderation.rules.language import N_, gettext
from moderation.services import import_words, register
from moderation.services import permissions as words
from moderation.services.held_words import Row, Table, on, when, yes
from moderation.services.hiding import Names
from moderation.services.work import Work


def entry(work: Work, person: Person, names: Names) -> Table:
    rows = (
        (gettext("Number on the register"), person.key),
        (gettext("Forename"), person.forename),
        (gettext("Surname"), person.surname),
        (gettext("Preferred name"), person.preferred_name),
        (gettext("Other names"), person.aliases),
        (gettext("Class"), person.class_name),
        (gettext("Pupil, staff or other"), gettext(person.kind)),
        (gettext("Protected until"), on(person.protected_until)),
        (gettext("On the no-publish list"), yes(person.no_publish)),
        (gettext("Left on"), when(work, person.left_at)),
    )
    return Table(gettext("The register’s entry"), (gettext("What"), gettext("Value")), rows)


def classes(work: Work, person: Person, names: Names) -> Table:
    rows = ((row.group_name, on(row.starts), on(row.until)) for row in register.memberships(work, person.id))
    headings = (gettext("Class or group"), gettext("From"), gettext("Until"))
    return Table(gettext("Classes and groups"), headings, tuple(rows))


def permissions(work: Work, person: Person, names: Names) -> Table:
    rows = (_permission(work, row, names) for row in words.of_person(work, person.id))
    headings = (
        gettext("Word"), gettext("Given by"), gettext("What for"), gettext("Where"), gettext("From"),
        gettext("Until"), gettext("How"), gettext("File kept"), gettext("Recorded"), gettext("Withdrawn on"),
    )  # fmt: skip
    return Table(gettext("Permissions and refusals"), headings, tuple(rows))


def _permission(work: Work, row: Permission, names: Names) -> Row:
    return (
        gettext(row.word),
        gettext(row.giver),
        gettext(row.purpose or N_("everything")),
        row.account.title if row.account else gettext(row.medium or N_("everywhere")),
        on(row.starts),
        on(row.until),
        gettext(row.how) if row.how == import_words.HOW else names.hidden(row.how),
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
        gettext("Answer"), gettext("Told on"), gettext("Agreed on"), gettext("How"), gettext("Objected on"),
        gettext("Not asked since"), gettext("The child’s own refusal"), gettext("From"), gettext("Until"),
        gettext("Ended"),
    )  # fmt: skip
    return Table(gettext("Permission to compare faces"), headings, tuple(rows))


def ledger(work: Work, person: Person, names: Names) -> Table:
    question = select(LedgerRow).where(LedgerRow.person_id == person.id).order_by(LedgerRow.number)
    rows = (
        (when(work, row.at), gettext(_done(row.change)), str(abs(row.change)), gettext(row.why))
        for row in work.session.scalars(question)
    )
    headings = (gettext("When"), gettext("What"), gettext("How many"), gettext("Why"))
    return Table(gettext("Sets of numbers that describe the face, made and destroyed"), headings, tuple(rows))


def _done(change: int) -> str:
    return N_("made") if change > 0 else N_("destroyed")


def days(work: Work, person: Person, names: Names) -> Table:
    question = select(DayExclusion).where(DayExclusion.person_id == person.id).order_by(DayExclusion.day)
    rows = ((on(row.day), when(work, row.recorded_at)) for row in work.session.scalars(question))
    headings = (gettext("Day"), gettext("Recorded"))
    return Table(gettext("Days on which they asked to be left out"), headings, tuple(rows))


def references(work: Work, person: Person, names: Names) -> Table:
    rows = ((when(work, row.added_at),) for row in person.references)
    title = gettext("Reference photos; each, and 128 numbers made from it that describe the face, is kept sealed")
    return Table(title, (gettext("Added"),), tuple(rows))
