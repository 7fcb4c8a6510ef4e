"""What the program told its users was done: nothing of it may be lost. What it did not answer may be there or not."""

import threading
from collections import Counter
from dataclasses import dataclass, field


def wording(number: int, version: int, name: str = "") -> str:
    """The caption of a post: no two are alike, and each says which it is."""
    return f"Post {number}, wording {version}: the choir sang in the hall.{f' {name} sang alone.' if name else ''}"


@dataclass
class Entry:
    """One post: every wording that was sent, and which of them was answered last."""

    number: int
    post_id: int
    sent: list[str]
    answered: int = 0  # its place in `sent`
    pictures: int = 0
    ended: str = ""  # the state in which its story left it


@dataclass
class Ledger:
    entries: dict[int, Entry] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)  # captions of new posts of which nobody knows
    done: Counter[tuple[int, str]] = field(default_factory=Counter)  # (post, action) answered
    tried: set[tuple[int, int, str]] = field(default_factory=set)  # (post, person, digest) approvals that were sent
    figures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def open(self, number: int, post_id: int, caption: str) -> Entry:
        with self.lock:
            entry = self.entries[post_id] = Entry(number, post_id, [caption])
            self.figures["posts"] += 1
            return entry

    def send(self, entry: Entry, caption: str) -> None:
        with self.lock:
            if entry.sent[-1] != caption:
                entry.sent.append(caption)

    def answer(self, entry: Entry) -> None:
        with self.lock:
            entry.answered = len(entry.sent) - 1

    def do(self, post_id: int, action: str) -> None:
        with self.lock:
            self.done[post_id, action] += 1
            self.figures[action] += 1

    def count(self, what: str, by: int = 1) -> None:
        with self.lock:
            self.figures[what] += by

    def accuse(self, what: str) -> None:
        with self.lock:
            if what not in self.wrong:
                self.wrong.append(what)

    def as_of_now(self) -> tuple[dict[int, tuple[str, ...]], Counter[tuple[int, str]]]:
        """By post, the captions that it may have from now on; and what must stand in the trail from now on."""
        with self.lock:
            captions = {one.post_id: tuple(one.sent[one.answered :]) for one in self.entries.values()}
            return captions, Counter(self.done)
