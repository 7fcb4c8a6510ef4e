"""Loads the program with its guards rewritten, and says of each whether it holds; one at a time may be off."""

import builtins
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from tests.guards.finding import QUERY, SWITCH, Guard, instrument

_off = -1
asked: set[int] = set()  # guards that said no, or would have been the ones to say it, since it was last emptied


def switch_off(number: int) -> None:
    global _off
    _off = number


def _holds(number: int) -> bool:
    asked.add(number)
    return number != _off


def _asks(number: int, condition: Any) -> Any:
    from sqlalchemy import true

    return condition if _holds(number) else true()


def _refusals() -> tuple[type[BaseException], ...]:
    from moderation.rules.guards import Refused
    from moderation.services.work import Mistake, NotFound

    return Refused, Mistake, NotFound


class _Loader(SourceFileLoader):
    """Compiles what it is given instead of what lies in the file, and never asks the compiled files."""

    tree: Any = None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, trees: dict[str, Any]) -> None:
        self.trees = trees

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self.trees else None
        if spec is not None and spec.origin is not None:
            loader = _Loader(fullname, spec.origin)
            loader.tree = self.trees[fullname]
            spec.loader = loader
        return spec


def install() -> list[Guard]:
    """From now on the program is loaded with its switches; none of it may be loaded yet. The guards, by number."""
    early = [name for name in sys.modules if name.split(".")[0] == "moderation"]
    if early:
        raise RuntimeError(f"loaded before its guards were rewritten: {early}")
    trees, found = instrument()
    setattr(builtins, SWITCH, _holds)
    setattr(builtins, QUERY, _asks)
    setattr(builtins, "_guard_refusals", _refusals)  # noqa: B010 (mypy knows no such builtin)
    sys.meta_path.insert(0, _Finder(trees))
    return found
