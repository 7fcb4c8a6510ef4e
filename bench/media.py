"""Which client of S3 the media should lie behind: each in a process of its own, against one real server.

    uv run --with boto3 --with minio --with obstore python -m bench.media

Figures go to standard output: docs/decisions/0026-media-in-a-bucket.md.
"""

import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

ACCESS, REGION = "school:gate", "eu-west-2"  # as tests/buckets.py has them
CLIENTS = ("boto3", "botocore", "minio", "obstore")
LARGE, LARGES, SMALLS = 4_000_000, 10, 200
BUCKET, LONGEST, LONGEST_AFTER_FORK = "bench", 60, 10  # seconds


class Door(Protocol):
    def put(self, key: str, data: bytes) -> object: ...
    def get(self, key: str) -> bytes: ...
    def delete(self, key: str) -> object: ...
    def names(self) -> int: ...


class Amazon:
    """boto3, or botocore alone, which is what boto3 wraps."""

    def __init__(self, name: str, endpoint: str, secret: str) -> None:
        keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": secret}
        if name == "boto3":
            import boto3

            session: Any = boto3.session.Session()
            make = session.client
        else:
            import botocore.session

            make = botocore.session.get_session().create_client
        from botocore.config import Config

        config = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
        self._its = make("s3", endpoint_url=endpoint, region_name=REGION, config=config, **keys)

    def put(self, key: str, data: bytes) -> object:
        return self._its.put_object(Bucket=BUCKET, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        return bytes(self._its.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def delete(self, key: str) -> object:
        return self._its.delete_object(Bucket=BUCKET, Key=key)

    def names(self) -> int:
        pages = self._its.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return sum(len(page.get("Contents", ())) for page in pages)


class Minio:
    def __init__(self, name: str, endpoint: str, secret: str) -> None:
        from minio import Minio as Its

        host = endpoint.removeprefix("http://")
        self._its: Any = Its(host, access_key=ACCESS, secret_key=secret, secure=False, region=REGION)

    def put(self, key: str, data: bytes) -> object:
        import io

        return self._its.put_object(BUCKET, key, io.BytesIO(data), len(data))

    def get(self, key: str) -> bytes:
        answer = self._its.get_object(BUCKET, key)
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    def delete(self, key: str) -> object:
        return self._its.remove_object(BUCKET, key)

    def names(self) -> int:
        return sum(1 for _ in self._its.list_objects(BUCKET, recursive=True))


class Obstore:
    def __init__(self, name: str, endpoint: str, secret: str) -> None:
        import obstore
        from obstore.store import S3Store

        keys = {"access_key_id": ACCESS, "secret_access_key": secret, "region": REGION}
        self._module: Any = obstore
        self._its: Any = S3Store(BUCKET, endpoint=endpoint, client_options={"allow_http": True}, **keys)

    def put(self, key: str, data: bytes) -> object:
        return self._module.put(self._its, key, data)

    def get(self, key: str) -> bytes:
        return bytes(self._module.get(self._its, key).bytes())

    def delete(self, key: str) -> object:
        return self._module.delete(self._its, key)

    def names(self) -> int:
        return sum(map(len, self._module.list(self._its)))


DOORS: dict[str, Callable[[str, str, str], Door]] = {
    "boto3": Amazon,
    "botocore": Amazon,
    "minio": Minio,
    "obstore": Obstore,
}


def memory() -> float:
    """MB that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def measure(name: str, endpoint: str, secret: str) -> None:
    """Run in a process of its own."""
    before, found = memory(), {}
    door: list[Door] = []
    found["ready s"] = seconds(lambda: door.append(DOORS[name](name, endpoint, secret)))
    found["MB to be ready"] = memory() - before
    its, large = door[0], os.urandom(LARGE)
    times = [seconds(lambda n=n: its.put(f"large{n}", large)) for n in range(LARGES)]  # type: ignore[misc]
    found["put 4 MB, ms"] = 1000 * sorted(times)[LARGES // 2]
    times = [seconds(lambda n=n: its.get(f"large{n}")) for n in range(LARGES)]  # type: ignore[misc]
    found["get 4 MB, ms"] = 1000 * sorted(times)[LARGES // 2]
    used = time.process_time()
    found["put 200 small, s"] = seconds(lambda: [its.put(f"small{n:03}", b"a few bytes" * 10) for n in range(SMALLS)])
    found["get 200 small, s"] = seconds(lambda: [its.get(f"small{n:03}") for n in range(SMALLS)])
    found["list, ms"] = 1000 * seconds(its.names)
    found["delete 200, s"] = seconds(lambda: [its.delete(f"small{n:03}") for n in range(SMALLS)])
    found["own CPU of that, s"] = time.process_time() - used
    found["MB it takes"] = memory() - before - LARGE / 1e6
    print(json.dumps({what: round(value, 2) for what, value in found.items()}), flush=True)
    print("after fork:", after_fork(its, large), flush=True)


def after_fork(its: Door, large: bytes) -> str:
    """What a forked process gets through a client that its parent has used, four at a time with their parent."""

    def ask() -> None:
        right = all(its.get(f"large{n}") == large for n in range(LARGES))
        os._exit(0 if right else 3)

    children = [multiprocessing.get_context("fork").Process(target=ask) for _ in range(3)]
    for child in children:
        child.start()
    try:
        right = all(its.get(f"large{n}") == large for n in range(LARGES))
    except Exception as error:  # noqa: BLE001 (is what is measured)
        right = False
        print(f"the parent: {type(error).__name__}", file=sys.stderr)
    children[0].join(LONGEST_AFTER_FORK)
    hangs = [child for child in children if child.is_alive()]
    for child in hangs:
        child.kill()
        child.join()
    return "hangs" if hangs else "well" if right and not any(child.exitcode for child in children) else "breaks"


def installed(name: str) -> float:
    """MB of the package and of all that it brings."""
    found, asked = {}, [name]
    while asked:
        one = asked.pop()
        if one in found:
            continue
        its = metadata.distribution(one)
        found[one] = sum(
            Path(path.locate()).stat().st_size for path in its.files or () if Path(path.locate()).is_file()
        )
        asked += [re.split(r"[^\w.-]", line)[0] for line in its.requires or () if "extra ==" not in line]
    return sum(found.values()) / 1e6


def main() -> None:
    if len(sys.argv) > 1:
        measure(*sys.argv[1:4])
        return
    from tests import buckets  # only here: it brings botocore into whatever process imports it

    server = buckets.Server()
    server.client.create_bucket(Bucket=BUCKET)
    for name in CLIENTS:
        print(f"{name} {metadata.version(name)}: {installed(name):.0f} MB installed", flush=True)
        words = [sys.executable, "-m", "bench.media", name, server.endpoint, server.secret]
        try:
            subprocess.run(words, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            print(f"no end within {LONGEST} seconds", flush=True)


if __name__ == "__main__":
    main()
