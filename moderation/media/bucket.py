"""A bucket of a server that speaks S3, as a place for sealed bytes. Nobody is ever given an address into it."""

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from re import Pattern
from threading import Lock
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from moderation.media.places import BEHIND, Gone
from moderation.rules.media import NOT_HTTPS, BucketAddress, MediaAway, is_inside

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 10
PAGE: Final = 1000  # names in one answer
TRIES: Final = 2  # with a pause of at most a second between them
KEEPS_VERSIONS: Final = (
    "The bucket keeps versions of what is deleted, or once did: what is purged would stay in it. Give Gatepost a "
    "bucket that never had versioning switched on; see docs/technicians/media-in-a-bucket.md."
)
NO_BUCKET: Final = (
    "What answers at the address of the bucket of the media is no server of buckets: it has what nobody put there. "
    "See docs/technicians/media-in-a-bucket.md."
)
_NOBODYS: Final = "nothing-is-ever-here"  # a name that nothing has, in any place of ours
_NOT_THERE: Final = {"NoSuchKey", "404"}
_SILENCE: Final = (ConnectTimeoutError, ReadTimeoutError)


class Door:
    """The connections to one bucket, which every place in it shares; a forked process makes its own."""

    def __init__(self, address: BucketAddress, access: str, secret: str) -> None:
        """Raises ValueError for an address that is not encrypted and not in the school's own network."""
        if not address.is_encrypted and not all(map(is_inside, _addresses(address.host or ""))):
            raise ValueError(NOT_HTTPS)
        self.bucket = address.name
        self._address, self._keys = address, {"aws_access_key_id": access, "aws_secret_access_key": secret}
        self._is_silent, self._asking = False, Lock()
        self._session = botocore.session.Session()
        self._client, self._process = self._made(), os.getpid()

    @property
    def client(self) -> Any:
        if self._process != os.getpid():  # connections that two processes write to would mix their answers
            self._client, self._process = self._made(), os.getpid()
        return self._client

    def _made(self) -> Any:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            # Each request carries the SHA-256 of its bytes: the server takes them whole or not at all.
            s3={"payload_signing_enabled": True, "addressing_style": "path" if self._address.endpoint else "virtual"},
            request_checksum_calculation="when_required",  # others than Amazon do not know its newer kinds
            response_checksum_validation="when_required",
            ignore_configured_endpoint_urls=True,  # the address alone says where the pictures go
        )
        endpoint, region = self._address.endpoint, self._address.region
        return self._session.create_client("s3", region, endpoint_url=endpoint, config=config, **self._keys)

    @contextmanager
    def asked(self, name: str = "") -> Iterator[Any]:
        """The client; what it raises becomes Gone or MediaAway, without any address.

        While the server says nothing one at a time asks it, and all others are told so at once: a thread that waits is
        one less for everybody else, of other schools too.
        """
        alone = self._is_silent
        if alone and not self._asking.acquire(blocking=False):
            raise _away("it says nothing")
        try:
            yield self.client
            self._is_silent = False
        except ClientError as error:
            self._is_silent = False
            code = str(error.response.get("Error", {}).get("Code", ""))
            if name and code in _NOT_THERE:
                raise Gone(name) from None
            raise _away(code or "no reason") from None
        except (
            BotoCoreError,
            ResponseParserError,
            KeyError,
        ) as error:  # KeyError: an answer without what belongs in it
            self._is_silent = isinstance(error, _SILENCE)
            raise _away(type(error).__name__) from None
        finally:
            if alone:
                self._asking.release()


def _away(why: str) -> MediaAway:
    log.error("the bucket of the media cannot be used: %s", why)
    return MediaAway(f"The bucket of the media cannot be used ({why}).")


def _addresses(host: str) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except OSError:
        raise MediaAway("The server of the bucket of the media cannot be found by its name.") from None


class Bucket:
    """Objects `prefix/ab/cd/<name>` if it is `deep`, else `prefix/<name>`: laid out as in a folder."""

    def __init__(self, door: Door, prefix: str, names: Pattern[str], deep: bool = False) -> None:
        self._door, self._prefix, self._names, self._deep = door, prefix, names, deep

    def check(self) -> None:
        with self._door.asked() as client:
            answer = client.get_bucket_versioning(Bucket=self._door.bucket)
        if answer.get("Status"):
            raise MediaAway(KEEPS_VERSIONS)
        self._must_know_what_is_not_there()

    def _must_know_what_is_not_there(self) -> None:
        """An empty answer says that no versions are kept, and whatever answers all that is asked would say that too."""
        with self._door.asked() as client:
            try:
                client.get_object(Bucket=self._door.bucket, Key=f"{self._prefix}{_NOBODYS}")
            except client.exceptions.NoSuchKey:
                return
        log.error("what answers for the bucket of the media is no server of buckets")
        raise MediaAway(NO_BUCKET)

    def read(self, name: str, first: int | None = None) -> bytes:
        part = {} if first is None else {"Range": f"bytes=0-{first - 1}"}
        with self._door.asked(name) as client:
            return bytes(client.get_object(**self._of(name), **part)["Body"].read())

    def write(self, name: str, data: bytes) -> None:
        with self._door.asked() as client:
            self._must_keep_one(answer := client.put_object(**self._of(name), Body=data))
            _ = answer["ETag"]  # whoever says that all is well and names none is no server of buckets: nothing is kept

    def rewrite(self, name: str, data: bytes) -> None:
        """If it is removed at this very moment it comes back, and the sweep removes it: no row names it."""
        with suppress(Gone):
            self.read(name, first=1)
            self.write(name, data)

    def patch(self, name: str, changes: Sequence[tuple[int, bytes]]) -> None:
        """The server puts the new whole in the place of the old."""
        data = bytearray(self.read(name))
        for at, new in changes:
            data[at : at + len(new)] = new
        self.write(name, bytes(data))

    def refresh(self, name: str) -> bool:
        """The server copies it over itself; no byte of it travels."""
        its = self._of(name)
        try:
            with self._door.asked(name) as client:
                self._must_keep_one(client.copy_object(**its, CopySource=its, MetadataDirective="REPLACE"))
        except Gone:
            return False
        return True

    def remove(self, name: str, first: int | None = None) -> None:
        """What a server's disks remember of it is sealed; see docs/decisions/0026-media-in-a-bucket.md."""
        with self._door.asked() as client:
            self._must_keep_one(client.delete_object(**self._of(name)))

    def age(self, name: str) -> float:
        try:
            with self._door.asked(name) as client:
                answer = client.head_object(**self._of(name))
                now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])  # by the same clock
                return float((now - answer["LastModified"]).total_seconds())
        except Gone:
            return 0.0

    def names(self, first: str = "", end: str = BEHIND, at_once: int = PAGE) -> Iterator[str]:
        """So many are asked for at once."""
        begin = f"{self._prefix}{first[:2]}" if self._deep else f"{self._prefix}{first}"
        token: dict[str, str] = {"StartAfter": begin} if first else {}
        while True:
            with self._door.asked() as client:
                page = client.list_objects_v2(Bucket=self._door.bucket, Prefix=self._prefix, MaxKeys=at_once, **token)
                token = {"ContinuationToken": page["NextContinuationToken"]} if page.get("IsTruncated") else {}
            found = [one["Key"][len(self._prefix) + 6 * self._deep :] for one in page.get("Contents", ())]
            yield from (name for name in found if first <= name < end and self._names.fullmatch(name))
            if not token or found[-1] >= end:
                return

    def state(self) -> object:
        return tuple(self.names())

    def _of(self, name: str) -> dict[str, str]:
        if not self._names.fullmatch(name):
            raise ValueError(f"Not a name of this place: it must be {self._names.pattern}")
        folders = f"{name[:2]}/{name[2:4]}/" if self._deep else ""
        return {"Bucket": self._door.bucket, "Key": f"{self._prefix}{folders}{name}"}

    @staticmethod
    def _must_keep_one(answer: dict[str, Any]) -> None:
        """Versioning may be switched on behind the program's back; the next answer then names a version."""
        if answer.get("VersionId", "null") != "null" or answer.get("DeleteMarker"):
            log.error("the bucket of the media keeps versions: what was deleted there is not gone")
            raise MediaAway(KEEPS_VERSIONS)
