"""What must hold at every moment, and what must hold once all is quiet; read from the database and the media alone."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from moderation.db.models import Approval, AuditRow, Finding, Kit, Post, Publication, Scan, ScanState, Version
from moderation.db.snapshot import NAMES_FILES
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.chain import START, link_hash
from moderation.rules.digest import of_text
from moderation.rules.workflow import State
from moderation.services import audit
from moderation.services.work import Work
from moderation.wiring import Parts
from tests.chaos.ledger import Ledger

OUT = (State.RELEASED, State.LIVE)


@dataclass
class Watch:
    """Looks again and again; what is wrong is said in the ledger, once."""

    parts: Parts
    ledger: Ledger
    approvers: frozenset[int]  # who have signed, were trained, and are asked by the route
    over: threading.Event = field(default_factory=threading.Event)
    looks: int = 0
    _last: tuple[int, str] = (0, START)  # of the trail: number and hash
    _trail: Counter[tuple[int, str]] = field(default_factory=Counter)
    _results: dict[int, tuple[object, ...]] = field(default_factory=dict)  # by scan, once it has ended

    def run(self, every: float) -> None:
        while not self.over.wait(every):
            try:
                self.look()
            except SQLAlchemyError:
                self.ledger.count("looks of the watch that failed")

    def look(self) -> None:
        captions, done = self.ledger.as_of_now()
        with self.parts.reading() as work:
            self._chain(work)
            self._answered(work, captions, done)
            self._checks(work)
            self._decisions(work)
        self.looks += 1

    def _say(self, fits: bool, sentence: str) -> None:
        if not fits:
            self.ledger.accuse(sentence)

    def _chain(self, work: Work) -> None:
        """Each new row of the trail fits the one before it, and none before it has gone."""
        number, previous = self._last
        before = work.session.get(AuditRow, number)
        self._say(not number or (before is not None and before.hash == previous), f"audit row {number} was changed")
        for row in work.session.scalars(select(AuditRow).where(AuditRow.number > number).order_by(AuditRow.number)):
            fits = row.number == number + 1 and row.previous == previous
            self._say(fits and link_hash(previous, audit.link_of(row)) == row.hash, f"audit row {row.number} is wrong")
            number, previous = row.number, row.hash
            if row.post_id:
                self._trail[row.post_id, row.action] += 1
        self._last = number, previous

    def _answered(self, work: Work, captions: dict[int, tuple[str, ...]], done: Counter[tuple[int, str]]) -> None:
        """Nothing that was answered is lost: posts, their words, and what was done with them."""
        there = {row.id: row.caption for row in work.session.execute(select(Post.id, Post.caption))}
        later = self.ledger.as_of_now()[0]  # what was sent while this transaction was being opened
        for post_id, allowed in captions.items():
            words = {*allowed, *later[post_id]}
            self._say(post_id in there, f"post {post_id} is lost")
            self._say(there.get(post_id) in words, f"post {post_id} has lost its last words")
        for (post_id, action), times in done.items():
            self._say(self._trail[post_id, action] >= times, f"post {post_id}: “{action}” was answered and is lost")

    def _checks(self, work: Work) -> None:
        """A check is recorded once for the same thing, and what it has recorded stays."""
        found = Counter(work.session.scalars(select(Finding.scan_id)))
        ended = work.session.scalars(select(Scan).where(Scan.state.in_((ScanState.DONE, ScanState.PARKED))))
        seen: Counter[tuple[object, ...]] = Counter()
        for scan in ended:
            seen[scan.post_id, scan.subject, scan.digest] += 1
            result = (scan.state, scan.token, scan.runs, scan.seconds, scan.ended_at, found[scan.id])
            before = self._results.setdefault(scan.id, result)
            self._say(before == result, f"scan {scan.id} was recorded twice: {before} and {result}")
        for (post_id, *_), times in seen.items():
            self._say(times == 1, f"post {post_id}: one thing was checked {times} times into the record")

    def _decisions(self, work: Work) -> None:
        """What is released, live or in an opened kit was approved by the right people, for exactly what it is."""
        approvals = {one.id: one for one in work.session.scalars(select(Approval))}
        standing = {one.post_id: one for one in approvals.values() if one.void_at is None}
        kept = {one.post_id: one for one in work.session.scalars(select(Version).order_by(Version.id))}
        for post in work.session.scalars(select(Post).where(Post.state.in_(OUT))):
            approval, version = standing.get(post.id), kept.get(post.id)
            if approval is None or version is None:
                self.ledger.accuse(f"post {post.id} is {post.state} and nobody’s approval stands")
                continue
            self._say(
                version.form is not None and of_text(version.form) == approval.digest == version.digest,
                f"post {post.id}: its approval is for something else",
            )
            as_it_is = [[photo.media_key, photo.alt_text] for photo in post.photos]
            same = post.words_out == version.caption and as_it_is == version.photos
            self._say(same, f"post {post.id} is {post.state} and not what was approved")
        for one in approvals.values():
            author = work.session.get_one(Post, one.post_id).author_id
            right = one.user_id in self.approvers and one.user_id != author
            self._say(right, f"approval {one.id} is by somebody who may not")
            tried = (one.post_id, one.user_id, one.digest) in self.ledger.tried
            self._say(tried, f"approval {one.id} was given by nobody")
        for kit in work.session.scalars(select(Kit)):
            self._say(kit.digest == approvals[kit.approval_id].digest, f"kit {kit.id} is not what was approved")
        twice = select(Publication.post_id).group_by(Publication.post_id).having(func.count() > 1)
        self._say(not work.session.scalars(twice).all(), "a post is live twice on one account")

    # Once all is quiet.

    def resting(self) -> bool:
        """Whether no check waits or runs, and no post is being checked."""
        with self.parts.reading() as work:
            under_way = Scan.state.in_((ScanState.WAITING, ScanState.RUNNING))
            checking = select(func.count()).select_from(Post).where(Post.state == State.CHECKING)
            waiting = select(func.count()).select_from(Scan).join(Post).where(under_way, Post.state.in_(OUT))
            return not work.session.scalar(checking) and not work.session.scalar(waiting)

    def at_the_end(self) -> dict[str, int]:
        """Everything once more, the whole trail, every file; how many files no row names."""
        self.look()
        with self.parts.reading() as work:
            self._say(audit.verify(work.session) is None, "the audit trail does not verify")
            for entry in self.ledger.entries.values():
                if entry.ended:
                    post = work.session.get(Post, entry.post_id)
                    state = post.state if post else "gone"
                    self._say(state == entry.ended, f"post {entry.post_id} was {entry.ended} and is {state}")
                    self._say(not post or len(post.photos) == entry.pictures, f"post {entry.post_id} lost a picture")
            extra = set(work.session.scalars(select(Post.caption).where(Post.id.not_in(self.ledger.entries))))
            self._say(extra <= self.ledger.unanswered, "there is a post that nobody has written")
            named = {key for one in NAMES_FILES for key in work.session.scalars(select(one).where(one.is_not(None)))}
        for key in named:
            try:
                self.parts.store.get(key)
            except (MediaMissing, MediaDamaged):
                self.ledger.accuse(f"the file {key[:8]}, which a row names, is missing or damaged")
        files = set(self.parts.store.keys())
        return {"files": len(files), "files that no row names": len(files - named), "drafts written twice": len(extra)}
