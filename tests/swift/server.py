"""OpenStack Swift with its S3 door, whole, in one process: run by Debian's own Python, which has its packages.

    /usr/bin/python3 server.py FOLDER PORT ACCESS_KEY SECRET

Everything lies in FOLDER, whose disk must know extended attributes. It answers once `FOLDER/ready` is there.
"""

import os
import sys
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

PARTS = ("account", "container", "object")
PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors proxy-logging listing_formats bulk s3api tempauth slo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = eu-west-2
allow_multipart_uploads = true
[filter:tempauth]
use = egg:swift#tempauth
user_{access} = {secret} .admin
[filter:slo]
use = egg:swift#slo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
"""
PART = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
bind_port = {port}
[pipeline:main]
pipeline = server
[app:server]
use = egg:swift#{part}
"""


def listen(port: int) -> "eventlet.greenio.GreenSocket":
    return eventlet.listen(("127.0.0.1", port), backlog=128)


class Cache:
    """What memcached would hold: in this one process a dictionary does."""

    def __init__(self) -> None:
        self._held: dict[str, object] = {}

    def get(self, key: str, raise_on_error: bool = False) -> object:
        return self._held.get(key)

    def set(self, key: str, value: object, **more: object) -> None:
        self._held[key] = value

    def delete(self, key: str, **more: object) -> None:
        self._held.pop(key, None)


def serve(socket: "eventlet.greenio.GreenSocket", config: Path) -> None:
    its, cache = loadapp(str(config), global_conf={"log_name": config.stem}), Cache()

    def app(environ: dict, start: object) -> object:
        environ["swift.cache"] = cache
        return its(environ, start)

    log = (config.parent / "log").open("a")
    eventlet.spawn(wsgi.server, socket, app, log, protocol=SwiftHttpProtocol, socket_timeout=None)


def begin(folder: Path, port: int, access: str, secret: str) -> None:
    (folder / "disks" / "d1").mkdir(parents=True, exist_ok=True)
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n")
    utils.set_swift_dir(str(folder))
    sockets = {}
    for part in PARTS:
        sockets[part] = listen(0)
        its = sockets[part].getsockname()[1]
        ring = RingBuilder(1, 1, 0)
        ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": its, "device": "d1", "weight": 1})
        ring.rebalance()
        ring.get_ring().save(str(folder / f"{part}.ring.gz"))
        (folder / f"{part}.conf").write_text(PART.format(folder=folder, port=its, part=part))
    (folder / "proxy.conf").write_text(PROXY.format(folder=folder, access=access, secret=secret))
    for part in PARTS:
        serve(sockets[part], folder / f"{part}.conf")
    serve(listen(port), folder / "proxy.conf")
    (folder / "ready").touch()


if __name__ == "__main__":
    begin(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:5])
    os.umask(0o077)
    while True:
        eventlet.sleep(3600)
