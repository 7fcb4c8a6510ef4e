"""Something else answers where a bucket should be and says that all is well: nothing is taken for kept."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from moderation.media.bucket import Bucket, Door
from moderation.rules.media import BucketAddress, MediaAway

NAME = "0" * 32
TRUNCATED = b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"


class Other(BaseHTTPRequestHandler):
    said = b""
    of_things = 200  # its answer for whatever lies in a bucket

    def do_GET(self) -> None:
        self.send_response(200 if "versioning" in self.path else self.of_things)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.said)

    do_PUT = do_HEAD = do_GET  # noqa: N815 (as the library calls them)

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        where = BucketAddress("bucket", "", "r", f"http://127.0.0.1:{server.server_port}", inside=True)
        yield Bucket(Door(where, "name", "word"), "", re.compile("[0-9a-f]{32}"))
        server.shutdown()
        serving.join()


@pytest.mark.parametrize("said", [b"", b"<html>Sign in</html>", TRUNCATED])
def test_what_was_not_kept_is_not_taken_for_kept(bucket: Bucket, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Other, "said", said)
    with pytest.raises(MediaAway):
        bucket.write(NAME, b"a picture")
    with pytest.raises(MediaAway):
        bucket.age(NAME)
    if said == TRUNCATED:
        with pytest.raises(MediaAway):
            list(bucket.names())


@pytest.mark.parametrize("of_things", [200, 404, 403])
@pytest.mark.parametrize("said", [b"", b"<html>Nothing here</html>", TRUNCATED])
def test_an_empty_answer_is_not_taken_for_a_bucket_that_keeps_no_versions(
    bucket: Bucket, said: bytes, of_things: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Other, "said", said)
    monkeypatch.setattr(Other, "of_things", of_things)
    with pytest.raises(MediaAway):
        bucket.check()
