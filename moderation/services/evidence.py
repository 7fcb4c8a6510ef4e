"""Evidence packs: everything the school can show about one post, sealed field by field, to be checked anywhere."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from moderation.db.models import AuditRow, Post
from moderation.media import evidence_paper, zips
from moderation.media import photo as pictures
from moderation.media.signing import Seal
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules import evidence as rules
from moderation.rules.language import Language, gettext, speaking
from moderation.rules.roles import EVIDENCE_READERS, Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours, State
from moderation.services import audit, board, cases, evidence_facts, kept_secrets, safeguarding
from moderation.services.evidence_decisions import Fields, Scope, moment, who
from moderation.services.work import Mistake, NotFound, Work

JSON_NAME, PDF_NAME = "evidence.json", "evidence.pdf"


@dataclass(frozen=True)
class Asked:
    """What the reader asks for besides. `names`: of people on the register, for the data lead alone."""

    names: bool = False
    pictures: bool = False


@dataclass(frozen=True)
class Pack:
    post_id: int
    files: tuple[tuple[str, bytes], ...]  # (name, bytes)

    def zipped(self) -> bytes:
        return zips.zipped(self.files, smaller=True)


def fingerprint(work: Work) -> str:
    """Of the school's key: what a reader compares."""
    return rules.fingerprint(_seal(work).public)


def _seal(work: Work) -> Seal:
    return Seal(kept_secrets.of(work, kept_secrets.EVIDENCE_SEAL))


def get(work: Work, actor: Actor, post_id: int) -> Post:
    """A post that evidence can be asked of: handed in once, whatever became of it."""
    if actor.roles.isdisjoint(EVIDENCE_READERS):
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    handed_in = post.submitted_at is not None and post.state is not State.DRAFT
    if not handed_in and post.state is not State.PURGED and post.author_id != actor.id:
        raise NotFound  # a draft is its author's alone
    return post


def may_have_names(actor: Actor) -> bool:
    return Role.DATA_LEAD in actor.roles


def make(work: Work, actor: Actor, school: str, post_id: int, asked: Asked) -> Pack:
    """The pack, with its own row in the audit trail: the head that it prints. Raises Mistake for a lost picture."""
    post = get(work, actor, post_id)
    if asked.names and not may_have_names(actor):
        raise NotYours(gettext("Only the data lead can put names of pupils into an evidence pack."))
    shown = _pictures(work, actor, post) if asked.pictures else ()
    pack, seal = secrets.token_hex(16), _seal(work)
    audit.append(work, actor, audit.EVIDENCE_MADE, post.id, pack=pack, names=asked.names, pictures=len(shown))
    with speaking(Language.ENGLISH):  # as everything in it, whoever makes it: it is sealed, and read anywhere
        facts = evidence_facts.of_post(work, post, Scope(asked.names, may_have_names(actor)))
    content: Fields = {
        "format": rules.FORMAT,
        "school": school,
        "made": {"at": moment(work.now), "by": who(work, actor.id), "with_names": asked.names},
        **facts,
        "audit": evidence_facts.trail(audit.of_post(work.session, post.id), work),
    }
    paper = evidence_paper.pack(content, rules.in_groups(rules.fingerprint(seal.public)), work.zone)
    files = ((PDF_NAME, paper), *shown)
    content["files"] = [{"name": name, "sha256": sha256(data).hexdigest()} for name, data in files]
    document = rules.seal(content, pack, seal.public, seal.sign)
    return Pack(post.id, ((JSON_NAME, evidence_facts.canonical(document)), *files))


def _pictures(work: Work, actor: Actor, post: Post) -> tuple[tuple[str, bytes], ...]:
    """The pictures of the post as it is now, for whoever may see them on its page."""
    if not board.shows_photos(actor, post):
        raise NotYours(NOT_YOURS)
    safeguarding.refuse_if_apart(work, post)
    try:
        return tuple(
            (f"pictures/photo-{number}.jpg", pictures.export(work.store.get(photo.media_key)))
            for number, photo in enumerate(post.photos, 1)
        )
    except (MediaMissing, MediaDamaged, pictures.NotPixelsOnly):
        raise Mistake(gettext("A picture of this post cannot be read. Make the pack without the pictures.")) from None


def made_before(work: Work, post: Post) -> list[AuditRow]:
    """Each making of a pack of this post, the newest first."""
    rows = select(AuditRow).where(AuditRow.post_id == post.id, AuditRow.action == audit.EVIDENCE_MADE)
    return list(work.session.scalars(rows.order_by(AuditRow.number.desc())))


def not_in_trail(work: Work, evidence: Mapping[str, Any]) -> list[rules.Wrong]:
    """Rows of a pack that the school's trail of today does not have like that: one of the two was changed."""
    rows = {f"audit.rows[{number}]": row for number, row in enumerate(evidence["audit"]["rows"])}
    there = select(AuditRow.number, AuditRow.hash).where(AuditRow.number.in_([row["number"] for row in rows.values()]))
    hashes = {row.number: row.hash for row in work.session.execute(there)}
    return [
        rules.Wrong(path, "is not in the school’s audit trail of today.")
        for path, row in rows.items()
        if hashes.get(row["number"]) != row["hash"]
    ]
