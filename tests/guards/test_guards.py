"""`make mutants` on a handful of guards, so that the tool itself stays whole."""

from pathlib import Path

import pytest

from tests.guards.__main__ import main, said
from tests.guards.ends import End
from tests.in_full import only_in_full


@pytest.mark.long
@only_in_full  # half a minute: three processes load the whole program
def test_with_one_guard_of_holding_off_at_a_time_a_test_fails_each_time(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(("tests/rules/test_holding.py",), "rules.holding.publishes", shares=1) == 0, capfd.readouterr().out
    row = next(line for line in capfd.readouterr().out.splitlines() if line.startswith("questions"))
    assert row.split() == ["questions", "4", "4", "0", "0"]


def test_a_guard_that_no_test_misses_is_named_and_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    missed = End("rules.holding.check · dropped", "NotYours", False, "0 tests")
    assert said([missed]) == 1
    assert "survived 0 tests: rules.holding.check" in capsys.readouterr().out


def test_the_source_itself_is_left_as_it_is() -> None:
    from moderation.rules import holding

    assert "_guard_holds" not in Path(str(holding.__file__)).read_text("utf-8")
    assert "_guard_holds" not in holding.publishes.__code__.co_names
