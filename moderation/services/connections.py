"""Connected accounts: tried before they are kept, their secret sealed under a key of its own that lies elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from moderation.connectors import Connector
from moderation.db.models import Connection
from moderation.media.keys import KeyDestroyed
from moderation.media.vault import Unsealable
from moderation.rules.connecting import Kind, NotDone, Trouble, kinds_of
from moderation.rules.language import gettext
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours
from moderation.services import account_moves, audit, tokens
from moderation.services.work import Mistake, NotFound, Work

OpenConnector = Callable[[Kind, str, str, str], Connector]


@dataclass(frozen=True)
class Form:
    """What the administrator typed."""

    kind: Kind
    address: str = ""
    login: str = ""
    secret: str = field(default="", repr=False)


def of_account(work: Work, account_id: int) -> Connection | None:
    return work.session.scalars(select(Connection).where(Connection.account_id == account_id)).first()


def by_account(work: Work) -> dict[int, Connection]:
    return {one.account_id: one for one in work.session.scalars(select(Connection))}


def try_out(open_connector: OpenConnector, form: Form) -> str:
    """The name under which the server answers to this sign-in; no transaction is open. Raises Mistake."""
    if form.kind is Kind.FEED:
        return ""
    if not form.secret.strip() or (form.kind is not Kind.MASTODON and not form.login.strip()):
        raise Mistake(gettext("Fill in the sign-in that the server gave you for Gatepost."))
    try:
        return open_connector(form.kind, form.address, form.login, form.secret.strip()).who()[:200]
    except NotDone as error:
        raise Mistake(gettext("{trouble} Nothing was kept.").format(trouble=gettext(str(error)))) from None


def connect(work: Work, actor: Actor, account_id: int, form: Form, called: str) -> Connection:
    """Keep a connection that was tried out, in the place of the one before."""
    _administrator(actor)
    if form.kind not in kinds_of(account_moves.get(work, account_id).network_key):
        raise Mistake(gettext("This account cannot be joined like that. Choose one of the ways that the page offers."))
    if of_account(work, account_id):
        disconnect(work, actor, account_id)
    connection = Connection(account_id=account_id, kind=form.kind, connected_by_id=actor.id, connected_at=work.now)
    connection.address, connection.login, connection.called = form.address.strip(), form.login.strip(), called
    connection.ok_at = work.now
    if form.kind is Kind.FEED:
        connection.feed_token, connection.address, connection.login = tokens.fresh(), "", ""
    else:
        connection.key_id = work.keys.put(work.vault.new_key())
        secret = form.secret.strip().encode()
        connection.sealed_secret = work.vault.seal(work.keys.get(connection.key_id), secret, _context(account_id))
    work.session.add(connection)
    work.session.flush()
    audit.append(work, actor, "account connected", account=account_id, kind=form.kind)
    return connection


def disconnect(work: Work, actor: Actor, account_id: int) -> None:
    """Forget the sign-in: the row goes, and the key without which no copy of the secret can be opened."""
    _administrator(actor)
    connection = of_account(work, account_id)
    if connection is None:
        raise NotFound
    key_id = connection.key_id
    work.session.delete(connection)
    work.session.flush()
    if key_id:
        work.afterwards.append(lambda: work.keys.destroy(key_id))
    audit.append(work, actor, "account disconnected", account=account_id, kind=connection.kind)


def form_of(work: Work, account_id: int) -> Form:
    """How to reach the account, with its secret opened. Raises NotDone."""
    connection = of_account(work, account_id)
    if connection is None:
        raise NotDone(Trouble.GONE)
    if connection.sealed_secret is None:
        return Form(connection.kind)
    try:
        key = work.keys.get(connection.key_id or "")
        secret = work.vault.open(key, connection.sealed_secret, _context(account_id)).decode()
    except (KeyDestroyed, Unsealable, ValueError):
        raise NotDone(Trouble.LOST) from None
    return Form(connection.kind, connection.address, connection.login, secret)


def answered(work: Work, account_id: int, trouble: str = "") -> None:
    """Note that the server did what it was asked, or why it did not."""
    connection = of_account(work, account_id)
    if connection is not None:
        connection.trouble = trouble
        connection.ok_at = connection.ok_at if trouble else work.now


def _administrator(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise NotYours(NOT_YOURS)


def _context(account_id: int) -> bytes:
    return f"sign-in of account {account_id}".encode()
