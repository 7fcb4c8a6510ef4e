"""What every test does a thousand times over is done once, or with less effort, while tests run."""

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import URL, Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from moderation.db import engine
from moderation.services import staff

OURS = staff.HASHER  # tests/services/test_signing_in.py says how strong it is


class _Compiled(BytecodeCache):
    """Each template is compiled once for the run, not once for each school."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compile, _addresses = Rule._compile_builder, dict[tuple[str, str, bool], Callable[..., tuple[str, str]]]()


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What writes an address is made out of the rule alone; 300 of them are a quarter of a second for each school."""
    key = rule.rule, str(rule.defaults), append_unknown
    if key not in _addresses:
        _addresses[key] = _compile(rule, append_unknown)
    return _addresses[key]


_open, _statements = engine.create_engine, LRUCache[Any, Any](5000)


def _opened(url: URL, **more: Any) -> Engine:
    """A statement is put into words once for the run, not once for each school's database."""
    opened = _open(url, **more)
    if isinstance(opened.dialect, SQLiteDialect_pysqlite):
        opened._compiled_cache = _statements
    return opened


def install() -> None:
    engine.create_engine = _opened
    SQLiteDialect_pysqlite.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    SQLiteDialect_pysqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    Rule._compile_builder = _compiled_once  # type: ignore[method-assign]
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    staff.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the same kind of hash, of no strength
    staff.NOBODYS = staff.nobodys(staff.HASHER)
