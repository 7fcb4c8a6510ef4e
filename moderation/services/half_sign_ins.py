"""Between the first step and the second: a token that opens the page of the second step and nothing else."""

from datetime import timedelta

from sqlalchemy import delete, select

from moderation.db.models import HalfSignIn, User
from moderation.rules.language import N_, gettext
from moderation.services import signing_in, tokens
from moderation.services.signing_in import Recognised
from moderation.services.work import Mistake, Work

HOLDS = timedelta(minutes=10)
OVER = N_("That took too long. Sign in again.")


def begin(work: Work, recognised: Recognised, shared: bool) -> str:
    user = work.session.get_one(User, recognised.user_id)
    user.password_hash = recognised.fresh_hash or user.password_hash
    token = tokens.fresh()
    work.session.add(
        HalfSignIn(
            user_id=user.id, token_hash=tokens.hashed(token), began_at=work.now, shared=shared, how=recognised.how
        )
    )
    return token


def find(work: Work, token: str) -> HalfSignIn | None:
    half = work.session.scalars(select(HalfSignIn).where(HalfSignIn.token_hash == tokens.hashed(token))).first()
    if half is None or half.began_at + HOLDS <= work.now or not half.user.is_here(work.today):
        return None
    return half


def get(work: Work, token: str) -> HalfSignIn:
    """Raises Mistake if it is over."""
    half = find(work, token)
    if half is None:
        raise Mistake(gettext(OVER))
    return half


def finish(work: Work, half: HalfSignIn, browser: str) -> tuple[str, User]:
    """The second step was right: a sign-in under another token; this one is gone."""
    work.session.delete(half)
    return signing_in.begin(work, Recognised(half.user_id, None, half.how, True), half.shared, browser)


def forget_old(work: Work) -> None:
    work.session.execute(delete(HalfSignIn).where(HalfSignIn.began_at <= work.now - HOLDS))
