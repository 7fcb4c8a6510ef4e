"""One server an instance, whoever starts it; nothing acknowledged is lost, nothing is left behind."""

import os
import signal
import stat
import threading
from pathlib import Path

import psutil
import pytest

from moderation import processes, redis_server
from moderation.queue import QUEUE_NAME, Job, connect, ring
from moderation.redis_server import ServerFailed, ServerMissing, start
from moderation.redis_socket import LONGEST_SOCKET_PATH, SocketUnsafe, answers, socket_path
from moderation.settings import Settings, load
from tests.queue.builders import Launch, gone, servers_of, until

STARTER = """
from moderation.redis_server import start
sys.stdin.readline()
with start(settings) as server:
    print("owned" if server.owned else "guest", flush=True)
    sys.stdin.readline()
"""

OWNER = """
from moderation.redis_server import start
start(settings)
print("up", flush=True)
sys.stdin.read()
"""


def waiting(settings: Settings) -> int:
    with connect(settings) as connection:
        return int(connection.llen(f"rq:queue:{QUEUE_NAME}"))


@pytest.mark.parametrize("attempt", range(3))
def test_four_who_start_together_share_one_server(settings: Settings, launch: Launch, attempt: int) -> None:
    starters = [launch(STARTER) for _ in range(4)]
    for starter in starters:
        assert starter.stdin
        starter.stdin.write("go\n")
        starter.stdin.flush()
    words = [starter.stdout.readline().strip() for starter in starters if starter.stdout]
    assert sorted(words) == ["guest", "guest", "guest", "owned"]
    assert len(servers_of(settings)) == 1
    assert answers(socket_path(settings))


def test_a_killed_owner_leaves_no_server_behind(settings: Settings, launch: Launch) -> None:
    owner = launch(
        "from moderation.redis_server import start\nstart(settings)\nprint('up', flush=True); sys.stdin.read()"
    )
    assert owner.stdout
    owner.stdout.readline()
    (server,) = servers_of(settings)
    owner.kill()
    assert until(lambda: gone(server)) < 3
    with start(settings) as successor:
        assert successor.owned


def test_where_the_kernel_does_not_end_orphans_the_next_one_does(
    settings: Settings, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = launch("import moderation.processes\nmoderation.processes._libc = None\n" + OWNER)
    assert owner.stdout
    owner.stdout.readline()
    owner.kill()
    owner.wait()
    (orphan,) = servers_of(settings)
    assert answers(socket_path(settings)), "an orphan was wanted for this test"
    monkeypatch.setattr(processes, "KERNEL_ENDS_ORPHANS", False)
    with start(settings) as successor:
        assert successor.owned
        assert gone(orphan)


def test_what_was_acknowledged_survives_kills_of_the_server(settings: Settings) -> None:
    """Law 8: losing Redis loses nothing that it said it had."""
    acknowledged = 0
    enough = threading.Event()

    def ringer() -> None:
        nonlocal acknowledged
        with connect(settings) as connection:
            while not enough.is_set():
                acknowledged += ring(connection, Job.SCAN, acknowledged)

    server = start(settings)
    thread = threading.Thread(target=ringer)
    thread.start()
    try:
        for round_ in range(1, 6):
            until(lambda goal=round_ * 100: acknowledged >= goal)
            assert server.process
            server.process.kill()
            until(lambda server=server: server.poll() is not None)
            server = start(settings)
    finally:
        enough.set()
        thread.join()
    # A ring that was written but not acknowledged may be there too; the other way round never.
    assert waiting(settings) >= acknowledged >= 500
    server.stop()


def test_nothing_is_acknowledged_before_it_is_written(settings: Settings) -> None:
    """With "everysec" Redis puts the writing off while the disk is busy, which no kill in a test hits surely."""
    with start(settings), connect(settings) as connection:
        kept = {name: connection.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy")}
    assert kept == {"appendonly": "yes", "appendfsync": "no", "maxmemory-policy": "noeviction"}


def test_a_server_that_ends_in_order_keeps_what_waits(settings: Settings) -> None:
    with start(settings):
        assert ring(settings, Job.SCAN, 7)
    assert not servers_of(settings)
    with start(settings):
        assert waiting(settings) == 1


def test_unreadable_data_is_kept_aside_and_the_queue_starts_empty(settings: Settings) -> None:
    with start(settings):
        ring(settings, Job.SCAN, 1)
    kept = next(path for path in (settings.queue_folder / "data").rglob("*") if path.is_file())
    kept.write_bytes(b"*1\r\n$not a number\r\n" + kept.read_bytes())
    with start(settings):
        assert waiting(settings) == 0
    assert (settings.queue_folder / "data.unreadable").is_dir()


def test_a_server_killed_while_it_starts_loses_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(settings):
        ring(settings, Job.SCAN, 1)
    (tmp_path / "redis-server").write_text("#!/bin/sh\nkill -9 $$\n")
    (tmp_path / "redis-server").chmod(0o755)
    with monkeypatch.context() as patched, pytest.raises(ServerFailed, match="ended while it started"):
        patched.setenv("PATH", str(tmp_path))
        start(settings)
    with start(settings):
        assert waiting(settings) == 1


def test_a_deep_checkout_gets_a_short_socket_in_a_private_folder(tmp_path: Path) -> None:
    deep = load({}, tmp_path.joinpath(*["a-rather-long-folder-name"] * 8) / "inst ance %")
    with start(deep) as server:
        assert len(os.fsencode(server.socket)) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
        assert ring(deep, Job.SCAN, 1)
    server.socket.parent.rmdir()


def test_a_short_folder_that_somebody_else_could_enter_is_refused(tmp_path: Path) -> None:
    deep = load({}, tmp_path.joinpath(*["a-rather-long-folder-name"] * 8))
    folder = socket_path(deep).parent
    folder.chmod(0o755)
    try:
        for use in (connect, start):
            with pytest.raises(SocketUnsafe, match="not a private folder"):
                use(deep)
    finally:
        folder.rmdir()


def test_an_instance_reached_by_two_paths_is_one_queue(settings: Settings, tmp_path: Path) -> None:
    settings.instance.mkdir()
    (tmp_path / "also").symlink_to(settings.instance)
    with start(settings) as first, start(load({}, tmp_path / "also")) as second:
        assert (first.owned, second.owned) == (True, False)
        assert first.socket == second.socket


def test_the_queue_folder_is_private_and_nothing_listens_on_the_network(settings: Settings) -> None:
    with start(settings) as server:
        assert stat.S_IMODE(settings.queue_folder.stat().st_mode) == 0o700
        assert server.process
        assert not psutil.Process(server.process.pid).net_connections(kind="inet")


def test_without_any_server_the_message_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert redis_server.find_binary().endswith("redis-server"), "the carried one"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServerMissing, match="install Valkey or Redis") as told:
        start(settings)
    assert "\n" not in str(told.value)


def test_a_server_that_cannot_run_is_told_in_one_sentence_and_costs_nothing_kept(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(settings):
        ring(settings, Job.SCAN, 1)
    broken = tmp_path / "bin" / "redis-server"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with monkeypatch.context() as patched, pytest.raises(ServerFailed, match="ends at once"):
        patched.setenv("PATH", str(broken.parent))
        start(settings)
    with start(settings):
        assert waiting(settings) == 1


def test_a_lock_that_nobody_serves_under_is_told_after_a_while(settings: Settings, launch: Launch) -> None:
    with start(settings) as server:
        assert server.process
        os.kill(server.process.pid, signal.SIGSTOP)
        with pytest.raises(ServerFailed, match="does not answer"):
            start(settings, patience=1)
        os.kill(server.process.pid, signal.SIGCONT)
