"""The first half of a post's life as people lead it: written, given a picture, changed, handed in."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.chaos.ledger import Entry, Ledger, wording
from tests.chaos.staff import Away, Patience, Person

PUPIL = "Zebedee Quillfeather"  # on the register: a caption with the name is flagged
ALT_TEXT = "A hall with nobody in it"
T = TypeVar("T")


@dataclass
class Staff:
    """Everybody's browser, for one teller of stories."""

    authors: list[Person]
    approvers: list[Person]
    manager: Person
    unsigned: Person  # would be an approver, and has not signed the policy


@dataclass
class Writing:
    number: int
    staff: Staff
    ledger: Ledger
    patience: Patience
    account: int
    chance: random.Random
    picture: bytes  # empty: words alone
    version: int = 1
    seen_before: str = ""  # the digest of an earlier wording
    entry: Entry = field(init=False)

    def __post_init__(self) -> None:
        self.author = self.chance.choice(self.staff.authors)
        self.approver = self.chance.choice([one for one in self.staff.approvers if one.id != self.author.id])

    @property
    def at(self) -> str:
        return f"/posts/{self.entry.post_id}"

    @property
    def review(self) -> str:
        return f"/review/{self.entry.post_id}"

    def again(self, do: Callable[[], T]) -> T:
        """Until it is done: whoever gets no answer looks at the page as it is now, and tries again."""
        while True:
            try:
                return do()
            except Away as why:
                self.ledger.count("requests tried again")
                self.patience.pause(f"post {self.number}: {do.__name__}: {why}")

    def state(self) -> str:
        """As its author's page says."""
        found = re.search(r'data-state="([^"]+)"', self.author.get(f"{self.at}/progress"))
        return found[1] if found else ""

    def until(self, *states: str) -> str:
        def look() -> str:
            now = self.state()
            if now not in states:
                raise Away(f"it is {now}")
            return now

        return self.again(look)

    def create(self) -> None:
        caption = self.caption()

        def create() -> int:
            self.author.ready()
            self.ledger.unanswered.add(caption)
            where = self.author.post("/posts/new", {"caption": caption, "account": self.account, "do": "save"})
            return int(re.findall(r"/posts/(\d+)/", where)[0])

        self.entry = self.ledger.open(self.number, self.again(create), caption)

    def caption(self, name: str = "") -> str:
        return wording(self.number, self.version, name)

    def form(self, page: str) -> dict[str, object]:
        """The author's page, filled in."""
        alts = {f"alt-{number}": ALT_TEXT for number in self._photos(page)}
        return {"caption": self.entry.sent[-1], "account": self.account, "shown": "", "nobody": "on", **alts}

    def _photos(self, page: str) -> list[str]:
        return re.findall(r'name="alt-(\d+)"', page)

    def add_picture(self) -> None:
        def add() -> None:
            page = self.author.get(f"{self.at}/edit")
            if not self._photos(page):
                files = {"photos": ("hall.png", self.picture)}
                self.author.post(f"{self.at}/edit", {**self.form(page), "do": "add"}, files=files)

        self.again(add)
        self.entry.pictures = 1
        self.ledger.count("pictures")

    def edit(self) -> None:
        self.version += 1
        self.save(self.caption())
        self.ledger.count("edits")

    def save(self, caption: str) -> None:
        def save() -> None:
            page = self.author.get(f"{self.at}/edit")
            self.ledger.send(self.entry, caption)
            self.author.post(f"{self.at}/edit", {**self.form(page), "do": "save"})
            self.ledger.answer(self.entry)

        self.again(save)

    def discard(self) -> None:
        self.once("discard", lambda: self.author.post(f"{self.at}/discard", {}), "discarded")
        self.entry.ended = "discarded"

    def hand_in(self) -> None:
        def hand_in() -> None:
            page = self.author.get(f"{self.at}/edit")
            self.author.post(f"{self.at}/edit", {**self.form(page), "do": "send"})

        self.once("submit", hand_in, "checking", "in review")

    def once(self, action: str, do: Callable[[], object], *after: str) -> None:
        """Do it, unless an unanswered request has done it already."""

        def once() -> None:
            if self.state() in after:
                return
            do()
            self.ledger.do(self.entry.post_id, action)

        self.again(once)
