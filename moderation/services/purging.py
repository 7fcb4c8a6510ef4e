"""Purges one thing at a time, children before parents: what is left of it is numbers, dates and digests."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, delete, or_, select, update

from moderation.db.models import (
    Base,
    ChecklistTick,
    Claim,
    Concern,
    ConcernStep,
    Copy,
    CopyPicture,
    Crop,
    DayExclusion,
    Finding,
    FollowedLink,
    LiveCheck,
    LiveLook,
    LookBack,
    LookBackPost,
    MatchingAnswer,
    MatchingPermission,
    Membership,
    NewsRow,
    Permission,
    Person,
    PersonWord,
    PhoneLink,
    Photo,
    PhotoUpload,
    Post,
    PostAccount,
    Publication,
    Rendition,
    Scan,
    Tag,
    Takedown,
    UploadPart,
    Version,
)
from moderation.rules.matching import Why
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.workflow import Action, State
from moderation.services import audit, cases, encodings, renditions, safeguarding, waiting_uploads
from moderation.services.work import Work

# Every table with a column that points at people, posts or what hangs on them, and what becomes of its rows. A test
# holds this against the tables that there are: one that is forgotten keeps what the school believes to be gone.
GOES: frozenset[type[Base]] = frozenset(
    {
        ChecklistTick,
        Claim,
        Copy,
        CopyPicture,
        Crop,
        DayExclusion,
        Finding,
        FollowedLink,
        LiveCheck,
        LiveLook,
        LookBack,
        LookBackPost,
        MatchingAnswer,
        MatchingPermission,
        Membership,
    }
    | {
        NewsRow,
        Permission,
        PersonWord,
        PhoneLink,
        Photo,
        PhotoUpload,
        PostAccount,
        Rendition,
        Scan,
        Tag,
        UploadPart,
        Version,
    }
)
GOES_WITH_THE_FACE = frozenset({"reference_photos"})  # encodings.destroy
STAYS = frozenset(
    {"approvals", "kits", "publications", "deliveries", "takedowns", "audit", "concerns"}
)  # ids, digests, moments and links: evidence


def post(work: Work, actor: Actor, row: Post, again: bool = False) -> set[str]:
    """Everything of a post but its number, dates, approvals and audit rows. Returns the keys of its files."""
    action = Action.PURGE_AGAIN if again else Action.PURGE
    # Of two posts with the same picture one has to go first.
    case = replace(cases.case_of(work, row), kept_apart=safeguarding.is_reported(work, row))
    cases.move(work, row, action, SYSTEM, case, ordered_by=actor.id)
    keys = {photo.media_key for photo in row.every_photo} | renditions.forget_all(work, row)
    shots = select(LiveLook.media_key).where(LiveLook.post_id == row.id)
    keys |= {key for key in work.session.scalars(shots) if key}
    waiting_uploads.forget(work, PhotoUpload.post_id == row.id)
    _delete_scans(work, Scan.post_id == row.id)
    _delete_photos(work, Photo.post_id == row.id)
    goes = (
        Tag,
        LookBackPost,
        LiveCheck,
        LiveLook,
        PostAccount,
        Version,
        Claim,
        ChecklistTick,
        NewsRow,
        FollowedLink,
        PhoneLink,
    )
    for table in goes:
        work.session.execute(delete(table).where(table.post_id == row.id))
    of_post = select(Publication.id).where(Publication.post_id == row.id)
    work.session.execute(update(Takedown).where(Takedown.publication_id.in_(of_post)).values(said="", proof=""))
    _delete_copies(work, CopyPicture.post_id == row.id)
    row.caption, row.note, row.others, row.taken_on, row.wanted_by = "", "", None, None, None
    row.not_before, row.agreed_from = None, None
    row.source, row.credit, row.permission, row.link = None, None, None, None
    work.session.flush()
    work.session.expire(row, ["every_photo", "accounts"])
    _delete_files(work, keys)
    return keys


def originals_of(row: Post) -> list[Photo]:
    """The pictures of a post that did not go out: what was uncovered before, what was taken out."""
    return [photo for photo in row.every_photo if photo.removed_at is not None]


def originals(work: Work, actor: Actor, row: Post) -> set[str]:
    """The pictures that did not go out. Those that did stay, so that a withdrawal still finds who is in them."""
    gone = originals_of(row)
    keys = {photo.media_key for photo in gone} - {photo.media_key for photo in row.photos}
    keys |= renditions.forget_all(work, row, keys)
    _delete_scans(work, (Scan.post_id == row.id) & Scan.digest.in_(keys))
    _delete_photos(work, Photo.id.in_([photo.id for photo in gone]))
    _delete_copies(work, (CopyPicture.post_id == row.id) & CopyPicture.source_key.in_(keys))
    work.session.flush()
    work.session.expire(row, ["every_photo"])
    audit.append(work, actor, "originals purged", row.id, photos=sorted(photo.id for photo in gone))
    _delete_files(work, keys)
    return keys


def person(work: Work, actor: Actor, row: Person) -> set[str]:
    """The register's entry, permissions with their evidence, tags, face. The number stays: the audit trail names it."""
    keys = {reference.media_key for reference in row.references}
    encodings.destroy(work, actor, row, Why.LEFT)
    told = select(MatchingPermission.id).where(MatchingPermission.person_id == row.id)
    work.session.execute(delete(MatchingAnswer).where(MatchingAnswer.permission_id.in_(told)))
    evidence = set(
        work.session.scalars(
            select(Permission.evidence_key).where(Permission.person_id == row.id, Permission.evidence_key.is_not(None))
        )
    )
    looked_back = select(LookBack.id).where(LookBack.person_id == row.id)
    work.session.execute(delete(LookBackPost).where(LookBackPost.look_back_id.in_(looked_back)))
    work.session.execute(update(Takedown).where(Takedown.person_id == row.id).values(found="", proof=""))
    for table in (LookBack, MatchingPermission, Permission, Membership, PersonWord, DayExclusion, Tag):
        work.session.execute(delete(table).where(table.person_id == row.id))
    work.session.execute(
        update(Finding).where(Finding.person_id == row.id).values(person_id=None, evidence="", reason="")
    )
    delete_copies(work, work.session.scalars(select(Copy).where(Copy.person_id == row.id)).all())
    row.key, row.class_name, row.aliases = f"erased {row.id}", "", ""
    row.forename, row.surname, row.preferred_name = "", "", ""
    row.no_publish, row.protected_until = False, None
    row.left_at, row.erased_at = row.left_at or work.now, work.now
    work.session.flush()
    audit.append(work, actor, "person erased", person=row.id)
    files = {key for key in evidence if key}
    _delete_files(work, files)
    return keys | files


def day(work: Work, actor: Actor, row: DayExclusion) -> set[str]:
    audit.append(work, actor, "day asked out purged", person=row.person_id, day=row.day.isoformat())
    work.session.delete(row)
    work.session.flush()
    return set()


def concern(work: Work, actor: Actor, row: Concern) -> set[str]:
    """Every word of a concern, with who reported it. Kind, desk, moments and who took which step are kept."""
    row.what, row.place, row.name, row.contact, row.purged_at = "", "", "", "", work.now
    work.session.execute(update(ConcernStep).where(ConcernStep.concern_id == row.id).values(said=""))
    work.session.flush()
    audit.append(work, actor, "concern purged", concern=row.id)
    return set()


def is_purged(row: Post | Person) -> bool:
    return row.state is State.PURGED if isinstance(row, Post) else row.erased_at is not None


def delete_copies(work: Work, copies: Collection[Copy]) -> None:
    """Copies of what is held about somebody, with their sealed pictures."""
    for copy in copies:
        _delete_copies(work, CopyPicture.copy_id == copy.id)
        work.session.delete(copy)
    work.session.flush()


def _delete_copies(work: Work, which: ColumnElement[bool]) -> None:
    rows = work.session.scalars(select(CopyPicture).where(which)).all()
    keys = {row.media_key for row in rows if row.media_key}
    for row in rows:
        work.session.delete(row)
    work.session.flush()
    _delete_files(work, keys)


def _delete_scans(work: Work, which: ColumnElement[bool]) -> None:
    scans = select(Scan.id).where(which)
    work.session.execute(delete(Finding).where(Finding.scan_id.in_(scans)))
    work.session.execute(delete(Scan).where(which))


def _delete_photos(work: Work, which: ColumnElement[bool]) -> None:
    gone = list(work.session.scalars(select(Photo.id).where(which)))
    work.session.execute(delete(Crop).where(Crop.photo_id.in_(gone)))
    waiting_uploads.forget(work, PhotoUpload.photo_id.in_(gone))
    covers = or_(Photo.covered_from_id.in_(gone), Photo.id.in_(gone))
    work.session.execute(update(Photo).where(covers).values(covered_from_id=None))
    work.session.execute(delete(Photo).where(Photo.id.in_(gone)))


def _delete_files(work: Work, keys: set[str]) -> None:
    """The files of rows that are gone, unless another row shows the same bytes."""
    work.session.flush()
    for key in sorted(keys):
        work.delete_media(key)
