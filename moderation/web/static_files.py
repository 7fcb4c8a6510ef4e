"""Scripts and styles: an address that changes with their bytes, kept for a year, and sent compressed."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

_KEPT = "public, max-age=31536000, immutable"
_WORDS = {"text/css", "text/javascript", "image/svg+xml"}


def serve(app: Flask) -> None:
    """Compressed is only what all get alike: how well a page with tokens compresses would tell of them."""

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["v"] = _version(*_state(values["filename"]))

    @app.after_request
    def sent(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            _keep(response)
            _compress(response)
        return response


def _keep(response: Response) -> None:
    state = _state((request.view_args or {})["filename"])
    if request.args.get("v") == _version(*state):
        response.headers["Cache-Control"] = _KEPT


def _compress(response: Response) -> None:
    if response.mimetype not in _WORDS:
        return
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        state = _state((request.view_args or {})["filename"])
        response.direct_passthrough = False
        response.set_data(_packed(*state))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(_version(*state), weak=True)  # the same thing, in other bytes


def _state(filename: str) -> tuple[Path, int]:
    """The file and when it was last written, in nanoseconds; 0 where there is none."""
    path = Path(current_app.static_folder or "") / filename
    return path, path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=64)
def _version(path: Path, written: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if written else "none"


@lru_cache(maxsize=64)
def _packed(path: Path, written: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
