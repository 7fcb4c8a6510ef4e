"""A stand-in for a server: it keeps what is put on it in memory, and breaks where a test wants it to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from moderation.db.models import Account, Delivery
from moderation.rules.connecting import Keep, Kind, LivePost, NotDone, Outgoing, Sent, Trouble
from moderation.rules.roles import Role
from moderation.services import cases, connections, deliveries, delivering, intake
from tests.builders import School

BASE = "https://gatepost.school.example"
SECRET = "abcd-efgh-ijkl-mnop"


@dataclass
class Noticeboard:
    """Posts by their key. `breaks` is called before each step that changes something, with what it is."""

    posts: dict[str, Outgoing] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    times: int = 0
    breaks: Callable[[str], None] = lambda step: None

    def who(self) -> str:
        return "@school"

    def send(self, post: Outgoing, so_far: dict[str, str], keep: Keep) -> Sent:
        self.breaks("before")
        self.parts.add(post.key)
        keep({"key": post.key})
        self.breaks("middle")
        keep({"key": post.key})
        if post.key not in self.posts:
            self.posts[post.key], self.times = post, self.times + 1
        self.breaks("after")
        return Sent(f"https://board.example/{post.key}", {"key": post.key})

    def remove(self, remote: dict[str, str]) -> None:
        self.breaks("remove")
        self.posts.pop(remote["key"], None)
        self.parts.discard(remote["key"])

    def is_there(self, remote: dict[str, str]) -> bool:
        return remote["key"] in self.posts

    def read(self, remote: dict[str, str]) -> LivePost | None:
        self.breaks("read")
        post = self.posts.get(remote["key"])
        if post is None:
            return None
        pictures = tuple(one.data for one in post.pictures)
        return LivePost(post.words, pictures, tuple(one.alt_text for one in post.pictures))

    def open(self, kind: Kind, address: str, login: str, secret: str) -> "Noticeboard":
        if secret != SECRET:
            raise NotDone(Trouble.LOGIN)
        return self


def connected(school: School, name: str = "Bluesky", kind: Kind = Kind.BLUESKY, handle: str = "@school") -> Account:
    """An account on that network, connected."""
    with school.parts.work() as work:
        administrator = school.people[Role.ADMINISTRATOR]
        account = school.add_account(work, name, handle)
        form = connections.Form(kind, "https://board.example", "school", SECRET)
        connections.connect(work, administrator, account.id, form, "@school")
        return account


def released(school: School, *accounts: Account, caption: str = "A good day.", photos: tuple[bytes, ...] = ()) -> int:
    """A released post for these accounts, its kit opened."""
    post_id = school.draft(*photos, caption=caption)
    with school.parts.work() as work:
        cases.get(work, post_id).accounts = [work.session.merge(one) for one in accounts]
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.to_the_kit(post_id)
    return post_id


def ask(school: School, post_id: int, account: Account) -> int:
    with school.parts.work() as work:
        return delivering.ask(work, school.manager, post_id, account.id, BASE).id


def run(school: School, board: Noticeboard, delivery_id: int) -> bool:
    """What a worker does when the bell rings."""
    return delivering.deliver(school.parts.work, board.open, delivery_id, delivery(school, delivery_id).token)


def delivery(school: School, delivery_id: int) -> Delivery:
    with school.parts.reading() as work:
        found = deliveries.get(work, delivery_id)
        assert found.post.state and found.account.title
        return found
