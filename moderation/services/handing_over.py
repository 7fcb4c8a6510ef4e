"""A copy of what is held about one person is taken away: words as of now, covered pictures, files of evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.db.models import Copy, CopyPicture, Post
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.language import Language, gettext, speaking
from moderation.rules.roles import Actor
from moderation.rules.workflow import Refused
from moderation.services import audit, held, permissions, safeguarding
from moderation.services.copies import LEFT_OUT, context
from moderation.services.held import Held
from moderation.services.work import NotFound, Work


@dataclass(frozen=True)
class Pictured:
    """One picture of a copy: its file name, its bytes (None: left out) and what was done to it."""

    name: str
    jpeg: bytes | None
    post_id: int | None
    words: str


@dataclass(frozen=True)
class EvidenceFile:
    """A file that shows a permission or a refusal, as it was given; `data` None: it cannot be opened any more."""

    name: str
    data: bytes | None
    permission_id: int


@dataclass(frozen=True)
class Taken:
    """What is taken away."""

    held: Held
    for_programs: Held  # the same in English
    pictures: tuple[Pictured, ...]
    evidence: tuple[EvidenceFile, ...]


def take(work: Work, actor: Actor, person_id: int, copy_id: int) -> Taken:
    """The copy, with what is held in words as of now. Each taking away is recorded."""
    copy = work.session.get(Copy, copy_id)
    if copy is None or copy.person_id != person_id or copy.expires_at <= work.now:
        raise NotFound
    if not copy.is_ready:
        raise Refused(gettext("This copy is not ready yet: some pictures still have to be covered."))
    files = tuple(_evidence(work, person_id))
    opened = [file.permission_id for file in files]
    audit.append(work, actor, "copy of what is held taken", person=person_id, copy=copy.id, evidence=opened)
    found = tuple(_pictured(work, number, picture) for number, picture in enumerate(copy.pictures, 1))
    with speaking(Language.ENGLISH):
        for_programs = held.about(work, person_id)
    return Taken(held.about(work, person_id), for_programs, found, files)


def _evidence(work: Work, person_id: int) -> Iterator[EvidenceFile]:
    """Every file of evidence about this person, the oldest first, as it was given: nothing in it is hidden."""
    for row in reversed(permissions.of_person(work, person_id)):
        if row.evidence_key is None:
            continue
        try:
            data = permissions.opened(work, row)
        except (MediaMissing, MediaDamaged):
            data = None
        yield EvidenceFile(f"permission-{row.id}.{permissions.ending(data or b'')}", data, row.id)


def _pictured(work: Work, number: int, picture: CopyPicture) -> Pictured:
    jpeg, post = None, work.session.get(Post, picture.post_id) if picture.post_id else None
    if post is not None and safeguarding.is_apart(work, post):  # since it was made
        return Pictured(f"picture-{number}.jpg", None, picture.post_id, LEFT_OUT)
    if picture.media_key:
        sealed = work.store.get(picture.media_key)
        jpeg = work.vault.open(picture.copy.wrapped_key, sealed, context(picture))
    return Pictured(f"picture-{number}.jpg", jpeg, picture.post_id, picture.words)
