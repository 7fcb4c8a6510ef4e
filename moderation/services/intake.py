"""A post on its way in: drafted, given photos, submitted; taken back, discarded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from moderation.db.models import Account, Photo, Post
from moderation.media import photo as pictures
from moderation.rules.language import N_, gettext, listed
from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import STAFF, Actor
from moderation.rules.workflow import EDITABLE, NOT_YOURS, Action, NotYours, Refused, State
from moderation.services import (
    appearing,
    audit,
    cases,
    checks,
    draft_looks,
    fitting,
    following,
    matching,
    purge_ledger,
    safeguarding,
    scanning,
)
from moderation.services.work import NotFound, Work

MOST_PHOTOS = 10
LONGEST_CAPTION = 60_000
LONGEST_ALT_TEXT = 2_000


@dataclass(frozen=True)
class Words:
    """What was typed: the caption, the chosen accounts; by photo id the alt text and how many people can be seen."""

    caption: str = ""
    account_ids: tuple[int, ...] = ()
    alt_texts: dict[int, str] = field(default_factory=dict)
    people: dict[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Upload:
    file_name: str
    data: bytes


def accounts(work: Work) -> list[Account]:
    return list(work.session.scalars(select(Account).where(Account.in_use).order_by(Account.id)))


def create(work: Work, actor: Actor, kind: PostKind = PostKind.POST) -> Post:
    if actor.role not in STAFF or actor.id is None:
        raise NotYours(NOT_YOURS)
    post = Post(
        kind=kind,
        author_id=actor.id,
        last_editor_id=actor.id,
        state=State.DRAFT,
        created_at=work.now,
        state_since=work.now,
    )
    work.session.add(post)
    work.session.flush()
    audit.append(work, actor, "drafted", post.id, kind=kind)
    return post


def own(work: Work, actor: Actor, post_id: int) -> Post:
    """The post, if this person wrote it; for anybody else it is not there."""
    post = cases.get(work, post_id)
    if post.author_id != actor.id:
        raise NotFound
    return post


def editable(work: Work, actor: Actor, post_id: int) -> Post:
    """The post, for its author to change. Raises Refused once it is handed in."""
    post = own(work, actor, post_id)
    if post.state not in EDITABLE:
        now = gettext("This post is {state} now. Take it back first, then change it.")
        raise Refused(now.format(state=gettext(post.state)))
    safeguarding.refuse_if_apart(work, post)
    post.last_editor_id = post.author_id
    return post


def save_words(work: Work, actor: Actor, post_id: int, words: Words) -> list[str]:
    """Keep what was typed. Returns a sentence for everything that could not be kept as it was."""
    post = editable(work, actor, post_id)
    problems = []
    if len(words.caption) > LONGEST_CAPTION:
        said = gettext("The caption is longer than {count:,} characters; the rest was cut off.")
        problems.append(said.format(count=LONGEST_CAPTION))
    post.caption = words.caption[:LONGEST_CAPTION]
    post.accounts = [account for account in accounts(work) if account.id in words.account_ids]
    for photo in post.photos:
        text = words.alt_texts.get(photo.id, photo.alt_text)
        if len(text) > LONGEST_ALT_TEXT:
            said = gettext("A description is longer than {count:,} characters; the rest was cut off.")
            problems.append(said.format(count=LONGEST_ALT_TEXT))
        photo.alt_text = text[:LONGEST_ALT_TEXT]
        photo.people = words.people.get(photo.id, photo.people)
    work.session.flush()
    return problems


def want_by(work: Work, actor: Actor, post_id: int, moment: datetime | None) -> list[str]:
    """By when it should be out. Returns a sentence if that has passed already; then it is kept without."""
    passed = moment is not None and moment <= work.now
    editable(work, actor, post_id).wanted_by = None if passed else moment
    said = gettext("The time by which it should be out has passed. Choose a later one, or leave it empty.")
    return [said] if passed else []


def prepare(uploads: list[Upload]) -> tuple[list[tuple[str, pictures.Photo]], list[str]]:
    """Take the pictures in, with no transaction open (it takes seconds): the usable ones, and why others are not."""
    usable, problems = [], []
    for upload in uploads:
        try:
            usable.append((upload.file_name, pictures.ingest(upload.data)))
        except pictures.NotUsable as error:
            problems.append(f"{upload.file_name}: {error}")
    return usable, problems


def add_photos(work: Work, actor: Actor, post_id: int, prepared: list[tuple[str, pictures.Photo]]) -> list[str]:
    """Add pictures behind those that are there. Returns a sentence for each that was left out, and why."""
    post = editable(work, actor, post_id)
    if post.is_reminder:
        return no_pictures(file_name for file_name, _ in prepared)
    problems = []
    there = {photo.media_key for photo in post.photos}
    removed = purge_ledger.removed(work, [picture.digest for _, picture in prepared])
    for file_name, picture in prepared:
        if picture.digest in removed:
            problems.append(f"{file_name}: {gettext(purge_ledger.CAME_AGAIN)}")
            audit.append(work, actor, "removed picture came again", post.id, digest=picture.digest)
            continue
        if len(there) >= MOST_PHOTOS:
            most = gettext("a post can hold {count} photos; this one was left out.").format(count=MOST_PHOTOS)
            problems.append(f"{file_name}: {most}")
        elif picture.digest in there:
            problems.append(f"{file_name}: " + gettext("this photo is in the post already."))
        else:
            there.add(work.store.put(picture.jpeg))
            post.every_photo.append(
                Photo(
                    position=len(post.every_photo) + 1,
                    media_key=picture.digest,
                    width=picture.width,
                    height=picture.height,
                    file_name=file_name[:255],
                    camera=picture.camera,
                )
            )
    work.session.flush()
    return problems


def no_pictures(file_names: Iterable[str]) -> list[str]:
    """A sentence for each picture that came with a reminder."""
    why = gettext("a reminder goes out as words alone, so this picture was left out. Write a post to show it.")
    return [f"{name}: {why}" for name in file_names]


def save(
    work: Work, actor: Actor, post_id: int | None, words: Words, prepared: list[tuple[str, pictures.Photo]]
) -> tuple[Post, list[str]]:
    """Keep everything usable that was typed and picked, in a new draft if there is none. Returns what could not be."""
    post = create(work, actor) if post_id is None else editable(work, actor, post_id)
    flag_modified(post, "caption")  # a version more for each saving, whatever was typed
    problems = save_words(work, actor, post.id, words) + add_photos(work, actor, post.id, prepared)
    draft_looks.order(work, actor, post)
    return post, problems


def remove_photo(work: Work, actor: Actor, post_id: int, photo_id: int) -> None:
    post = editable(work, actor, post_id)
    cases.photo_of(post, photo_id).removed_at = work.now
    audit.append(work, actor, "photo removed", post.id, photo=photo_id)


def restore_photo(work: Work, actor: Actor, post_id: int, photo_id: int) -> None:
    """Undo: put a photo back that its author took out of the draft."""
    post = editable(work, actor, post_id)
    photo = next((photo for photo in restorable(post) if photo.id == photo_id), None)
    if photo is None:
        raise NotFound
    if len(post.photos) >= MOST_PHOTOS:
        raise Refused(gettext("A post can hold {count} photos. Remove another one first.").format(count=MOST_PHOTOS))
    photo.removed_at = None
    audit.append(work, actor, "photo put back", post.id, photo=photo_id)
    draft_looks.order(work, actor, post)


def restorable(post: Post) -> list[Photo]:
    """Photos that were taken out of a draft and can be put back. What is covered stays covered."""
    covers = [photo for photo in post.every_photo if photo.taken_off_at is None]
    sources = {photo.covered_from_id for photo in covers}
    covered = {photo.media_key for photo in post.every_photo if photo.id in sources}
    there = {photo.media_key for photo in post.photos}
    return [photo for photo in covers if photo.removed_at and photo.media_key not in covered | there]


def missing(post: Post) -> list[str]:
    """All that has to be added or made shorter before the post can be handed in."""
    numbers = [str(number) for number, photo in enumerate(post.photos, 1) if not photo.alt_text.strip()]
    found = []
    if numbers:
        said = N_("Photos {numbers} need descriptions for people who cannot see the picture.")
        said = said if numbers[1:] else N_("Photo {numbers} needs a description for people who cannot see the picture.")
        found.append(gettext(said).format(numbers=listed(numbers)))
    if not post.accounts:
        found.append(gettext("Choose at least one account to post to."))
    if not post.caption.strip() and not post.photos:
        words = N_("Write the reminder first."), N_("Write a caption or add a photo first.")
        found.append(gettext(words[not post.is_reminder]))
    return found + fitting.sentences(post)


def submit(work: Work, actor: Actor, post_id: int) -> None:
    """Hand the post in: from here the checks look at it, then people."""
    post = own(work, actor, post_id)
    cases.move(work, post, Action.SUBMIT, actor, cases.case_of(work, post))
    post.submitted_at = work.now
    checks.try_again(work, post, _comparable_now(work, post))
    scanning.order(work, post)
    following.order(work, post)


def _comparable_now(work: Work, post: Post) -> bool:
    """The strict rule compared nobody in the draft; now that its author has said who is in it, it may."""
    others = post.others or 0
    before = matching.uncompared(work, (), others)
    return bool(before) and not matching.uncompared(work, appearing.tagged(work, post), others)


def take_back(work: Work, actor: Actor, post_id: int) -> None:
    post = own(work, actor, post_id)
    cases.move(work, post, Action.TAKE_BACK, actor, cases.case_of(work, post))


def discard(work: Work, actor: Actor, post_id: int) -> None:
    post = own(work, actor, post_id)
    cases.move(work, post, Action.DISCARD, actor, cases.case_of(work, post))
