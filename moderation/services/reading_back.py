"""One look at a live post, as a worker does it: claim it, read and compare with no transaction open, write it down.

That it could not be read is a finding too, after some tries: what nobody could look at was not found to be as approved.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.db.models import Delivery, LiveLook, Post, User
from moderation.media import photo as pictures
from moderation.rules import live_looks as rules
from moderation.rules.as_approved import How, Judged, Result
from moderation.rules.connecting import Kind, NotDone, Trouble
from moderation.rules.roles import SYSTEM
from moderation.services import cases, comparing, connections, deputies, live, live_looks, out, website_feeds
from moderation.services.comparing import Approved
from moderation.services.looking import Looker
from moderation.services.work import Mistake, OpenWork, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=4)  # longer than a job may take
THE_POST = "The post"
_GONE = Judged(THE_POST, Result.DIFFERS, ("It is not there any more, and nobody removed it through Gatepost.",))
_DIED = "Comparing it ended before there was an answer, several times."


@dataclass(frozen=True)
class Task:
    """What was claimed. Whoever holds this lease may write. `key`: of what was posted there."""

    look_id: int
    post_id: int
    account_id: int
    how: How
    lease_until: datetime
    key: str


def run(
    open_work: OpenWork,
    reading: OpenWork,
    looker: Looker,
    open_connector: connections.OpenConnector,
    look_id: int,
) -> bool:
    """True if this run wrote what was found. May run twice: one of the two finds that it is taken."""
    with open_work() as work:
        task = _claim(work, look_id)
    if task is None:
        return False
    trouble: Trouble | None = None
    seen: str | None = None
    try:
        judged, seen = _looked(reading, looker, open_connector, task)
    except Mistake as mistake:
        judged = [_not_compared(str(mistake))]
    except Exception as error:  # noqa: BLE001 (law 2: whatever breaks, it was not compared, and that is said)
        log.warning("look %d at what is live did not succeed: %s", look_id, type(error).__name__)
        trouble = error.trouble if isinstance(error, NotDone) else Trouble.UNKNOWN
        judged = [_not_compared(f"Gatepost could not read it. {trouble}")]
    with open_work() as work:
        return _written(work, task, judged, seen, trouble)


def _not_compared(why: str) -> Judged:
    return Judged(THE_POST, Result.UNCLEAR, (why, "Look yourself."))


def _claim(work: Work, look_id: int) -> Task | None:
    """Take it, unless it is taken, is done, or there is nothing to look at any more."""
    look = work.session.get(LiveLook, look_id, with_for_update=True)
    if look is None or look.due_at > work.now or (look.lease_until and look.lease_until >= work.now):
        return None
    key = _key(work, look)
    if key is None:
        live_looks.end(work, look)
        return None
    if look.tries >= rules.MOST_TRIES:
        _record(work, look, [_not_compared(_DIED)], None)
        return None
    look.tries, look.lease_until = look.tries + 1, work.now + LEASE
    return Task(look.id, look.post_id, look.account_id, look.how, look.lease_until, key)


def _key(work: Work, look: LiveLook) -> str | None:
    """Of what should be there; None: there is nothing to compare now."""
    post = cases.get(work, look.post_id)
    if look.how is not How.CONNECTED:
        return "" if out.is_out(work, post) else None
    delivery = _delivery(work, post, look.account_id)
    return delivery.key if delivery else None


def _delivery(work: Work, post: Post, account_id: int) -> Delivery | None:
    there = live_looks.can_be_read(work, post)
    return next((one for one in there if one.account_id == account_id), None)


def _looked(
    reading: OpenWork, looker: Looker, open_connector: connections.OpenConnector, task: Task
) -> tuple[Sequence[Judged], str | None]:
    """What was found, and the digest of what was looked at; None: nothing is there."""
    if task.how is How.CONNECTED:
        return _read(reading, open_connector, task)
    with reading() as work:
        wanted = _wanted(work, task)
        look = work.session.get_one(LiveLook, task.look_id)
        shot, words, seen = pictures.pixels(work.store.get(look.media_key or "")), look.words, look.shot
    return comparing.in_shot(looker, wanted, shot, words), seen


def _read(
    reading: OpenWork, open_connector: connections.OpenConnector, task: Task
) -> tuple[Sequence[Judged], str | None]:
    """The same of what a network gives back, or the website's feed."""
    with reading() as work:
        wanted = _wanted(work, task)
        delivery = _delivery(work, cases.get(work, task.post_id), task.account_id)
        if delivery is None:
            raise NotDone(Trouble.GONE)
        form, remote = connections.form_of(work, task.account_id), dict(delivery.remote)
        given = website_feeds.given(work, delivery) if form.kind is Kind.FEED else None
    if form.kind is not Kind.FEED:
        given = open_connector(form.kind, form.address, form.login, form.secret).read(remote)
    return ([_GONE], None) if given is None else (comparing.read(wanted, given), given.digest)


def _wanted(work: Work, task: Task) -> Approved:
    post = cases.get(work, task.post_id)
    return live.approved(work, post, cases.publication_on(work, post, task.account_id).account)


def _written(work: Work, task: Task, judged: Sequence[Judged], seen: str | None, trouble: Trouble | None) -> bool:
    """Only if it is still ours, and still there as far as Gatepost knows: else what was read says nothing."""
    look = work.session.get(LiveLook, task.look_id, with_for_update=True)
    if look is None or look.lease_until != task.lease_until:
        return False
    if _key(work, look) != task.key:
        live_looks.end(work, look)
        return False
    if task.how is How.CONNECTED:
        connections.answered(work, task.account_id, str(trouble or ""))
    if trouble is not None and trouble.may_pass and look.tries < rules.MOST_TRIES:
        look.due_at, look.lease_until, look.rung_at = work.now + rules.pause(look.tries), None, None
        return False
    _record(work, look, judged, seen)
    return True


def _record(work: Work, look: LiveLook, judged: Sequence[Judged], seen: str | None) -> None:
    post = cases.get(work, look.post_id)
    account = cases.publication_on(work, post, look.account_id).account
    person = work.session.get(User, look.asked_by_id) if look.how is not How.CONNECTED else None
    actor = deputies.actor_of(work, person) if person else SYSTEM
    live.record(work, actor, post, account, look.how, judged, seen or look.shot)
    live_looks.end(work, look)
