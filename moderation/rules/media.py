"""Where the media lie: the address of a folder or of a bucket, as the settings have it. Nothing is asked or opened."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

# Never with the address itself: somebody may have written a password into it.
NO_ADDRESS: Final = (
    "GATEPOST_MEDIA_URL: write file:// and a folder's full path that begins with /, or "
    "s3://bucket/prefix?endpoint=https://storage.school.example:9000&region=eu-west-2."
)
NOT_HTTPS: Final = (
    "GATEPOST_MEDIA_URL: the endpoint begins with https://. Only a server inside the school's own network may have "
    "http://, and the address then ends in &inside=yes."
)
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"[A-Za-z0-9._/-]*")
_REGION: Final = re.compile(r"[a-z0-9-]+")
_KNOWN: Final = {"endpoint", "region", "inside"}
_ANY_REGION: Final = "us-east-1"  # what servers of one's own expect, whose regions are a matter of form


class MediaAway(Exception):
    """The media can be neither read nor written just now, or must not be; the message says why, without an address."""


@dataclass(frozen=True)
class BucketAddress:
    """A bucket and where in it. `endpoint` is None for Amazon's own; `inside`: in the school's own network."""

    name: str
    prefix: str  # empty, or with a slash at its end
    region: str
    endpoint: str | None = None
    inside: bool = False

    @property
    def host(self) -> str | None:
        return urlsplit(self.endpoint).hostname if self.endpoint else None

    @property
    def is_encrypted(self) -> bool:
        """On its way there."""
        return self.endpoint is None or self.endpoint.startswith("https://")


def address(url: str) -> PurePosixPath | BucketAddress:
    """The folder or the bucket that GATEPOST_MEDIA_URL names. Raises ValueError with a sentence for people."""
    scheme, _, rest = url.partition("://")
    if scheme == "file" and rest.startswith("/"):
        return PurePosixPath(rest)
    if scheme == "s3":
        return _bucket(url)
    raise ValueError(NO_ADDRESS)


def is_inside(ip: str) -> bool:
    """Whether an address of the internet's is one of a school's own network, or of this machine."""
    return not ipaddress.ip_address(ip.partition("%")[0]).is_global


def _bucket(url: str) -> BucketAddress:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    given, prefix = dict(query), unquote(parts.path).strip("/")
    fits = _BUCKET.fullmatch(parts.netloc) and _PREFIX.fullmatch(prefix) and len(given) == len(query)
    if not fits or not given.keys() <= _KNOWN or parts.fragment or ".." in prefix.split("/"):
        raise ValueError(NO_ADDRESS)
    endpoint, region = given.get("endpoint"), given.get("region") or (_ANY_REGION if "endpoint" in given else "")
    if not _REGION.fullmatch(region) or given.get("inside", "yes") != "yes":
        raise ValueError(NO_ADDRESS)
    found = BucketAddress(parts.netloc, f"{prefix}/" if prefix else "", region, _endpoint(endpoint), "inside" in given)
    if not found.is_encrypted and not found.inside:
        raise ValueError(NOT_HTTPS)
    return found


def _endpoint(text: str | None) -> str | None:
    if text is None:
        return None
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        raise ValueError(NO_ADDRESS) from None
    bare = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError(NO_ADDRESS)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
