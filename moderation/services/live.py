"""Live and as approved: each look at a live post is kept, a difference is told, and a person settles it."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from moderation.db.live import is_unsettled
from moderation.db.models import Account, LiveCheck, Photo, Post
from moderation.media import photo as pictures
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.as_approved import How, Judged, Result, worst
from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, PUBLISHERS, Actor
from moderation.rules.telling import News
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, Stale, is_not_author
from moderation.services import audit, cases, comparing, out, renditions, telling
from moderation.services.comparing import Approved, ApprovedPicture
from moderation.services.work import Mistake, NotFound, Work, written

LONGEST_REASON = 2000
SHOWN = 200


def approved(work: Work, post: Post, account: Account) -> Approved:
    """What may be there: the words and, in order, the pictures as this account gets them. Raises Mistake."""
    _is_live_on(work, post, account)
    keys = renditions.keys_for(work, post, account)
    try:
        return Approved(
            post.words_out,
            tuple(
                ApprovedPicture(work.store.get(key), photo.alt_text, _before(work, post, photo))
                for key, photo in zip(keys, post.photos, strict=True)
            ),
        )
    except (MediaMissing, MediaDamaged, ValueError):
        raise Mistake(gettext("The picture that was approved is not kept any more. Look for yourself.")) from None


def _before(work: Work, post: Post, photo: Photo) -> tuple[bytes, ...]:
    """The pictures that this one was covered from, where they were not purged. They leave no trace but a sentence."""
    rows, found, source = {one.id: one for one in post.every_photo}, [], photo.covered_from_id
    while source in rows:
        try:
            found.append(work.store.get(rows[source].media_key))
        except (MediaMissing, MediaDamaged):
            break
        source = rows[source].covered_from_id
    return tuple(found)


def _is_live_on(work: Work, post: Post, account: Account) -> None:
    if not out.is_out(work, post):
        said = gettext("This post is {state} now, so there is nothing live to compare.")
        raise Refused(said.format(state=gettext(post.state)))
    cases.publication_on(work, post, account.id)


def pasted(wanted: Approved, words: str) -> list[Judged]:
    """Words that somebody copied from the page, compared. Raises Mistake if there are none."""
    if not words.strip():
        raise Mistake(gettext("Choose a screenshot of the post, or paste its words as they stand there."))
    return comparing.in_pasted(wanted, words)


def opened(screenshot: bytes) -> bytes:
    """A screenshot's pixels, through the same gate as photos. Raises Mistake."""
    try:
        return pictures.ingest(screenshot).jpeg
    except pictures.NotUsable as refusal:
        raise Mistake(gettext("The screenshot cannot be used. {why}").format(why=refusal)) from None


def may_compare(actor: Actor) -> bool:
    return not actor.roles.isdisjoint(PUBLISHERS | APPROVERS)


def record(
    work: Work,
    actor: Actor,
    post: Post,
    account: Account,
    how: How,
    judged: Sequence[Judged],
    shot: str | None = None,
) -> LiveCheck:
    """Keep what was found; `shot` is the SHA-256 of what was looked at. A difference is told to the heads.

    The program looks every day: what it finds exactly as it was found last is no other finding and no other alarm,
    and what a person has settled stays settled. What differs otherwise than before is a finding, in the same words too.
    """
    _is_live_on(work, post, account)
    details = [[str(one.what), str(one.result), *one.said] for one in judged]
    if how is How.CONNECTED and (known := _last(work, post, account)) and _is_again(known, details, shot):
        known.again_at = work.now
        _note(work, actor, known)
        return known
    check = LiveCheck(
        post_id=post.id,
        account_id=account.id,
        at=work.now,
        by_id=actor.id,
        how=how,
        result=worst(judged),
        details=details,
        shot=shot,
    )
    work.session.add(check)
    work.session.flush()
    _note(work, actor, check)
    if check.result is Result.DIFFERS:
        telling.tell(work, News.NOT_AS_APPROVED, post, but=(actor.id,) if actor.id else ())
    elif check.result is Result.UNCLEAR and how is How.CONNECTED:
        telling.tell(work, News.NOT_COMPARED, post)
    _over(work, post)
    return check


def _is_again(known: LiveCheck, details: list[list[str]], shot: str | None) -> bool:
    if (known.how, known.details) != (How.CONNECTED, details):
        return False
    return known.shot == shot or known.result is not Result.DIFFERS


def _last(work: Work, post: Post, account: Account) -> LiveCheck | None:
    return last_checked(work, [post]).get((post.id, account.id))


def _note(work: Work, actor: Actor, check: LiveCheck) -> None:
    said = {"check": check.id, "account": check.account_id, "how": check.how, "result": check.result}
    audit.append(work, actor, "live compared", check.post_id, **said)


def _over(work: Work, post: Post) -> None:
    """What was told and waits for nobody any more."""
    checks = of_post(work, post)
    waits = {check.result for check in checks if is_open(check, checks)}
    told = {Result.DIFFERS: News.NOT_AS_APPROVED, Result.UNCLEAR: News.NOT_COMPARED}
    telling.over(work, post, [news for result, news in told.items() if result not in waits])


def get(work: Work, check_id: int) -> LiveCheck:
    check = work.session.get(LiveCheck, check_id)
    if check is None:
        raise NotFound
    return check


def settle(work: Work, actor: Actor, check_id: int, reason: str) -> LiveCheck:
    """An approver's word on what is not as approved, or could not be compared: why it may stay like that."""
    if actor.roles.isdisjoint(APPROVERS):
        raise NotYours(NOT_YOURS)
    check = get(work, check_id)
    if check.settled_at is not None or check.result is Result.SAME:
        raise Stale(gettext("This is settled already. Load the page again to see by whom."))
    if not is_not_author(cases.case_of(work, check.post), actor):
        raise Refused(gettext(str(is_not_author.__doc__)))
    check.reason = written(reason, LONGEST_REASON, gettext("Say why it may stay like that, in a few words."))
    check.settled_by_id, check.settled_at = actor.id, work.now
    work.session.flush()
    audit.append(work, actor, "live settled", check.post_id, check=check.id)
    _over(work, check.post)
    return check


def of_post(work: Work, post: Post) -> list[LiveCheck]:
    """Every look at it, the newest first."""
    rows = select(LiveCheck).where(LiveCheck.post_id == post.id).order_by(LiveCheck.id.desc())
    return list(work.session.scalars(rows))


def is_open(check: LiveCheck, checks: Sequence[LiveCheck]) -> bool:
    """Whether it waits for a person. What could not be compared is over with any later look at the account: if that
    could not be compared either, one word on the newest answers for all of them."""
    if check.result is Result.SAME or check.settled_at is not None:
        return False
    later = (one for one in checks if one.account_id == check.account_id and one.id > check.id)
    return check.result is Result.DIFFERS or not any(later)


def waiting(work: Work) -> list[LiveCheck]:
    """What nobody has settled of posts that are out: differences first, then what could not be compared."""
    rows = (
        select(LiveCheck)
        .where(is_unsettled(), exists().where(Post.id == LiveCheck.post_id, out.somewhere()))
        .options(selectinload(LiveCheck.account), selectinload(LiveCheck.post))
        .order_by((LiveCheck.result == Result.DIFFERS).desc(), LiveCheck.id)
        .limit(SHOWN)
    )
    found = work.session.scalars(rows).all()
    same_posts = select(LiveCheck).where(LiveCheck.post_id.in_({check.post_id for check in found}))
    checks = work.session.scalars(same_posts.order_by(LiveCheck.id.desc())).all()
    return [check for check in found if is_open(check, [one for one in checks if one.post_id == check.post_id])]


def how_many(work: Work) -> int:
    """Live posts with something that waits, however many looks at how many accounts found it."""
    return len({check.post_id for check in waiting(work)})


def last_checked(work: Work, posts: Sequence[Post]) -> dict[tuple[int, int], LiveCheck]:
    """(post, account) → the newest look."""
    newest = select(func.max(LiveCheck.id)).where(LiveCheck.post_id.in_([post.id for post in posts]))
    rows = select(LiveCheck).where(LiveCheck.id.in_(newest.group_by(LiveCheck.post_id, LiveCheck.account_id)))
    return {(check.post_id, check.account_id): check for check in work.session.scalars(rows)}
