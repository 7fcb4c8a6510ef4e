"""On the path of the program under test: the time of day is so many seconds off as the file GATEPOST_CHAOS_CLOCK says.

Python imports it by its name before anything else. How long a wait takes (the monotonic clock) is left as it is.
"""

import datetime as module
import os
import time
from pathlib import Path

_file, _right, _moment = Path(os.environ["GATEPOST_CHAOS_CLOCK"]), time.time, module.datetime


def _off() -> int:
    return int(_file.read_text())


class _IsAMoment(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, _moment)


class Moved(_moment, metaclass=_IsAMoment):
    @classmethod
    def now(cls, tz: module.tzinfo | None = None) -> module.datetime:
        return _moment.now(tz) + module.timedelta(seconds=_off())

    @classmethod
    def utcnow(cls) -> module.datetime:
        return _moment.now(module.UTC).replace(tzinfo=None) + module.timedelta(seconds=_off())


module.datetime = Moved  # type: ignore[misc]
time.time = lambda: _right() + _off()
