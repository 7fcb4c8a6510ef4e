"""nginx, as deploy/nginx.conf sets it up, before the real pages."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.running import free_port, wait_for
from tests.builders import School
from tests.web.serving import serving

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
CERTIFICATE = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=school -out fullchain.pem"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
pytestmark = [
    pytest.mark.skipif(
        NGINX is None and not os.environ.get("GATEPOST_REQUIRE_SERVERS"), reason="nginx is not installed"
    ),
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]


def ask(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, verify=False, allow_redirects=False, timeout=10)


def answers(address: str) -> bool:
    try:
        return bool(ask(address).status_code)
    except requests.ConnectionError:
        return False


@contextmanager
def nginx(folder: Path, behind: str) -> Iterator[tuple[str, str]]:
    """The address in the clear and the one with TLS."""
    clear, tls = free_port(), free_port()
    folder.mkdir(mode=0o755)
    subprocess.run([*CERTIFICATE.split(), "-keyout", "privkey.pem"], cwd=folder, check=True, capture_output=True)
    ours = CONF.read_text().replace("/etc/ssl/gatepost", str(folder)).replace("127.0.0.1:8000", behind, 1)
    ours = re.sub(r"listen \[::\].*\n", "", ours).replace("gatepost.school.example", "localhost")
    ours = ours.replace("listen 80", f"listen 127.0.0.1:{clear}").replace("listen 443", f"listen 127.0.0.1:{tls}")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)
    whole = folder / "nginx.conf"
    whole.write_text(f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}} http {{ {kept} {ours} }}")
    assert NGINX
    running = subprocess.Popen([NGINX, "-c", str(whole), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(f"http://localhost:{clear}/"), 20, "nginx")
        yield f"http://localhost:{clear}", f"https://localhost:{tls}"
    finally:
        running.terminate()
        running.wait(10)


def test_pages_go_through_it_and_only_with_tls(school: School, tmp_path: Path) -> None:
    with serving(school) as behind, nginx(tmp_path / "nginx", behind.removeprefix("http://")) as (clear, tls):
        page = ask(f"{tls}/sign-in")
        assert (page.status_code, "Sign in" in page.text) == (200, True)
        assert page.headers["Strict-Transport-Security"] == "max-age=63072000"
        sent_on = ask(f"{clear}/sign-in")
        assert (sent_on.status_code, sent_on.headers["Location"]) == (308, "https://localhost/sign-in")


def test_nobody_can_say_to_be_somewhere_else(school: School, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    with serving(school, sees=seen.append) as behind, nginx(tmp_path / "nginx", behind.removeprefix("http://")) as at:
        ask(f"{at[1]}/sign-in", **{"X-Forwarded-For": "192.0.2.66"})
    assert [one["HTTP_X_FORWARDED_FOR"] for one in seen] == ["127.0.0.1"]


def test_whoever_asks_for_another_name_gets_no_answer(school: School, tmp_path: Path) -> None:
    """By name, by number, and by another name than that of the encrypted connection."""
    seen: list[dict[str, Any]] = []
    with serving(school, sees=seen.append) as behind, nginx(tmp_path / "nginx", behind.removeprefix("http://")) as at:
        clear, tls = at
        for host in ("127.0.0.1", "localhost.elsewhere.example", "xlocalhost", "_"):
            for address in (clear, tls):
                with pytest.raises(requests.RequestException):
                    ask(f"{address}/healthz", Host=host)
        with pytest.raises(requests.exceptions.SSLError):
            ask(f"{tls.replace('localhost', '127.0.0.1')}/healthz")
        assert seen == []
