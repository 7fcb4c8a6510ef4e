"""Each place that media can lie in: what holds for one holds for the other."""

import secrets
from functools import cache
from pathlib import Path

import pytest

from moderation.media.bucket import Bucket, Door
from moderation.media.places import Folder, Place
from moderation.media.store import KEY
from tests import buckets


@cache
def door() -> Door:
    assert buckets.server().client
    return buckets.server().door()


@pytest.fixture(params=["folder", pytest.param("bucket", marks=buckets.needed)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Folder(tmp_path / "media", KEY, deep=True)
    return Bucket(door(), f"{secrets.token_hex(4)}/", KEY, deep=True)
