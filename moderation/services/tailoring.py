"""What each account gets, changed by a person: where a crop stands, and an account left out of a post."""

from dataclasses import replace

from moderation.db.models import Account, Crop, Photo, Post
from moderation.rules.cropping import WHOLE_WAY
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.rules.workflow import Action, Refused
from moderation.services import audit, cases, intake, renditions, scanning
from moderation.services.work import NotFound, Work


def move_own_crop(work: Work, actor: Actor, post_id: int, photo_id: int, account_id: int, at: int | None) -> None:
    """The author says where the part stands, while the post is theirs to change."""
    post = intake.editable(work, actor, post_id)
    _put(work, post, _found(work, post, photo_id, account_id), at)
    audit.append(work, actor, "crop moved by its author", post.id, photo=photo_id, account=account_id, at=at)


def move_crop(
    work: Work, actor: Actor, post_id: int, photo_id: int, account_id: int, at: int | None, seen_digest: str
) -> None:
    """An approver says it; what the account gets then is a new picture, made and checked by itself."""
    post = cases.get(work, post_id)
    case = cases.case_of(work, post, seen_digest=seen_digest)
    shown = _found(work, post, photo_id, account_id)
    cases.move(work, post, Action.MOVE_CROP, actor, case, photo=photo_id, account=account_id, at=at)
    _put(work, post, shown, at)
    scanning.order(work, post)


def leave_out(work: Work, actor: Actor, post_id: int, account_id: int, seen_digest: str) -> None:
    """An approver takes one account out of the post: what is wrong with its pictures alone stops nothing else."""
    post = cases.get(work, post_id)
    account = cases.account_of(post, account_id)
    case = cases.case_of(work, post, seen_digest=seen_digest)
    if any(one.account_id == account_id for one in cases.publications(work, post)):
        raise Refused(gettext("It is out there already. Ask for it to be taken down, if it has to go."))
    if case.out_on and case.accounts - 1 == case.out_on:
        raise Refused(gettext("Nothing would be left to publish. Stop the post instead: where it is out, it stays."))
    left = replace(case, accounts=case.accounts - 1)
    cases.move(work, post, Action.LEAVE_OUT, actor, left, account=account_id)
    post.accounts.remove(account)
    work.session.flush()
    scanning.order(work, post)


def _found(work: Work, post: Post, photo_id: int, account_id: int) -> tuple[Photo, Account]:
    for shown in renditions.plan(work, post):
        if (shown.photo.id, shown.account.id) == (photo_id, account_id) and shown.is_crop:
            return shown.photo, shown.account
    raise NotFound


def _put(work: Work, post: Post, shown: tuple[Photo, Account], at: int | None) -> None:
    if at is None or not 0 <= at <= WHOLE_WAY:
        raise Refused(gettext("Say where the part stands: a number from 0 to {largest}.").format(largest=WHOLE_WAY))
    photo, account = shown
    row = work.session.get(Crop, (photo.id, account.id)) or Crop(photo_id=photo.id, account_id=account.id)
    row.at = at
    work.session.add(row)
    work.session.flush()
