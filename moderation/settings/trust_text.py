"""Writes the trust's file: one school more or less, open or closed, and every other line of it as it was."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from moderation.settings.shape import SettingsError

_HEAD: Final = re.compile(r"^[ \t]*\[\[[ \t]*school[ \t]*\]\][^\n]*\n", re.MULTILINE)
_ANY_HEAD: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_CLOSED: Final = re.compile(r"^[ \t]*closed[ \t]*=[^\n]*\n", re.MULTILINE)


def with_school(text: str, said: Mapping[str, str]) -> str:
    """With one school more, behind the others."""
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items())
    return f"{text.rstrip()}\n\n[[school]]\n{lines}".lstrip()


def without_school(text: str, key: str) -> str:
    """Without the school of this key. Raises SettingsError."""
    before, _, after = _taken_apart(text, key)
    kept = [one for one in _schools(text) if one.get("key") != key]
    return _checked(f"{before.rstrip()}\n\n{after}".strip() + "\n", kept, text, key)


def with_closed(text: str, key: str, closed: bool) -> str:
    """With the school of this key closed, or open. Raises SettingsError."""
    before, lines, after = _taken_apart(text, key)
    head, _, rest = _CLOSED.sub("", lines).partition("\n")
    new = f"{head}\nclosed = true\n{rest}" if closed else f"{head}\n{rest}"
    wanted = [_shut(one, closed) if one.get("key") == key else one for one in _schools(text)]
    return _checked(before + new + after, wanted, text, key)


def _taken_apart(text: str, key: str) -> tuple[str, str, str]:
    """What stands before the lines of a school, those, and what stands behind."""
    for head in _HEAD.finditer(text):
        following = _ANY_HEAD.search(text, head.end())
        end = following.start() if following else len(text)
        lines = text[head.start() : end]
        try:
            if _schools(lines)[0].get("key") == key:
                return text[: head.start()], lines, text[end:]
        except tomllib.TOMLDecodeError:
            continue
    raise SettingsError(_BY_HAND.format(key))


def _checked(new: str, wanted: list[Any], old: str, key: str) -> str:
    """Only what was meant is another now: else people do it."""
    try:
        same = _schools(new) == wanted and _beside(new) == _beside(old)
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise SettingsError(_BY_HAND.format(key))
    return new


def _shut(said: Mapping[str, Any], closed: bool) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "closed"} | ({"closed": True} if closed else {})


def _schools(text: str) -> list[Any]:
    return list(tomllib.loads(text).get("school", []))


def _beside(text: str) -> dict[str, Any]:
    return {name: value for name, value in tomllib.loads(text).items() if name != "school"}


_BY_HAND: Final = "The lines of {} in the trust’s file cannot be told from the others: change them by hand."
