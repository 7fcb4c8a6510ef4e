"""Tables of a post's way: its photos, what the checks saw, who decided, where it went live."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, Index, String, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, as_it_stands, partial, refers_to
from moderation.db.school import Account, Person, User
from moderation.rules.checklist import Origin
from moderation.rules.consent import Purpose
from moderation.rules.findings import SEVERITY, Box, Detector, Kind, Resolution, Severity, needs_two
from moderation.rules.post_kinds import PostKind
from moderation.rules.workflow import State

# From being handed in until it is live.
UNDER_WAY = (State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.RELEASED, State.STOPPED)
_UNDER_WAY = ", ".join(f"'{state}'" for state in UNDER_WAY)


class ScanState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"  # failed too often; a finding says so and a person decides


class Subject(StrEnum):
    PHOTO = "photo"
    WORDS = "words"
    PEOPLE = "people"  # those who are tagged, and whether each may appear where the post goes
    RENDITION = "rendition"  # a picture that a network gets instead of the post's own


def words_out(caption: str, below: str) -> str:
    """A caption as it goes out, with what stands below it: a credit line, a reminder's link."""
    return "\n\n".join(text for text in (caption, below.strip()) if text)


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = refers_to("users.id")
    last_editor_id: Mapped[int] = refers_to("users.id")
    kind: Mapped[PostKind] = mapped_column(Word(PostKind), default=PostKind.POST)
    urgent: Mapped[bool] = mapped_column(default=False)  # a reminder that comes first wherever it waits
    caption: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(Text)  # of a reminder; goes out under the caption
    state: Mapped[State] = mapped_column(Word(State), default=State.DRAFT)
    state_since: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text, default="")  # the reason of the last decision, for the author
    others: Mapped[int | None] = mapped_column()  # people in it who are not on the register; None: nothing was said
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose), default=Purpose.NEWS)
    taken_on: Mapped[date | None] = mapped_column(Date)  # the day of the photos
    origin: Mapped[Origin | None] = mapped_column(Word(Origin))  # whose device took the photos
    source: Mapped[str | None] = mapped_column(Text)  # of photos that are not the author's
    credit: Mapped[str | None] = mapped_column(Text)  # goes out under the caption
    permission: Mapped[str | None] = mapped_column(Text)
    off_device_at: Mapped[datetime | None] = mapped_column(Moment)  # the author deleted them from their own device
    sensitive_by_id: Mapped[int | None] = refers_to("users.id")  # who asked for one more person
    sensitive_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    wanted_by: Mapped[datetime | None] = mapped_column(Moment)  # out by then, or asked for again
    not_before: Mapped[datetime | None] = mapped_column(Moment)  # held until then
    agreed_from: Mapped[datetime | None] = mapped_column(Moment)  # the same, as those who decide have last seen it
    version: Mapped[int] = mapped_column()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    sensitive_by: Mapped[User | None] = relationship(foreign_keys=[sensitive_by_id])
    accounts: Mapped[list[Account]] = relationship(secondary="post_accounts", order_by=Account.id)
    every_photo: Mapped[list["Photo"]] = relationship(order_by="Photo.position", back_populates="post")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        Index("ix_posts_state_submitted_at", "state", "submitted_at"),
        Index("ix_posts_state_state_since", "state", "state_since"),
        Index("ix_posts_author_id_state_since", "author_id", "state_since"),
        partial("ix_posts_under_way", "urgent", "submitted_at", "id", where=f"state IN ({_UNDER_WAY})"),
        partial("ix_posts_timed", "state", where="not_before IS NOT NULL OR wanted_by IS NOT NULL"),
        partial("ix_posts_on_own_device", "author_id", where="origin = 'my own device' AND off_device_at IS NULL"),
    )

    @property
    def words_out(self) -> str:
        """The caption as it goes out: the credit line stands under it, or the link of a reminder."""
        return words_out(self.caption, self.credit or self.link or "")

    @property
    def is_reminder(self) -> bool:
        return self.kind is PostKind.REMINDER

    @property
    def photos(self) -> list["Photo"]:
        """The pictures of the post as it is now, in order."""
        return [photo for photo in self.every_photo if photo.removed_at is None]


def is_under_way() -> ColumnElement[bool]:
    return Post.state.in_([as_it_stands(Post.state, state) for state in UNDER_WAY])


def is_timed() -> ColumnElement[bool]:
    """It has a time: held until then, or wanted by then."""
    return or_(Post.not_before.is_not(None), Post.wanted_by.is_not(None))


def is_on_own_device() -> ColumnElement[bool]:
    """Its photos are on the author's own device still, as far as anybody has said."""
    return (Post.origin == as_it_stands(Post.origin, Origin.OWN)) & Post.off_device_at.is_(None)


class PostAccount(Base):
    __tablename__ = "post_accounts"
    post_id: Mapped[int] = refers_to("posts.id", primary_key=True)
    account_id: Mapped[int] = refers_to("accounts.id", primary_key=True)


class Photo(Base):
    __tablename__ = "photos"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    position: Mapped[int] = mapped_column()
    media_key: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of the picture's bytes
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    alt_text: Mapped[str] = mapped_column(Text, default="")
    people: Mapped[int | None] = mapped_column()  # how many can be seen, as the submitter says
    file_name: Mapped[str] = mapped_column(String(255), default="")  # as uploaded; checked, never sent out
    camera: Mapped[str] = mapped_column(String(80), default="")  # what the file said it was taken with
    covered_from_id: Mapped[int | None] = refers_to("photos.id")
    covered_by_id: Mapped[int | None] = refers_to("users.id")
    taken_off_at: Mapped[datetime | None] = mapped_column(Moment)  # the cover; what was there before is back
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    post: Mapped[Post] = relationship(back_populates="every_photo")
    __table_args__ = (partial("ix_photos_removed", "post_id", where="removed_at IS NOT NULL"),)


class Scan(Base):
    """One look of the checks at one subject, bound to its bytes and to the versions of engine, list and roll."""

    __tablename__ = "scans"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    subject: Mapped[Subject] = mapped_column(Word(Subject))
    digest: Mapped[str] = mapped_column(String(64))  # of the picture (its media key), of the words, of a recipe
    engine: Mapped[str] = mapped_column(String(160))
    list_version: Mapped[int] = mapped_column()
    roll_version: Mapped[int] = mapped_column()
    state: Mapped[ScanState] = mapped_column(Word(ScanState), default=ScanState.WAITING)
    token: Mapped[str] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    runs: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    findings: Mapped[list["Finding"]] = relationship(back_populates="scan", order_by="Finding.id")
    __table_args__ = (
        UniqueConstraint(
            "post_id", "subject", "digest", "engine", "list_version", "roll_version", name="uq_scans_bound_to"
        ),
        Index("ix_scans_created_at", "created_at"),
        partial("ix_scans_not_done", "state", "rung_at", where="state != 'done'"),
    )


def is_not_done() -> ColumnElement[bool]:
    """The few checks that wait, run or were given up. Said with every question for them, for their index's sake."""
    return Scan.state != as_it_stands(Scan.state, ScanState.DONE)


class Finding(Base):
    """One thing one check saw, and one person's word on it."""

    __tablename__ = "findings"
    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[int] = refers_to("scans.id", index=True)
    detector: Mapped[Detector] = mapped_column(Word(Detector))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    left: Mapped[int | None] = mapped_column()
    top: Mapped[int | None] = mapped_column()
    right: Mapped[int | None] = mapped_column()
    bottom: Mapped[int | None] = mapped_column()
    person_id: Mapped[int | None] = refers_to("people.id")
    score: Mapped[float | None] = mapped_column()
    evidence: Mapped[str] = mapped_column(Text, default="")
    resolution: Mapped[Resolution | None] = mapped_column(Word(Resolution))
    reason: Mapped[str] = mapped_column(Text, default="")
    resolved_by_id: Mapped[int | None] = refers_to("users.id")
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    agreed_by_id: Mapped[int | None] = refers_to("users.id")  # the second person, where one is not enough
    scan: Mapped[Scan] = relationship(back_populates="findings")
    person: Mapped[Person | None] = relationship()
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])
    agreed_by: Mapped[User | None] = relationship(foreign_keys=[agreed_by_id])

    @property
    def box(self) -> Box | None:
        if self.left is None or self.top is None or self.right is None or self.bottom is None:
            return None
        return Box(self.left, self.top, self.right, self.bottom)

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.kind]

    @property
    def must_be_settled(self) -> bool:
        return self.severity is not Severity.NOTE

    @property
    def is_settled(self) -> bool:
        return not self.must_be_settled or (self.resolution is not None and not self.waits_for_second)

    @property
    def waits_for_second(self) -> bool:
        return needs_two(self.kind, self.resolution) and self.agreed_by_id is None
