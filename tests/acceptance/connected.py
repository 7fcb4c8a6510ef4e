"""A school that posts straight to two real servers while its workers are killed; what the servers say afterwards."""

import html
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import requests
from PIL import Image
from sqlalchemy import select

from moderation import redis_server
from moderation.db.models import Account, Delivery
from moderation.processes import end_with
from moderation.rules.connecting import Progress
from moderation.rules.roles import Role
from moderation.services import cases, connections, delivering, intake, kit_pictures
from tests.builders import School
from tests.connectors.servers import Server

ROOT = Path(__file__).parents[2]
PICTURES = 4


@dataclass(frozen=True)
class There:
    """One post as a server gives it out."""

    words: str
    pictures: tuple[bytes, ...]
    alt_texts: tuple[str, ...]


def noise(seed: int) -> bytes:
    """A small picture that is like no other, with nothing to see in it."""
    image = Image.new("RGB", (160, 120), (seed * 37 % 200 + 20, seed * 91 % 200 + 20, seed * 53 % 200 + 20))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def connect(school: School, server: Server, network: str) -> Account:
    """As the administrator does it: tried out, then kept."""
    form = connections.Form(server.kind, server.address, server.login, server.secret)
    called = connections.try_out(school.parts.open_connector, form)
    assert called == server.handle
    with school.parts.work() as work:
        account = school.add_account(work, network, server.handle)
        connections.connect(work, school.people[Role.ADMINISTRATOR], account.id, form, called)
        return account


def released(school: School, number: int, accounts: list[Account]) -> int:
    """A post with four pictures of its own, released, its kit opened."""
    caption = f"Post {number}: a <good> day & “cake”.\n\nSecond paragraph – é ü 🎉 #oakfield"
    post_id = school.draft(*(noise(number * PICTURES + one) for one in range(PICTURES)), caption=caption)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.accounts = [work.session.merge(one) for one in accounts]
        for place, photo in enumerate(post.photos, 1):
            photo.alt_text = f'Picture {place} of post {number}: "blue" & green'
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.to_the_kit(post_id)
    return post_id


def kit(school: School, post_id: int, account: Account) -> There:
    """What the kit holds for this account."""
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        files = kit_pictures.of_account(work, post, account)
        return There(post.words_out, tuple(one.data for one in files), tuple(one.alt_text for one in files))


def ask(school: School, post_id: int, accounts: list[Account]) -> None:
    for account in accounts:
        with school.parts.work() as work:
            delivering.ask(work, school.manager, post_id, account.id, "https://gatepost.school.example")


@dataclass
class Workers:
    """Two workers and the sweep. `kills` counts the ends that nobody announced."""

    instance: Path
    seed: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def begin(self, what: str) -> subprocess.Popen[bytes]:
        log = (self.instance.parent / f"{what}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.delivering_worker", what, str(self.instance)],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
            preexec_fn=partial(end_with, os.getpid()),
        )

    def until(self, done: Callable[[], bool], most_kills: int, seconds: float) -> None:
        """Until it is done: wait for a job to run, and some moments later kill it, or the worker with it."""
        chance, deadline, kills = random.Random(self.seed), time.monotonic() + seconds, 0
        while not done():
            assert time.monotonic() < deadline, (self.instance.parent / "worker.log").read_text()[-3000:]
            at_work = [one for one in self.running if _jobs(one)] if kills < most_kills else []
            time.sleep(chance.uniform(0.1, 0.9) if at_work else 0.05)
            if at_work:
                kills += self._kill(chance.choice(at_work), whole=chance.random() < 0.25)
        self.kills += kills

    def _kill(self, worker: subprocess.Popen[bytes], whole: bool) -> bool:
        """True if somebody was there to be killed."""
        if not whole:
            jobs = _jobs(worker)
            for job in jobs:
                with suppress(psutil.NoSuchProcess):
                    job.kill()
            return bool(jobs)
        worker.kill()
        worker.wait()
        self.running[self.running.index(worker)] = self.begin("worker")
        return True


def _jobs(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The process in which the worker does a job now: a copy of itself, not something that its start calls."""
    try:
        return [one for one in psutil.Process(worker.pid).children() if one.cmdline() == worker.args]
    except psutil.Error:
        return []


@contextmanager
def workers(school: School, seed: int) -> Iterator[Workers]:
    with ExitStack() as stack:
        server = redis_server.start(school.parts.settings)
        stack.callback(server.stop)
        found = Workers(school.parts.settings.instance, seed)
        sweep = found.begin("sweep")
        found.running = [found.begin("worker") for _ in range(2)]

        def end() -> None:
            for process in (sweep, *found.running):
                process.kill()
                process.wait()

        stack.callback(end)
        yield found


def progress(school: School) -> list[tuple[Progress, int]]:
    with school.parts.reading() as work:
        return [(one.progress, one.tries) for one in work.session.scalars(select(Delivery).order_by(Delivery.id))]


def on_bluesky(server: Server) -> list[There]:
    """Every post of the account, as the server gives it to anybody who asks."""
    did = _xrpc(server, "com.atproto.identity.resolveHandle", handle=server.login)["did"]
    records: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        where = {"repo": did, "collection": "app.bsky.feed.post", "limit": 100} | ({"cursor": cursor} if cursor else {})
        page = _xrpc(server, "com.atproto.repo.listRecords", **where)
        records += page["records"]
        cursor = page.get("cursor")
    return [_record(server, did, one["value"]) for one in records]


def _xrpc(server: Server, name: str, **params: Any) -> Any:
    answer = requests.get(f"{server.address}/xrpc/{name}", params=params, timeout=30)
    answer.raise_for_status()
    return answer.json()


def _record(server: Server, did: str, value: Any) -> There:
    images = value["embed"]["images"]
    blobs = [{"did": did, "cid": one["image"]["ref"]["$link"]} for one in images]
    where = f"{server.address}/xrpc/com.atproto.sync.getBlob"
    data = tuple(requests.get(where, params=blob, timeout=30).content for blob in blobs)
    return There(value["text"], data, tuple(one["alt"] for one in images))


def blobs_on_bluesky(server: Server) -> int:
    did = _xrpc(server, "com.atproto.identity.resolveHandle", handle=server.login)["did"]
    return len(_xrpc(server, "com.atproto.sync.listBlobs", did=did, limit=1000)["cids"])


def on_wordpress(server: Server, state: str = "publish") -> list[There]:
    """Every post in this state, with the bytes that its pictures' addresses give to anybody."""
    media = {one["id"]: one for one in all_of(server, "media")}
    found = []
    for post in all_of(server, "posts", status=state):
        if not post["slug"].startswith("gatepost-"):
            continue  # WordPress greets the world by itself
        content = post["content"]["raw"]
        shown = [one for number, one in sorted(media.items()) if re.search(rf"wp-image-{number}\b", content)]
        data = tuple(requests.get(one["source_url"], timeout=30).content for one in shown)
        words = content.partition("<figure")[0].replace("<br>", "\n").replace("</p>\n\n<p>", "\n\n")
        words = html.unescape(words.replace("<p>", "").replace("</p>", "")).strip()
        assert all(html.escape(one["alt_text"]) in content for one in shown)
        found.append(There(words, data, tuple(one["alt_text"] for one in shown)))
    return found


def all_of(server: Server, what: str, **params: Any) -> list[Any]:
    rows: list[Any] = []
    page = 1
    while True:
        answer = requests.get(
            f"{server.address}/index.php",
            params={"rest_route": f"/wp/v2/{what}", "per_page": 100, "page": page, "context": "edit"} | params,
            auth=(server.login, server.secret),
            timeout=60,
        )
        answer.raise_for_status()
        rows += answer.json()
        if page >= int(answer.headers["X-WP-TotalPages"] or 1):
            return rows
        page += 1
