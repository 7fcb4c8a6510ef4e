"""The real servers that connected accounts post to, each in a folder of its own and on a port of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests

from moderation.processes import end_with
from moderation.rules.connecting import Kind

ROOT = Path(__file__).parents[2]
BLUESKY = ROOT / ".bootstrap" / "bluesky"
OIDC = ROOT / ".bootstrap" / "oidc"
WORDPRESS = Path("/usr/share/wordpress")
REQUIRED = os.environ.get("GATEPOST_REQUIRE_SERVERS") == "1"
PASSWORD = "three words here"


@dataclass(frozen=True)
class Server:
    """Where it answers, and an account that may post there."""

    kind: Kind
    address: str
    login: str
    secret: str
    handle: str


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def needed(is_there: bool, what: str) -> None:
    """Without the server a test is skipped and says so; where they are required it fails."""
    if not is_there:
        message = f"{what} is not installed here: bash .ci/servers.sh"
        pytest.fail(message) if REQUIRED else pytest.skip(message)


@contextmanager
def running(command: list[str], env: dict[str, str], ready: Callable[[], bool], log: Path) -> Iterator[None]:
    """A process for as long as it is used, with all that it started."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            env=os.environ | env,
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),  # it never outlives the tests
        )
    try:
        until = time.monotonic() + 60
        while not ready():
            assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")[-2000:]
            time.sleep(0.05)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        with suppress(requests.RequestException):
            return requests.get(url, timeout=20, allow_redirects=False).status_code < 500
        return False

    return ask


@contextmanager
def bluesky(folder: Path) -> Iterator[Server]:
    """Bluesky's own personal data server with one account, signed in to by an app password."""
    needed(bool((BLUESKY / "ready").exists() and shutil.which("node")), "Bluesky's server")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {
        "PDS_HOSTNAME": "localhost",
        "PDS_PORT": str(port),
        "PDS_DATA_DIRECTORY": str(folder),
        "PDS_BLOBSTORE_DISK_LOCATION": str(folder / "blobs"),
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": secrets.token_hex(16),
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_DEV_MODE": "true",
        "PDS_INVITE_REQUIRED": "false",
        "LOG_ENABLED": "false",
    }
    command = ["node", str(Path(__file__).with_name("pds.js")), str(BLUESKY)]
    with running(command, env, answers(f"{address}/xrpc/_health"), folder / "log"):
        new = {"handle": "oakfield.test", "email": "office@school.example", "password": PASSWORD}
        made = requests.post(f"{address}/xrpc/com.atproto.server.createAccount", json=new, timeout=30)
        assert made.ok, made.text
        signed_in = {"Authorization": f"Bearer {made.json()['accessJwt']}"}
        given = requests.post(
            f"{address}/xrpc/com.atproto.server.createAppPassword",
            json={"name": "gatepost"},
            headers=signed_in,
            timeout=30,
        )
        assert given.ok, given.text
        yield Server(Kind.BLUESKY, address, "oakfield.test", given.json()["password"], "@oakfield.test")


@contextmanager
def openid(folder: Path, *back: str) -> Iterator[str]:
    """The issuer of a real OpenID provider that sends people back to each `back`."""
    needed(bool((OIDC / "ready").exists() and shutil.which("node")), "An OpenID provider")
    folder.mkdir(parents=True, exist_ok=True)
    issuer = f"http://127.0.0.1:{(port := free_port())}"
    command = ["node", str(Path(__file__).with_name("oidc.mjs")), str(OIDC), str(port), *back]
    with running(command, {}, answers(f"{issuer}/.well-known/openid-configuration"), folder / "log"):
        yield issuer


def come_back(address: str, back: str, **who: str) -> dict[str, str]:
    """What a browser does at the provider: goes there, signs in as this person, is sent `back` with an answer."""
    browser = requests.Session()
    while not address.startswith(back):
        where = f"{address}?{urlencode(who)}" if "/interaction/" in address else address
        answer = browser.get(where, allow_redirects=False, timeout=20)
        assert answer.status_code in (302, 303), answer.text
        address = urljoin(where, answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


_CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
$table_prefix = 'wp_';
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('DISABLE_WP_CRON', true);
define('WP_CONTENT_DIR', '{site}/wp-content');
if (!defined('ABSPATH')) define('ABSPATH', '{site}/');
require_once ABSPATH . 'wp-settings.php';
"""
_INSTALL = """<?php
define('WP_INSTALLING', true);
require '{site}/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Our school', 'office', 'office@school.example', false, '', '{password}');
$user = get_user_by('login', 'office');
echo "\\nsecret:" . WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 'gatepost'])[0];
"""


@contextmanager
def wordpress(folder: Path) -> Iterator[Server]:
    """WordPress as Debian brings it, with a database of its own, signed in to by an application password."""
    needed(all(map(shutil.which, ("php", "mariadbd", "mariadb-install-db"))) and WORDPRESS.is_dir(), "WordPress")
    site, data, port = folder / "site", folder / "data", free_port()
    address, where = f"http://127.0.0.1:{port}", Path("/tmp") / f"gatepost-{secrets.token_hex(6)}.sock"
    shutil.copytree(WORDPRESS, site, symlinks=False, ignore=shutil.ignore_patterns("wp-config.php", "languages"))
    subprocess.run(
        [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            f"--user={_me()}",
        ],
        check=True,
        capture_output=True,
    )
    database = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={where}", "--skip-networking"]
    database += [f"--user={_me()}", f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0"]
    (site / "wp-config.php").write_text(_CONFIG.format(socket=where, address=address, site=site))
    with running(database, {}, lambda: _accepts(where), folder / "database.log"):
        _query(where, "CREATE DATABASE wordpress CHARACTER SET utf8mb4")
        (folder / "install.php").write_text(_INSTALL.format(site=site, password=PASSWORD))
        done = subprocess.run(["php", str(folder / "install.php")], capture_output=True, text=True, check=False)
        assert "secret:" in done.stdout, done.stdout[-1000:] + done.stderr[-1000:]
        secret = done.stdout.rpartition("secret:")[2].strip()
        command = ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", str(site)]
        with running(command, {"PHP_CLI_SERVER_WORKERS": "4"}, answers(f"{address}/"), folder / "web.log"):
            yield Server(Kind.WORDPRESS, address, "office", secret, "@office")


def _me() -> str:
    import getpass

    return getpass.getuser()


def _accepts(where: Path) -> bool:
    return where.exists() and _query(where, "SELECT 1", check=False) == 0


def _query(where: Path, query: str, check: bool = True) -> int:
    command = ["mariadb", "--no-defaults", f"--socket={where}", "--user=root", "-e", query]
    return subprocess.run(command, check=check, capture_output=True).returncode
