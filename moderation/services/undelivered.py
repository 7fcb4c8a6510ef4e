"""What did not get through to a connected account, or could not be removed there: told, and shown until it is done."""

from sqlalchemy import exists, select

from moderation.db.models import Delivery, Post
from moderation.rules.connecting import Progress
from moderation.rules.telling import News
from moderation.rules.workflow import State
from moderation.services import telling
from moderation.services.work import Work

_NEWS = {Progress.FAILED: News.NOT_POSTED, Progress.STUCK: News.NOT_REMOVED}
_IN_ORDER = (State.RELEASED, State.LIVE)  # of others `deliveries.strays` shows what may be out


def waiting(work: Work) -> list[Delivery]:
    """What waits for somebody, the longest first: of released posts what was not posted, and what is not removed."""
    failed = (Delivery.progress == Progress.FAILED) & (Post.state == State.RELEASED)
    stuck = (Delivery.progress == Progress.STUCK) & Post.state.in_(_IN_ORDER)
    rows = select(Delivery).where(Delivery.progress.in_((Progress.FAILED, Progress.STUCK)))
    rows = rows.where(exists().where(Post.id == Delivery.post_id, failed | stuck))
    return list(work.session.scalars(rows.order_by(Delivery.next_at, Delivery.id)))


def tell(work: Work, delivery: Delivery) -> None:
    """It was given up. Of a post that was stopped or checked again they know already that it does not go out."""
    post = work.session.get_one(Post, delivery.post_id)
    if delivery.progress is Progress.STUCK or post.state is State.RELEASED:
        telling.tell(work, _NEWS[delivery.progress], post)


def over(work: Work, delivery: Delivery) -> None:
    """It is tried again, or done: what was told is over, unless it is true of another account of the post."""
    same_post = select(Delivery.progress).where(Delivery.post_id == delivery.post_id)
    still = set(work.session.scalars(same_post))
    post = work.session.get_one(Post, delivery.post_id)
    telling.over(work, post, [news for progress, news in _NEWS.items() if progress not in still])
