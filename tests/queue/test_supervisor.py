"""All parts run together: what dies is started again, and what is asked to end leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rq import Queue

from moderation import supervisor
from moderation.queue import QUEUE_NAME, SERIALIZER, Job, connect, ring
from moderation.redis_server import ServerMissing
from moderation.redis_socket import answers, socket_path
from moderation.settings import Settings
from moderation.supervisor import Part
from tests.queue.builders import Launch, gone, servers_of, until

SUPERVISOR = """
import json, logging
from moderation.supervisor import Part, Patience, run
logging.basicConfig(stream=sys.stdout, format="%(message)s")
turns = iter([False, False, True])
parts = [Part(name, argv) for name, argv in json.loads(sys.argv[2])]
run(parts, settings, lambda: next(turns) and print("ready", flush=True) is None, Patience(**json.loads(sys.argv[3])))
print("ended", flush=True)
"""

# The kernel does not kill what is left, so the supervisor itself must.
WITHOUT_THE_KERNEL = "import moderation.processes\nmoderation.processes._libc = None\n"


class House:
    """A supervisor with its parts; each part writes down its process id whenever it starts."""

    def __init__(
        self, launch: Launch, place: Path, parts: dict[str, str], code: str = SUPERVISOR, **patience: float
    ) -> None:
        self.place = place
        argvs = [
            (name, ["/bin/sh", "-c", f"echo $$ >> '{place / name}.starts'; {script}"]) for name, script in parts.items()
        ]
        self.process: subprocess.Popen[str] = launch(code, json.dumps(argvs), json.dumps(patience))

    def read_until(self, word: str) -> list[str]:
        """Lines of the log, up to the one that holds `word`."""
        assert self.process.stdout
        lines: list[str] = []
        while not lines or word not in lines[-1]:
            lines.append(self.process.stdout.readline())
            assert lines[-1], f"the supervisor ended without saying {word!r}"
        return lines

    def starts(self, name: str) -> list[int]:
        path = self.place / f"{name}.starts"
        return [int(line) for line in path.read_text().split()] if path.exists() else []


STAY = "exec sleep 1000"


@pytest.fixture(autouse=True)
def nothing_left(settings: Settings, tmp_path: Path) -> Iterator[None]:
    yield
    until(lambda: not servers_of(settings), 5)
    pids = [int(line) for path in tmp_path.glob("*.starts") for line in path.read_text().split()]
    until(lambda: all(gone(pid) for pid in pids), 5)


@pytest.mark.parametrize("request_", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_everything_starts_and_everything_ends_when_asked(
    settings: Settings, launch: Launch, tmp_path: Path, request_: signal.Signals
) -> None:
    house = House(launch, tmp_path, {"web": STAY, "worker 1": STAY, "sweep": STAY}, WITHOUT_THE_KERNEL + SUPERVISOR)
    house.read_until("ready")
    assert answers(socket_path(settings))
    until(lambda: all(house.starts(name) for name in ("web", "worker 1", "sweep")))
    house.process.send_signal(request_)
    assert house.process.wait(5) == 0
    assert not servers_of(settings)
    assert all(gone(pid) for name in ("web", "worker 1", "sweep") for pid in house.starts(name))


def test_a_part_that_is_killed_is_started_again(launch: Launch, tmp_path: Path) -> None:
    house = House(launch, tmp_path, {"web": STAY, "sweep": STAY}, first=0.05)
    until(lambda: len(house.starts("web")) == len(house.starts("sweep")) == 1)
    os.kill(house.starts("web")[0], signal.SIGKILL)
    until(lambda: len(house.starts("web")) == 2)
    assert len(house.starts("sweep")) == 1
    assert "web ended by signal 9; starting it again" in house.read_until("web")[-1]
    house.process.terminate()
    house.process.wait(5)


def test_the_wait_before_a_new_start_grows_up_to_a_limit(launch: Launch, tmp_path: Path) -> None:
    house = House(launch, tmp_path, {"web": "exit 3"}, first=0.01, longest=0.3)
    log = [house.read_until("web ended with code 3")[-1] for _ in range(8)]
    waits = [float(found.group(1)) for line in log if (found := re.search(r"in ([\d.]+) s", line))]
    assert waits == [0.01, 0.02, 0.04, 0.08, 0.16, 0.3, 0.3, 0.3]
    house.process.terminate()
    house.process.wait(5)


def test_a_part_that_had_lived_long_enough_is_started_again_soon(launch: Launch, tmp_path: Path) -> None:
    house = House(launch, tmp_path, {"web": "exit 0"}, first=0.02, steady=0.0)
    log = [house.read_until("web ended")[-1] for _ in range(4)]
    assert all("in 0.02 s" in line for line in log)
    house.process.terminate()
    house.process.wait(5)


def test_a_part_that_cannot_be_started_does_not_stop_the_others(launch: Launch, tmp_path: Path) -> None:
    process = launch(SUPERVISOR, json.dumps([("broken", ["/no/such/program"]), ("web", ["sleep", "1000"])]), "{}")
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(2)]
    assert "broken could not be started" in lines[0]
    assert lines[1] == "ready\n"
    process.terminate()
    assert process.wait(5) == 0


def test_a_queue_that_dies_comes_back_with_what_it_held(settings: Settings, launch: Launch, tmp_path: Path) -> None:
    """Law 8."""
    house = House(launch, tmp_path, {"web": STAY}, first=0.05)
    house.read_until("ready")
    assert ring(settings, Job.SCAN, 1)
    for _ in range(2):
        (server,) = servers_of(settings)
        server.kill()
        house.read_until("The queue ")
        assert until(lambda: answers(socket_path(settings))) < 3
    with connect(settings) as connection:
        assert connection.llen(f"rq:queue:{QUEUE_NAME}") == 1
    assert len(house.starts("web")) == 1
    house.process.terminate()
    house.process.wait(5)


def test_a_part_that_will_not_end_is_killed_after_a_while(launch: Launch, tmp_path: Path) -> None:
    deaf = {"worker": f"trap '' TERM; touch {tmp_path}/deaf; while :; do sleep 0.1; done"}
    house = House(launch, tmp_path, deaf, WITHOUT_THE_KERNEL + SUPERVISOR, grace=0.5)
    house.read_until("ready")
    until((tmp_path / "deaf").exists)
    house.process.terminate()
    assert house.process.wait(5) == 0
    assert "did not end when asked" in "".join(house.read_until("ended"))


def test_a_killed_supervisor_leaves_nothing_behind(settings: Settings, launch: Launch, tmp_path: Path) -> None:
    house = House(launch, tmp_path, {"web": STAY, "worker": STAY})
    house.read_until("ready")
    until(lambda: house.starts("web") and house.starts("worker"))
    house.process.kill()
    assert until(lambda: gone(house.starts("web")[0]) and gone(house.starts("worker")[0])) < 3
    assert until(lambda: not servers_of(settings)) < 3


WORKER = """
from moderation.settings import load
from workers.__main__ import serve_queue
from tests.queue import bell_jobs
serve_queue(load(), lambda: None, bell_jobs.KNOWN)
"""


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to end"])
def test_no_job_outlives_its_supervisor(
    settings: Settings, launch: Launch, tmp_path: Path, way: signal.Signals
) -> None:
    house = House(launch, tmp_path, {"worker": f"exec {sys.executable} -c '{WORKER}'"}, grace=0.5)
    house.read_until("ready")
    with connect(settings) as connection:
        queue = Queue(QUEUE_NAME, connection=connection, serializer=SERIALIZER)
        queue.enqueue("tests.queue.bell_jobs.hold", str(tmp_path), "held")
    until((tmp_path / "held.pid").exists)
    job = int((tmp_path / "held.pid").read_text())
    house.process.send_signal(way)
    house.process.wait(5)
    assert until(lambda: gone(job)) < 3
    assert not (tmp_path / "held").exists()


def test_a_second_supervisor_takes_the_queue_over_when_the_first_ends(
    settings: Settings, launch: Launch, tmp_path: Path
) -> None:
    first = House(launch, tmp_path, {"web": STAY}, first=0.05)
    first.read_until("ready")
    second = House(launch, tmp_path, {"more": STAY}, first=0.05)
    second.read_until("ready")
    (before,) = servers_of(settings)
    first.process.kill()
    until(lambda: not before.is_running() and answers(socket_path(settings)))
    assert len(servers_of(settings)) == 1
    second.process.terminate()
    assert second.process.wait(5) == 0


def test_a_configured_redis_is_left_to_whoever_runs_it(settings: Settings, launch: Launch, tmp_path: Path) -> None:
    settings.instance.mkdir()
    (settings.instance / ".env").write_text("GATEPOST_REDIS_URL=redis://queue.school.example:6379/0\n")
    process = launch(
        SUPERVISOR.replace("settings,", "m.load({}, settings.instance),"), '[["web", ["sleep", "99"]]]', "{}"
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    assert not settings.queue_folder.exists()
    process.terminate()
    assert process.wait(5) == 0


def test_with_no_redis_server_nothing_is_started(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServerMissing):
        supervisor.run([Part("web", ["/usr/bin/touch", str(tmp_path / "started")])], settings, lambda: True)
    assert not (tmp_path / "started").exists()
