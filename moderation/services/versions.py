"""What a post was when it was last decided about or taken back, and what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import Approval, AuditRow, Finding, Person, Post, Scan, Subject, Version
from moderation.rules.consent import Purpose
from moderation.rules.differences import Pictures, Piece, Shown, of_pictures, of_texts
from moderation.rules.digest import of_text
from moderation.rules.findings import Detector
from moderation.rules.language import gettext
from moderation.rules.workflow import Stale, State
from moderation.services import appearing, checks, renditions
from moderation.services.work import Work

# Leaving for one of these ends what a person had before them: the next who decides is told what changed since.
ENDS = frozenset({State.SENT_BACK, State.DRAFT, State.STOPPED, State.RELEASED})


def keep(work: Work, post: Post, digest: str, form: str, handed_in: bool) -> None:
    """Keep what the post is now, with the form that the digest is of, and which flags are open.

    What its author has not handed in nobody has decided about: then what was decided about before is kept once more.
    """
    open_flags = [finding.id for finding in checks.unsettled(work, post)]
    before = None if handed_in else _last(work, post)
    work.session.add(
        Version(
            post_id=post.id,
            at=work.now,
            digest=before.digest if before else digest,
            form=before.form if before else form if of_text(form) == digest else None,
            caption=before.caption if before else post.words_out,
            photos=before.photos if before else [[photo.media_key, photo.alt_text] for photo in post.photos],
            accounts=before.accounts if before else [account.title for account in post.accounts],
            people=before.people if before else [person.id for person in appearing.tagged(work, post)],
            others=before.others if before else post.others,
            purpose=before.purpose if before else post.purpose,
            flags=open_flags,
            because_of=[],
        )
    )
    work.session.flush()


def sent_back_for(work: Work, post: Post, finding_ids: Sequence[int]) -> None:
    """Attach the flags that the post was just sent back for. Raises Stale for one that was not open."""
    version = _last(work, post)
    if version is None or not set(finding_ids) <= set(version.flags):
        raise Stale(gettext("This flag is of an earlier version of the post. Look at it as it is now, then decide."))
    version.because_of = list(finding_ids)


@dataclass(frozen=True)
class Pointed:
    """What the checks pointed at when the post came back: the flags it came back for, and the others."""

    because_of: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()


def pointed_at(work: Work, post: Post) -> Pointed:
    """The flags of a post that was sent back, however list, roll and words have moved on since.

    Those in a photo that its author has taken out are done with.
    """
    version = _last(work, post)
    if version is None or post.state is not State.SENT_BACK:
        return Pointed()
    rows = work.session.scalars(select(Finding).where(Finding.id.in_(version.flags)).order_by(Finding.id))
    there = renditions.pictured(work, post)
    of_pictures = (Subject.PHOTO, Subject.RENDITION)
    still = [row for row in rows if row.scan.subject not in of_pictures or row.scan.digest in there]
    because_of = tuple(row for row in still if row.id in version.because_of)
    return Pointed(because_of, tuple(row for row in still if row not in because_of))


@dataclass(frozen=True)
class Changed:
    """What is other than in the version before."""

    words: tuple[Piece, ...]  # of the caption, if it changed
    pictures: Pictures
    accounts_added: tuple[str, ...]
    accounts_removed: tuple[str, ...]
    people_added: tuple[str, ...]  # by the names they are called
    people_removed: tuple[str, ...]
    others: tuple[int | None, int | None] | None  # people who are not on the register, before and now
    purpose: tuple[Purpose, Purpose] | None

    @property
    def any(self) -> bool:
        accounts, people = self.accounts_added or self.accounts_removed, self.people_added or self.people_removed
        said = self.others or self.purpose
        return bool(self.words or self.pictures.any or accounts or people or said)


def changed(work: Work, post: Post) -> Changed | None:
    """What changed since the version that was decided about before this one; None if this is the first."""
    before = _last(work, post)
    if before is None:
        return None
    words = of_texts(before.caption, post.words_out) if before.caption != post.words_out else []
    accounts = [account.title for account in post.accounts]
    now = {person.id: person for person in appearing.tagged(work, post)}
    were = set(now) if before.people is None else set(before.people)
    gone = work.session.scalars(select(Person).where(Person.id.in_(were - set(now)), Person.erased_at.is_(None)))
    return Changed(
        tuple(words),
        of_pictures([Shown(key, alt_text) for key, alt_text in before.photos], _shown(post)),
        tuple(title for title in accounts if title not in before.accounts),
        tuple(title for title in before.accounts if title not in accounts),
        tuple(person.called for number, person in now.items() if number not in were),
        tuple(sorted(person.called for person in gone)),
        (before.others, post.others) if before.purpose and before.others != post.others else None,
        (before.purpose, post.purpose) if before.purpose and before.purpose is not post.purpose else None,
    )


def _last(work: Work, post: Post) -> Version | None:
    question = select(Version).where(Version.post_id == post.id).order_by(Version.id.desc()).limit(1)
    return work.session.scalars(question).first()


def _shown(post: Post) -> list[Shown]:
    rows = {photo.id: photo for photo in post.every_photo}
    found = []
    for photo in post.photos:
        sources, source = [], photo.covered_from_id
        while source is not None and source in rows:
            sources.append(rows[source].media_key)
            source = rows[source].covered_from_id
        found.append(Shown(photo.media_key, photo.alt_text, tuple(sources)))
    return found


@dataclass(frozen=True)
class Before:
    """An approval that no longer stands, and what ended it."""

    approval: Approval
    ended_by: AuditRow | None


def approved_before(work: Work, post: Post) -> Before | None:
    """The last approval that became void, for whoever decides again."""
    question = select(Approval).where(Approval.post_id == post.id, Approval.void_at.is_not(None))
    approval = work.session.scalars(question.order_by(Approval.id.desc()).limit(1)).first()
    if approval is None:
        return None
    ended = select(AuditRow).where(AuditRow.post_id == post.id, AuditRow.at == approval.void_at)
    return Before(approval, work.session.scalars(ended.order_by(AuditRow.number).limit(1)).first())


def asked_again(work: Work, post: Post, findings: Sequence[Finding]) -> dict[int, str]:
    """By number, open flags about people that somebody had settled before, and what came since that asks again."""
    question = select(Finding).join(Scan).where(Scan.post_id == post.id, Finding.detector == Detector.TAGS)
    settled = {
        (one.kind, one.person_id): one.resolved_at
        for one in work.session.scalars(question.order_by(Finding.id))
        if one.resolved_at is not None
    }
    changes = [moment for photo in post.every_photo for moment in (photo.removed_at, photo.taken_off_at) if moment]
    said = {}
    for finding in findings:
        before = settled.get((finding.kind, finding.person_id))
        if finding.detector is Detector.TAGS and not finding.is_settled and before:
            other_photos = any(moment >= before for moment in changes)
            said[finding.id] = (
                gettext("Asked again: it was settled before, and a photo has changed since.")
                if other_photos
                else gettext(
                    "Asked again: it was settled before, and who is in it, or an answer of the register, "
                    "has changed since."
                )
            )
    return said
