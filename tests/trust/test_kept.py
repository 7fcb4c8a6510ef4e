"""What serves a school is made once, kept while it is used or lately was, and let go with the school."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from moderation import schools
from moderation.schools import Kept, StillOpening
from moderation.settings import Settings, SettingsError, Watched, load_trust, trust_text
from tests.queue.builders import until
from tests.trust.schools import FILE


class Made:
    def __init__(self, settings: Settings) -> None:
        self.key, self.ended = settings.key, 0

    def end(self) -> None:
        self.ended += 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "trust.toml").write_text(FILE)
    return tmp_path / "trust.toml"


@pytest.fixture
def watched(file: Path) -> Watched:
    environ = {"GATEPOST_TRUST": str(file)}
    return Watched(load_trust(environ), environ)


def test_many_who_ask_at_once_get_the_same_and_it_is_made_once(watched: Watched) -> None:
    kept = Kept(watched, Made, Made.end)
    (oakfield, _) = watched.now().schools

    def ask(_: int) -> Made:
        with kept.of(oakfield) as made:
            return made

    with ThreadPoolExecutor(8) as pool:
        assert len({id(made) for made in pool.map(ask, range(40))}) == 1


def test_what_was_used_longest_ago_goes_and_never_what_is_in_use(watched: Watched) -> None:
    kept = Kept(watched, Made, Made.end, most=1)
    oakfield, harbour = watched.now().schools
    with kept.of(oakfield) as one:
        with kept.of(harbour) as other:
            assert (one.ended, other.ended, len(kept)) == (0, 0, 1)
        assert one.ended == 0, "somebody still has it"
    assert (one.ended, other.ended) == (1, 0)
    with kept.of(oakfield) as again:
        assert again is not one
    assert other.ended == 1


def test_a_school_that_is_closed_or_changed_is_let_go_and_another_is_not(file: Path, watched: Watched) -> None:
    kept = Kept(watched, Made, Made.end)
    oakfield, harbour = watched.now().schools
    with kept.of(oakfield) as one, kept.of(harbour) as other:
        pass
    file.write_text(trust_text.with_closed(FILE, "oakfield", True))
    kept.tidy()
    assert (one.ended, other.ended) == (1, 0)
    file.write_text(FILE.replace("http://harbour.example", "http://harbour.example.org"))
    kept.tidy()
    assert other.ended == 1


def test_what_cannot_be_made_is_tried_once_for_all_who_ask_within_seconds(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def make(settings: Settings) -> Made:
        tries.append(settings.key)
        if len(tries) == 1:
            raise SettingsError("not yet")
        return Made(settings)

    kept = Kept(watched, make, Made.end)
    oakfield, harbour = watched.now().schools
    for _ in range(3):
        with pytest.raises(SettingsError, match="not yet"), kept.of(oakfield):
            pass
    assert tries == ["oakfield"]
    with kept.of(harbour) as made:
        assert made.key == "harbour"
    monkeypatch.setattr(schools, "TRIED_AGAIN_AFTER", 0.0)
    with kept.of(oakfield) as made:
        assert made.key == "oakfield" and tries == ["oakfield", "harbour", "oakfield"]


def test_a_failure_that_is_remembered_keeps_nothing_of_what_was_half_opened(watched: Watched) -> None:
    """The lock in the folder of keys, above all: a school that cannot be opened can be removed."""
    half: list[weakref.ref[Made]] = []

    def make(settings: Settings) -> Made:
        opened = Made(settings)
        half.append(weakref.ref(opened))
        try:
            raise OSError(opened.key)
        except OSError as error:
            raise SettingsError("not yet") from error

    kept = Kept(watched, make, Made.end)
    with pytest.raises(SettingsError), kept.of(watched.now().schools[0]):
        pass
    gc.collect()
    assert half[0]() is None


def test_a_school_that_opens_slowly_keeps_nobody_waiting_and_is_there_once_it_has_opened(watched: Watched) -> None:
    goes_on, tries = threading.Event(), []

    def make(settings: Settings) -> Made:
        tries.append(settings.key)
        assert settings.key == "harbour" or goes_on.wait(60)
        return Made(settings)

    kept = Kept(watched, make, Made.end, patience=0.05)
    oakfield, harbour = watched.now().schools

    def ask(_: int) -> str:
        try:
            with kept.of(oakfield):
                return "there"
        except StillOpening:
            return "not yet"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {"not yet"}, "and every thread is free again"
    while not [one for one in tries if one == "harbour"]:
        with suppress(StillOpening), kept.of(harbour):
            pass
    goes_on.set()
    until(lambda: ask(0) == "there")
    assert tries == ["oakfield", "harbour"]


def test_a_school_that_is_closed_while_it_opens_is_let_go_of_once_it_has_opened(file: Path, watched: Watched) -> None:
    goes_on, made = threading.Event(), []

    def make(settings: Settings) -> Made:
        assert goes_on.wait(60)
        made.append(Made(settings))
        return made[0]

    kept = Kept(watched, make, Made.end, patience=0.0)
    with pytest.raises(StillOpening), kept.of(watched.now().schools[0]):
        pass
    file.write_text(trust_text.with_closed(FILE, "oakfield", True))
    kept.tidy()
    goes_on.set()
    until(lambda: bool(made) and made[0].ended == 1)
    assert len(kept) == 0
