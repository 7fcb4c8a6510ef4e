"""A minute of somebody's work in the browser: their steps, what their hands do, how long the program lets them wait.

Hands are counted in the times of the Keystroke-Level Model (Card, Moran and Newell, 1980): to point at something and
press it is one act of 1.1 + 0.1 s, a typed character 0.28 s (somebody who is no typist). What lies out of sight costs
one act more, to bring it into sight. Waiting is measured, from the end of an act until what has to follow is seen.
Thinking and reading are not in it: they are the person's own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser import SCREENSHOTS, screenshot_path

ACT, CHARACTER = 1.2, 0.28  # seconds
LONGEST = 30_000  # ms that a test waits for what has to follow


@dataclass
class Step:
    """One step of the story, in the words of the picture below which it stands."""

    said: str
    acts: int = 0
    characters: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        return self.acts * ACT + self.characters * CHARACTER + self.waited


@dataclass
class Minute:
    """One person's story on one page. `name` names its pictures."""

    page: Page
    name: str
    steps: list[Step] = field(default_factory=list)
    _ended: float = 0.0

    @contextmanager
    def step(self, said: str) -> Iterator[None]:
        """A picture of what is seen at its end is kept, with what it says."""
        self.steps.append(Step(said))
        yield
        if SCREENSHOTS:
            self.page.screenshot(path=screenshot_path(f"{self.name}-{len(self.steps)}"))
            Path(screenshot_path(f"{self.name}-{len(self.steps)}")).with_suffix(".txt").write_text(said, "utf-8")

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible(timeout=LONGEST)
        step = self.steps[-1]
        step.acts += 1
        if not target.evaluate(
            "(one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
        ):
            step.acts += 1
            target.evaluate("(one) => one.scrollIntoView({ block: 'center' })")

    def tap(self, target: Locator) -> None:
        self._reach(target)
        target.click()
        self._ended = time.monotonic()

    def type(self, target: Locator, words: str) -> None:
        self._reach(target)
        self.steps[-1].characters += len(words)
        target.click()
        target.press_sequentially(words)
        self._ended = time.monotonic()

    def choose(self, target: Locator, option: str) -> None:
        """Open a list, tap one of it."""
        self._reach(target)
        self.steps[-1].acts += 1
        target.select_option(option)
        self._ended = time.monotonic()

    def pick(self, target: Locator, photos: list[Path]) -> None:
        """Photos of the device: one act each, and one to come back."""
        self._reach(target)
        self.steps[-1].acts += len(photos) + 1
        target.set_input_files(photos)
        self._ended = time.monotonic()

    def sees(self, what: Locator, show: bool = True) -> None:
        """Wait for what has to follow; `show` brings it into the picture."""
        expect(what).to_be_visible(timeout=LONGEST)
        self.steps[-1].waited += time.monotonic() - self._ended if self._ended else 0.0
        self._ended = 0.0
        if show:
            what.evaluate("(one) => one.scrollIntoView({ block: 'center' })")

    def told(self) -> str:
        """One line of figures, and one for each step."""
        lines = [
            f"  {number}. {step.said} {step.acts} acts, {step.characters} characters,"
            f" waited {step.waited:.1f} s: {step.seconds:.1f} s"
            for number, step in enumerate(self.steps, 1)
        ]
        acts, seconds = sum(step.acts for step in self.steps), sum(step.seconds for step in self.steps)
        return "\n".join(
            [f"{self.name}: {len(self.steps)} steps, {acts} acts, {seconds:.0f} s without thinking", *lines]
        )
