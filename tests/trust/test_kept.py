"""What serves a school is made once, kept while it is used or lately was, and let go with the school."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderation.schools import Kept
from moderation.settings import Settings, SettingsError, Watched, load_trust, trust_text
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


def test_what_cannot_be_made_is_tried_again_the_next_time(watched: Watched) -> None:
    tries: list[str] = []

    def make(settings: Settings) -> Made:
        tries.append(settings.key)
        if len(tries) == 1:
            raise SettingsError("not yet")
        return Made(settings)

    kept = Kept(watched, make, Made.end)
    (oakfield, _) = watched.now().schools
    with pytest.raises(SettingsError), kept.of(oakfield):
        pass
    with kept.of(oakfield) as made:
        assert made.key == "oakfield" and tries == ["oakfield", "oakfield"]
