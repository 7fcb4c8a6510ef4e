"""Permissions, refusals and days on which somebody asked to be left out: recorded, withdrawn, never changed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from moderation.db.models import Account, DayExclusion, Permission, Person
from moderation.media import photo as pictures
from moderation.rules.consent import Giver, Medium, Purpose, Word
from moderation.rules.language import N_, gettext, written_day
from moderation.rules.looking_back import Cause
from moderation.rules.roles import Actor
from moderation.services import audit, roster, withdrawal
from moderation.services.work import Mistake, NotFound, Work

LARGEST_EVIDENCE = 10_000_000  # bytes


_PERMITTED_ALREADY = N_(
    "This permission is recorded already, from {day} on. "
    "If something about it is another thing now, withdraw that one first."
)
_REFUSED_ALREADY = N_(
    "This refusal is recorded already, from {day} on. "
    "If something about it is another thing now, withdraw that one first."
)


@dataclass(frozen=True)
class PermissionForm:
    """A permission as typed. None for purpose, medium or account: for all of them. `until` is the last day."""

    word: Word
    giver: Giver
    starts: date
    until: date | None = None
    purpose: Purpose | None = None
    medium: Medium | None = None
    account_id: int | None = None
    how: str = ""


@dataclass(frozen=True)
class Evidence:
    """A file that shows the permission, ready to be kept."""

    data: bytes


def prepare_evidence(upload: bytes) -> Evidence:
    """Judge a file, with no transaction open: a PDF as it is, a picture decoded and encoded again. Raises Mistake."""
    if len(upload) > LARGEST_EVIDENCE:
        raise Mistake(
            gettext("The file is larger than {size} MB. Scan it smaller.").format(size=LARGEST_EVIDENCE // 1000000)
        )
    if upload.startswith(b"%PDF-"):
        return Evidence(upload)
    try:
        return Evidence(pictures.ingest(upload).jpeg)
    except pictures.NotUsable as error:
        raise Mistake(gettext("The evidence has to be a PDF or a picture. {error}").format(error=error)) from error


def record(
    work: Work, actor: Actor, person_id: int, form: PermissionForm, evidence: Evidence | None = None
) -> Permission:
    """Write down one word of one person. Raises Mistake."""
    person = roster.get(work, person_id)
    if form.until is not None and form.until < form.starts:
        raise Mistake(gettext("The last day lies before the first one. Choose a later one."))
    if form.account_id is not None and work.session.get(Account, form.account_id) is None:
        raise Mistake(gettext("That account is not in the list. Load the page again and choose one."))
    _refuse_twice(work, person.id, form)
    row = Permission(
        person_id=person.id,
        word=form.word,
        giver=form.giver,
        purpose=form.purpose,
        medium=form.medium,
        account_id=form.account_id,
        starts=form.starts,
        until=form.until,
        how=form.how,
        recorded_by_id=actor.id,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    if evidence is not None:
        row.evidence_wrapped = work.vault.new_key()
        row.evidence_key = work.store.put(work.vault.seal(row.evidence_wrapped, evidence.data, _context(row)))
        work.session.flush()
    audit.append(work, actor, "permission recorded", person=person.id, permission=row.id, word=row.word)
    if row.word is Word.REFUSED:
        withdrawal.at_once(work, actor, person.id, Cause.REFUSED)
    return row


def _refuse_twice(work: Work, person_id: int, form: PermissionForm) -> None:
    """The same word, whose days lie within those of one that stands, would only have to be withdrawn twice."""
    for row in of_person(work, person_id):
        same = (row.word, row.giver, row.purpose, row.medium, row.account_id) == (
            *(form.word, form.giver, form.purpose, form.medium, form.account_id),
        )
        longer = row.until is None or (form.until is not None and form.until <= row.until)
        if same and row.withdrawn_on is None and row.starts <= form.starts and longer:
            said = _PERMITTED_ALREADY if form.word is Word.GRANTED else _REFUSED_ALREADY
            raise Mistake(gettext(said).format(day=written_day(row.starts)))


def withdraw(work: Work, actor: Actor, person_id: int, permission_id: int) -> None:
    """From today on it no longer holds. Twice is once."""
    row = _of(work, person_id, permission_id)
    if row.withdrawn_on is None:
        row.withdrawn_on, row.withdrawn_by_id = work.today, actor.id
        work.session.flush()
        audit.append(work, actor, "permission withdrawn", person=person_id, permission=row.id, word=row.word)
        if row.word is Word.GRANTED:
            withdrawal.at_once(work, actor, person_id, Cause.WITHDRAWN)


def of_person(work: Work, person_id: int) -> list[Permission]:
    """Every word about this person, the newest first."""
    question = select(Permission).where(Permission.person_id == person_id)
    return list(work.session.scalars(question.order_by(Permission.id.desc())))


def evidence(work: Work, actor: Actor, person_id: int, permission_id: int) -> bytes:
    """The file, opened. Each look is recorded."""
    row = _of(work, person_id, permission_id)
    audit.append(work, actor, "evidence read", person=person_id, permission=row.id)
    return opened(work, row)


def opened(work: Work, row: Permission) -> bytes:
    """The file of this permission; whoever asks records it. Raises NotFound without one."""
    if row.evidence_key is None or row.evidence_wrapped is None:
        raise NotFound
    return work.vault.open(row.evidence_wrapped, work.store.get(row.evidence_key), _context(row))


def ending(data: bytes) -> str:
    """Of the name under which a file of evidence is handed out."""
    return "pdf" if data.startswith(b"%PDF-") else "jpg"


def _of(work: Work, person_id: int, permission_id: int) -> Permission:
    row = work.session.get(Permission, permission_id)
    if row is None or row.person_id != person_id:
        raise NotFound
    return row


def _context(row: Permission) -> bytes:
    return f"evidence of permission {row.id}".encode()


def exclude_today(work: Work, actor: Actor, person_id: int) -> None:
    """Somebody asked not to be in it today. Twice is once."""
    person = roster.get(work, person_id)
    if _excluded(work, person, work.today) is None:
        work.session.add(
            DayExclusion(person_id=person.id, day=work.today, recorded_by_id=actor.id, recorded_at=work.now)
        )
        work.session.flush()
        audit.append(work, actor, "asked out today", person=person.id, day=work.today.isoformat())
        withdrawal.at_once(work, actor, person.id, Cause.ASKED)


def undo_exclusion(work: Work, actor: Actor, person_id: int) -> None:
    """A slip of the thumb, taken back the same day, by whoever made it."""
    row = _excluded(work, roster.get(work, person_id), work.today)
    if row is None or row.recorded_by_id != actor.id:
        raise NotFound
    work.session.delete(row)
    work.session.flush()
    audit.append(work, actor, "asked out today, taken back", person=person_id, day=work.today.isoformat())


def _excluded(work: Work, person: Person, day: date) -> DayExclusion | None:
    question = select(DayExclusion).where(DayExclusion.person_id == person.id, DayExclusion.day == day)
    return work.session.scalars(question).first()


def own_exclusions(work: Work, actor: Actor) -> set[int]:
    """Whom this member of staff has marked today, so that a slip can be taken back."""
    question = select(DayExclusion.person_id).where(
        DayExclusion.day == work.today, DayExclusion.recorded_by_id == actor.id
    )
    return set(work.session.scalars(question))
