"""A pair of hands that has no mouse: every stop is looked at as it is reached."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.access import measures

MOST_STOPS = 400  # of one page
_TWENTY_FRAMES = """() => new Promise((done) => {
  const next = (left) => (left ? requestAnimationFrame(() => next(left - 1)) : done());
  next(20);
})"""
LONGEST = 30_000  # ms that a test waits for what has to follow


@dataclass
class Keys:
    """Hands on one page. `wrong` collects what a person who sees the stops would stumble over."""

    page: Page
    pressed: int = 0
    wrong: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.pressed += len(words)
        self.page.keyboard.type(words)

    def stop(self) -> dict[str, Any] | None:
        """Where the keys are now; None outside the page."""
        found: dict[str, Any] | None = measures.ask(self.page, "stop")
        if found is not None and not found["inside"]:  # it may be scrolled to in the next frames
            self.page.evaluate(_TWENTY_FRAMES)
            found = {**(measures.ask(self.page, "stop") or found), "before": found["before"]}
        if found is not None:
            self.wrong += [f"{found['name']}: no ring is seen"] if not found["ring"] else []
            self.wrong += [f"{found['name']}: out of the window"] if not found["inside"] else []
            self.wrong += [f"{found['name']}: below something else"] if found["inside"] and not found["open"] else []
        return found

    def to(self, target: Locator) -> None:
        """With Tab alone, from wherever the keys are."""
        expect(target).to_be_visible(timeout=LONGEST)
        for _ in range(MOST_STOPS):
            self.press("Tab")
            self.stop()
            if target.evaluate("(one) => one === document.activeElement"):
                return
        raise AssertionError(f"never reached: {target}")

    def walk(self) -> list[dict[str, Any]]:
        """Every stop from the top of the page to its end, in order. Raises AssertionError where there is no way out."""
        stops = []
        self.page.evaluate("() => { document.activeElement?.blur(); getSelection().collapse(document.body, 0); }")
        for _ in range(MOST_STOPS):
            self.press("Tab")
            found = self.stop()
            if found is None or found["before"] == 0:  # past the end, some browsers begin again
                return stops
            assert found["before"] is None or found["name"] != stops[-1]["name"] or self._moves_inside(), found["name"]
            stops.append(found)
        raise AssertionError(f"a trap: {[stop['name'] for stop in stops[-4:]]}")

    def _moves_inside(self) -> bool:
        """Days and times are typed in parts, each of them a stop."""
        kinds = "input[type=date], input[type=datetime-local], input[type=time]"
        return bool(self.page.evaluate("(kinds) => document.activeElement.matches(kinds)", kinds))
