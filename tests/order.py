"""The longest files first: one that began last would hold up a run on two cores by minutes. tests/house holds it."""

from pathlib import Path

import pytest

# By the clock, as measured; among the others no order is better than another.
LONGEST = (
    "acceptance/test_ground.py",
    "chaos/test_chaos.py",
    "access/test_every_page.py",
    "access/test_refused_forms.py",
    "web/test_a_slow_phone.py",
    "acceptance/test_names.py",
    "acceptance/test_going_live_connected.py",
    "acceptance/test_covering.py",
    "cli/test_evaluate.py",
    "demo/test_pictures.py",
    "acceptance/test_faces_command.py",
    "acceptance/test_pleasure.py",
    "acceptance/test_nothing_lost.py",
    "acceptance/test_covered_for_good.py",
    "access/test_keyboard.py",
    "cli/test_import.py",
    "cli/test_installation.py",
    "acceptance/test_faces.py",
    "web/test_audience.py",
    "acceptance/test_matching.py",
    "web/test_words_while_typing.py",
    "acceptance/test_decision.py",
    "detect/test_text.py",
)
_PLACES = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}


def put_in_order(items: list[pytest.Item]) -> None:
    """Those of one file stay together and as they were."""
    items.sort(key=lambda item: _PLACES.get(item.path, len(_PLACES)))
