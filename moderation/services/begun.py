"""What was begun in a browser, a passkey or a way over the provider: ended in that browser, soon, and once."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete

from moderation.db.models import BegunSignIn
from moderation.rules.language import N_, gettext
from moderation.rules.sign_ins import Begun
from moderation.services import tokens
from moderation.services.work import Mistake, Work

HOLDS = timedelta(minutes=10)
OVER = N_("That took too long, or was done already. Begin again.")


@dataclass(frozen=True)
class Step:
    """The secret itself goes nowhere."""

    what: Begun
    shared: bool
    user_id: int | None
    secret: str = field(repr=False)

    def raw(self, label: str) -> bytes:
        """32 bytes that nobody can guess, another for each label: a challenge, say."""
        return hmac.new(self.secret.encode(), label.encode(), sha256).digest()

    def word(self, label: str) -> str:
        """The same as 43 letters, digits, - and _."""
        return urlsafe_b64encode(self.raw(label)).rstrip(b"=").decode()


def begin(work: Work, what: Begun, shared: bool = False, user_id: int | None = None) -> tuple[str, Step]:
    """A token for the browser's cookie, and what it stands for."""
    token, secret = tokens.fresh(), secrets.token_hex(32)
    row = BegunSignIn(token_hash=tokens.hashed(token), what=what, secret=secret, began_at=work.now, shared=shared)
    row.user_id = user_id
    work.session.add(row)
    work.session.flush()
    return token, Step(what, shared, user_id, secret)


def take(work: Work, token: str, *which: Begun) -> Step:
    """Whatever comes of it, it is used up once this is committed. Raises Mistake."""
    mine = (BegunSignIn.token_hash == tokens.hashed(token), BegunSignIn.what.in_(which))
    columns = (BegunSignIn.what, BegunSignIn.shared, BegunSignIn.user_id, BegunSignIn.secret, BegunSignIn.began_at)
    row = work.session.execute(delete(BegunSignIn).where(*mine).returning(*columns)).first()
    if row is None or row.began_at + HOLDS <= work.now:
        raise Mistake(gettext(OVER))
    return Step(row.what, row.shared, row.user_id, row.secret)


def forget_old(work: Work) -> None:
    work.session.execute(delete(BegunSignIn).where(BegunSignIn.began_at <= work.now - HOLDS))
