"""The log, on standard error: text for people, or one JSON object a line. Ids only (law 10).

The message of an exception may repeat what somebody typed; so of an exception the log says its kind and its places.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from moderation.settings import LogFormat

ACCESS = "moderation.access"  # one line for each request; in JSON alone, where a machine reads it
_DEEPEST = 12  # places of an exception, counted from where it was raised

request_id: ContextVar[str] = ContextVar("request_id", default="")  # of the request that is being answered

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class AsText(logging.Formatter):
    """A line for people, and under it the places of an exception."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have written it down with the message
        return super().format(record)

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 (the name that logging calls)
        return "\n".join([f"{kind_of(ei)} at", *(f"  {place}" for place in places(ei))])


class AsJson(logging.Formatter):
    """One JSON object a line, its moment in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "says": record.getMessage(),
            "process": record.process,
        }
        if request_id.get():
            line["request"] = request_id.get()
        if record.exc_info and record.exc_info[0]:
            line |= {"error": kind_of(record.exc_info), "places": places(record.exc_info)}
        return json.dumps(line, ensure_ascii=True)


def set_up(kind: LogFormat) -> None:
    """For this process, in place of what was set before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if kind is LogFormat.JSON else AsText())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger(ACCESS).setLevel(logging.INFO if kind is LogFormat.JSON else logging.WARNING)


def kind_of(raised: _Raised) -> str:
    return raised[0].__name__ if raised[0] else ""


def places(raised: _Raised) -> list[str]:
    """File, line and function of each step, where it was raised last: our own text and libraries', nobody's data."""
    steps = traceback.extract_tb(raised[2])[-_DEEPEST:]
    return [f"{step.filename}:{step.lineno} {step.name}" for step in steps]
