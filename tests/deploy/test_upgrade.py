"""An upgrade while people work: old and new code on one database, behind the nginx of deploy/, and nobody notices."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from moderation import redis_server
from moderation.db.migrate import Standing, migrate, standing
from moderation.db.models import Post
from moderation.processes import end_with
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import intake
from tests.acceptance.running import ROOT, free_port, wait_for
from tests.builders import PASSWORD, School, email
from tests.deploy import test_nginx
from tests.in_full import only_in_full

_MIGRATIONS = sorted((ROOT / "moderation" / "db" / "migrations" / "versions").glob("[0-9]*.py"))
ITS_DATABASE = _MIGRATIONS[-2].name.partition("_")[0]  # all that the version before knew of
LONGEST = 60.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
pytestmark = [*test_nginx.pytestmark, pytest.mark.long, only_in_full]


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    """As it was before the newest migration came."""
    came = ["git", "log", "--diff-filter=A", "--max-count=1", "--format=%H", "--", str(_MIGRATIONS[-1])]
    commit = subprocess.run(came, cwd=ROOT, capture_output=True, check=False, text=True).stdout.strip()
    asked = subprocess.run(["git", "archive", f"{commit}~1"], cwd=ROOT, capture_output=True, check=False)
    if asked.returncode:
        pytest.skip("this checkout does not have the version before")
    old = tmp_path / "old"
    old.mkdir()
    subprocess.run(["tar", "--extract", "--directory", str(old)], input=asked.stdout, check=True)
    return old


@dataclass
class Writer:
    """Somebody who writes one draft after the other, and notes every answer that is not as it should be."""

    address: str
    role: Role
    number: int
    saved: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)  # whoever has it lets this one wait

    def write(self, over: threading.Event) -> None:
        with requests.Session() as session:
            session.verify = session.trust_env = False
            token = self._sign_in(session)
            while not over.is_set():
                with self.turn:
                    self._write_one(session, token)

    def _write_one(self, session: requests.Session, token: str) -> None:
        caption = f"{self.role} {self.number} writes number {len(self.saved)}."
        form = {"csrf_token": token, "caption": caption, "do": "save"}
        try:
            answer = session.post(f"{self.address}/posts/new", form, allow_redirects=False, timeout=LONGEST)
            read = session.get(f"{self.address}/posts/", timeout=LONGEST)
        except requests.RequestException as error:
            self.wrong.append(type(error).__name__)
            return
        if answer.status_code != 303 or read.status_code != 200 or caption not in read.text:
            self.wrong.append(f"{answer.status_code}, then {read.status_code}")
        self.saved.append(caption)

    def _sign_in(self, session: requests.Session) -> str:
        page = session.get(f"{self.address}/sign-in", timeout=LONGEST).text
        form = {"csrf_token": _TOKEN.findall(page)[0], "email": email(self.role, self.number), "password": PASSWORD}
        page = session.post(f"{self.address}/sign-in", data=form, timeout=LONGEST).text
        return str(_TOKEN.findall(page)[0])


@dataclass
class Machine:
    """What runs Gatepost's parts, of either version."""

    stack: ExitStack
    environ: dict[str, str]

    def begin(self, code: Path, *command: str) -> "subprocess.Popen[bytes]":
        running = subprocess.Popen(
            [sys.executable, "-m", "moderation.cli", *command],
            cwd=code,
            env=os.environ | self.environ | {"PYTHONPATH": str(code)},
            preexec_fn=partial(end_with, os.getpid()),
        )
        self.stack.callback(running.kill)
        return running


@contextmanager
def machine(school: School) -> Iterator[Machine]:
    port = free_port()
    settings = school.parts.settings
    environ = {
        "GATEPOST_INSTANCE": str(settings.instance),
        "GATEPOST_DATABASE_URL": settings.database_url,
        "GATEPOST_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "GATEPOST_PUBLIC_URL": "https://127.0.0.1",
    }
    with ExitStack() as stack:
        queue = [redis_server.find_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        running = subprocess.Popen(queue, stdout=subprocess.DEVNULL, preexec_fn=partial(end_with, os.getpid()))
        stack.callback(running.kill)
        yield Machine(stack, environ)


def state(school: School, post_id: int) -> State:
    with school.parts.reading() as work:
        return work.session.get_one(Post, post_id).state


def test_nobody_notices_an_upgrade(school: School, old_code: Path, tmp_path: Path) -> None:
    before, after = school.submit(caption="Handed in before."), school.draft(caption="Handed in after.")
    migrate(school.parts.engine, ITS_DATABASE)
    old_port, new_port, over = free_port(), free_port(), threading.Event()
    both = f"127.0.0.1:{old_port} max_fails=0; server 127.0.0.1:{new_port} backup"
    with machine(school) as here, test_nginx.nginx(tmp_path / "nginx", both) as (_, address):
        old = [here.begin(old_code, *part) for part in (("web", "--port", str(old_port)), ("worker",), ("sweep",))]
        wait_for(lambda: test_nginx.ask(f"{address}/sign-in").ok, 60, "the old pages")
        writers = [Writer(address, role, 1) for role in (Role.TEACHER, Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER)]
        threads = [threading.Thread(target=writer.write, args=(over,)) for writer in writers]
        for thread in threads:
            thread.start()
        try:
            wait_for(lambda: all(len(writer.saved) > 3 for writer in writers), LONGEST, "the first drafts")
            assert here.begin(ROOT, "migrate").wait(LONGEST) == 0
            written = [len(writer.saved) for writer in writers]
            wait_for(lambda: _all_have(writers, written, 3), LONGEST, "drafts by the old pages in the new database")
            new = [here.begin(ROOT, *part) for part in (("web", "--port", str(new_port)), ("worker",), ("sweep",))]
            wait_for(lambda: test_nginx.answers(f"http://127.0.0.1:{new_port}/sign-in"), LONGEST, "the new pages")
            with ExitStack() as waiting:
                if not (old_code / "moderation" / "cli" / "answering.py").exists():  # it breaks off what was just sent
                    for writer in writers:
                        waiting.enter_context(writer.turn)
                for part in old:
                    part.send_signal(signal.SIGTERM)
                for part in old:
                    part.wait(LONGEST)
            written = [len(writer.saved) for writer in writers]
            wait_for(lambda: _all_have(writers, written, 3), LONGEST, "drafts by the new pages")
            with school.parts.work() as work:
                intake.submit(work, school.teacher, after)
            both_in = {before: State.IN_REVIEW, after: State.IN_REVIEW}
            wait_for(lambda: {post: state(school, post) for post in both_in} == both_in, LONGEST, "the checks")
        finally:
            over.set()
            for thread in threads:
                thread.join(LONGEST)
        assert [part.poll() for part in new] == [None] * 3
    assert [writer.wrong for writer in writers] == [[]] * 3
    assert standing(school.parts.engine) is Standing.CURRENT
    with school.parts.reading() as work:
        captions = list(work.session.scalars(select(Post.caption)))
    assert all(captions.count(caption) == 1 for writer in writers for caption in writer.saved)
    print(f"{sum(len(writer.saved) for writer in writers)} drafts, all answered, each there once")


def _all_have(writers: list[Writer], before: list[int], more: int) -> bool:
    return all(len(writer.saved) >= one + more for writer, one in zip(writers, before, strict=True))
