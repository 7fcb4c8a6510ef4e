"""What a school installs: the wheel and its list of pinned packages, in an empty environment, set up and started."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
UV = ROOT / ".bootstrap" / "bin" / "uv"
START_SECONDS = 30


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make wheel` fills."""
    folder = tmp_path_factory.mktemp("dist")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "wheel", f"DIST={folder}"], cwd=ROOT, env=environ, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (wheel,) = dist.glob("gatepost-*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(dist: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an empty environment, after installing into it what `make wheel` made."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run_uv("venv", "--python", sys.executable, str(environment))
    for what in (["-r", str(dist / "requirements.txt")], [str(wheel)]):
        run_uv("pip", "install", "--python", str(environment), "--no-deps", *what)
    return environment / "bin"


def run_uv(*arguments: str) -> None:
    subprocess.run([str(UV), "--quiet", *arguments], check=True, env={**os.environ, "UV_SYSTEM_CERTS": "true"})


@dataclass(frozen=True)
class School:
    """A school set up with the installed programs, in a folder far from the checkout."""

    programs: Path
    folder: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            "GATEPOST_INSTANCE": str(self.folder / "instance"),
        }
        command = [str(self.programs / "gatepost"), *arguments]
        return subprocess.Popen(command, cwd=self.folder, env=environ, stdout=PIPE, stderr=STDOUT, text=True)


@pytest.fixture(scope="module")
def school(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> School:
    school = School(programs, tmp_path_factory.mktemp("school"))
    first = school.start(
        "setup", "--name", "A. Head", "--email", "a@school.example", "--password", "long enough to keep"
    )
    said, _ = first.communicate(timeout=60)
    assert first.returncode == 0, said
    return school


@pytest.fixture
def address(school: School) -> Iterator[str]:
    """Where the installed web answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with school.start("web", "--port", str(port)) as web:
        try:
            wait_for_answer(web, f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            web.kill()


def wait_for_answer(web: subprocess.Popen[str], url: str) -> None:
    """Returns as soon as the web answers at all: 503 says that there is no worker, which is true."""
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        assert web.poll() is None, web.stdout.read()
        try:
            assert get(url)[0] in (200, 503)
            return
        except ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"no answer within {START_SECONDS} s")


def get(url: str) -> tuple[int, str, bytes]:
    """Status, content type and body; redirects are followed. Raises ConnectionError if nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers["Content-Type"], answer.read()
    except urllib.error.URLError as error:
        raise ConnectionError(str(error.reason)) from error


def files_below(folder: str, pattern: str = "*") -> set[str]:
    found = (path for path in (ROOT / folder).rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(ROOT)) for path in found}


def test_the_wheel_carries_the_pages_the_styles_and_the_migrations(wheel: Path) -> None:
    packed = set(ZipFile(wheel).namelist())
    pages = files_below("templates") | files_below("static") | files_below("docs/guides")
    assert {
        "templates/base.html",
        "static/gatepost.css",
        "docs/guides/teacher.md",
        "docs/guides/cy/teacher.md",
    } <= pages
    assert {f"moderation/web/{name}" for name in pages} <= packed
    program = files_below("moderation", "*.py") | files_below("workers", "*.py")
    assert "moderation/db/migrations/env.py" in program
    assert program <= packed


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    """No test picture, no instance folder, no key can slip in."""
    assert {re.split(r"[-/]", name)[0] for name in ZipFile(wheel).namelist()} == {"moderation", "workers", "gatepost"}


def test_every_package_is_pinned_with_its_hash_and_none_needs_a_compiler(dist: Path) -> None:
    listed = (dist / "requirements.txt").read_text().replace("\\\n", "").splitlines()
    assert [line for line in listed if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:\w{64}", line)] == []
    names = {line.split("==")[0] for line in listed if "sys_platform == 'never'" not in line}
    assert {"flask", "onnxruntime", "opencv-python-headless"} <= names
    assert names.isdisjoint({"dlib", "dlib-bin", "opencv-python", "pytest", "gatepost"})


def test_an_installed_gatepost_finds_every_part_and_model_that_it_needs(school: School) -> None:
    doctor = school.start("doctor")
    said, _ = doctor.communicate(timeout=60)
    assert doctor.returncode == 0, said


def test_an_installed_gatepost_shows_its_first_page_in_its_own_style(address: str) -> None:
    status, kind, page = get(f"{address}/")
    assert (status, kind.partition(";")[0]) == (200, "text/html")
    assert b"Gatepost" in page
    status, kind, style = get(f"{address}/static/gatepost.css")
    assert (status, kind.partition(";")[0]) == (200, "text/css")
    assert style == (ROOT / "static" / "gatepost.css").read_bytes()
