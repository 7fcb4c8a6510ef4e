"""PostgreSQL goes away and comes again: what was under way fails and says so, and the next transaction gets through."""

from collections.abc import Iterator
from threading import Timer

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from moderation.db.engine import open_engine
from tests import postgresql
from tests.chaos.relay import Mode, Relay
from tests.chaos.server import OTHERS

pytestmark = postgresql.needed


@pytest.fixture
def relay() -> Iterator[Relay]:
    url = postgresql.create()
    with Relay(url) as relay:
        yield relay
    postgresql.drop(url)


@pytest.fixture
def engine(relay: Relay) -> Iterator[Engine]:
    engine = open_engine(relay.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (word TEXT)"))
    yield engine
    engine.dispose()


def keep(engine: Engine, word: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (:word)"), {"word": word})


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT word FROM kept ORDER BY word")))


def cut_by_the_server(relay: Relay) -> None:
    with postgresql.connection(relay.database) as server:
        assert server.execute(OTHERS.encode()).fetchall()


@pytest.mark.parametrize("cut", [Relay.reset, cut_by_the_server])
def test_a_connection_that_was_cut_is_noticed_before_it_is_used_again(relay: Relay, engine: Engine, cut) -> None:  # type: ignore[no-untyped-def]
    keep(engine, "before")
    cut(relay)
    keep(engine, "after")
    assert kept(engine) == ["after", "before"]


def test_a_transaction_that_is_cut_in_the_middle_has_done_nothing(relay: Relay, engine: Engine) -> None:
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES ('half')"))
        relay.reset()
        connection.execute(text("INSERT INTO kept VALUES ('whole')"))
    keep(engine, "after")
    assert kept(engine) == ["after"]


def test_who_is_refused_hears_so_at_once_and_gets_in_when_somebody_listens_again(relay: Relay, engine: Engine) -> None:
    relay.mode = Mode.REFUSED
    relay.reset()
    with pytest.raises(OperationalError):
        keep(engine, "while away")
    relay.mode = Mode.OPEN
    relay.reset()
    keep(engine, "after")
    assert kept(engine) == ["after"]


def test_a_network_that_stalls_is_waited_for_and_what_was_sent_arrives_once(relay: Relay, engine: Engine) -> None:
    relay.mode = Mode.STALLED
    again = Timer(0.5, setattr, (relay, "mode", Mode.OPEN))
    again.start()
    keep(engine, "slowly")
    assert not again.is_alive()
    assert kept(engine) == ["slowly"]


def test_a_server_that_is_gone_without_a_word_is_not_waited_for(engine: Engine) -> None:
    with engine.connect() as connection:
        asked = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    assert (asked["keepalives_idle"], asked["tcp_user_timeout"]) == ("30", "60000")
