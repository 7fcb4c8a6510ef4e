"""A real S3 server for one run of the tests: OpenStack Swift, from Debian, started when it is first needed."""

import atexit
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from moderation.media.bucket import Door
from moderation.processes import spawn
from moderation.rules.media import BucketAddress

WANTED: Final = os.environ.get("GATEPOST_TEST_MEDIA") == "s3"  # the media of every school of the tests lie there then
ACCESS: Final = "school:gate"
REGION: Final = "eu-west-2"
_PYTHON: Final = "/usr/bin/python3"  # Debian's own, which has Swift
_SERVER: Final = Path(__file__).parent / "swift" / "server.py"
_LONGEST: Final = 30.0  # seconds until it answers
_numbers = count(1)
_running: "list[subprocess.Popen[bytes]]" = []  # the last one runs


@cache
def is_installed() -> bool:
    return Path(_PYTHON).exists() and not subprocess.run([_PYTHON, "-I", "-c", "import swift"], check=False).returncode


needed = pytest.mark.skipif(
    not is_installed() and not os.environ.get("GATEPOST_REQUIRE_SERVERS"),
    reason="OpenStack Swift is not installed (Debian: python3-swift)",
)
folder_only = pytest.mark.skipif(WANTED, reason="it looks into the folder of the media")


class Server:
    """One server of its own: its folder, its port and the secret of the one who may use it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gatepost-swift-"))
        self.secret = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()
        atexit.register(self.remove)

    def start(self) -> None:
        """Behind `stop` too: what lay there lies there still."""
        (self.folder / "ready").unlink(missing_ok=True)
        words = [_PYTHON, "-I", str(_SERVER), str(self.folder), str(self.port), ACCESS.replace(":", "_"), self.secret]
        self.process = spawn(words, quiet=True)
        deadline = time.monotonic() + _LONGEST
        while not (self.folder / "ready").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Swift did not start; on Debian type: apt-get install python3-swift")
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def door(self, bucket: str = "school", secret: str | None = None) -> Door:
        return Door(BucketAddress(bucket, "", REGION, self.endpoint, inside=True), ACCESS, secret or self.secret)

    @cached_property
    def client(self) -> Any:
        """Of the owner, who may make buckets. There is one already."""
        client = self.door().client
        client.create_bucket(Bucket="school")
        return client

    def keeping_versions(self) -> str:
        """The name of a new bucket that does."""
        name = f"kept{next(_numbers)}"
        self.client.create_bucket(Bucket=name)
        self.client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def settings(self, like: str | None = None) -> dict[str, str]:
        """What a school needs to keep its media here, apart from all others; with all that lies at `like`."""
        prefix = f"{next(_numbers)}"
        if like:
            self._copy(str(urlsplit(like).path.strip("/")), prefix)
        else:
            self.client  # noqa: B018 (which makes the bucket)
        return {
            "GATEPOST_MEDIA_URL": f"s3://school/{prefix}?endpoint={self.endpoint}&region={REGION}&inside=yes",
            "GATEPOST_MEDIA_ACCESS_KEY": ACCESS,
            "GATEPOST_MEDIA_SECRET_KEY": self.secret,
        }

    def _copy(self, there: str, here: str) -> None:
        for one in self.client.list_objects_v2(Bucket="school", Prefix=f"{there}/").get("Contents", ()):
            to, source = here + one["Key"].removeprefix(there), {"Bucket": "school", "Key": one["Key"]}
            self.client.copy_object(Bucket="school", Key=to, CopySource=source)


@cache
def server() -> Server:
    """The one that all share who do not stop it."""
    return Server()
