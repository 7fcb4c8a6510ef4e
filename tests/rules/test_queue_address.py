"""The address of a queue of the school's own: what it may say, and that no refusal repeats a part of it."""

import pytest

from moderation.rules.queue_address import NO_ADDRESS, ONLY_ENCRYPTED, UNVERIFIED, QueueAddress, address
from moderation.settings import SettingsError, load

WORD, ODD = "word", "p@ss/"
TWO = (("one.example", 26379), ("two.example", 7))


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("redis://queue.example", QueueAddress((("queue.example", 6379),))),
        ("redis://queue.example:7/2", QueueAddress((("queue.example", 7),), database=2)),
        ("redis://[::1]:7/", QueueAddress((("::1", 7),))),
        ("redis://:p%40ss%2F@queue.example", QueueAddress((("queue.example", 6379),), password=ODD)),
        (f"rediss://gate:{WORD}@q.example", QueueAddress((("q.example", 6379),), "", 0, "gate", WORD, encrypted=True)),
        (
            "rediss://q.example/1?ssl_ca_certs=/srv/ca.pem&ssl_certfile=/srv/own.pem&ssl_keyfile=/srv/own.key",
            QueueAddress(
                (("q.example", 6379),),
                database=1,
                encrypted=True,
                authority="/srv/ca.pem",
                certificate="/srv/own.pem",
                key="/srv/own.key",
            ),
        ),
        ("redis+sentinel://one.example,two.example:7/gate", QueueAddress(TWO, master="gate")),
        (
            f"rediss+sentinel://gate:{WORD}@one.example,two.example:7/gate/3?sentinel_user=w&sentinel_password=a%26b",
            QueueAddress(TWO, "", 3, "gate", WORD, "gate", "w", "a&b", encrypted=True),
        ),
        ("unix:///run/redis/queue.sock", QueueAddress(socket="/run/redis/queue.sock")),
        ("unix://:word@/run/a%20b.sock", QueueAddress(socket="/run/a b.sock", password=WORD)),
    ],
)
def test_an_address_is_read(url: str, read: QueueAddress) -> None:
    assert address(url) == read


WRONG = [
    "queue.example:6379",
    "http://:word@queue.example",
    "redis://:word@",
    "redis://:wo/rd@queue.example",
    "redis://:wo#rd@queue.example",
    "redis://:word@queue.example:port",
    "redis://:word@queue.example:99999",
    "redis://:word@queue.example/zero",
    "redis://:word@queue.example/0?socket_timeout=9",
    "redis://:word@one.example,two.example",
    "redis+sentinel://:word@one.example",
    "redis+sentinel://:word@one.example//0",
    "redis+sentinel://:word@one.example,/gate",
    "redis://:word@one.example/0?sentinel_password=word",
    "rediss://:word@one.example?ssl_ca_certs=/a&ssl_ca_certs=/b",
    "rediss://:word@one.example?ssl_ca_certs=",
    "rediss://:word@one.example?ssl_keyfile=/word",
    "unix://:word@host/run/redis.sock",
    "unix+sentinel:///run/redis.sock/gate",
    "redis://[:word@one.example",
]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        *((url, NO_ADDRESS) for url in WRONG),
        ("rediss://:word@one.example?ssl_cert_reqs=none", UNVERIFIED),
        ("rediss://:word@one.example?ssl_check_hostname=false", UNVERIFIED),
        ("redis://:word@one.example?ssl_ca_certs=/word", ONLY_ENCRYPTED),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        address(url)
    assert str(refused.value) == sentence
    with pytest.raises(SettingsError) as said:
        load({"GATEPOST_REDIS_URL": url})
    assert str(said.value) == sentence


def test_a_password_is_not_in_what_the_settings_look_like() -> None:
    url = f"rediss+sentinel://gate:{WORD}1@one.example/gate?sentinel_password={WORD}2"
    assert WORD not in repr(load({"GATEPOST_REDIS_URL": url}))
