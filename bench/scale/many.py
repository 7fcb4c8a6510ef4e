"""Trusts of many small schools: one is set up by the program's own services, the others are copies with own keys."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import URL

from moderation.rules.roles import Role
from moderation.services import intake, register
from moderation.services.looking import Looker
from moderation.services.register import PersonForm
from moderation.settings import Trust, load_trust
from moderation.wiring import create_keys
from tests import postgresql
from tests.builders import DATABASE, School, found

PUPILS, LIVE, WAITING, DRAFTS = 30, 6, 4, 2
HEAD = 'name = "A trust"\naddress = "http://trust.example"\n'
LIKE = "likeschool"  # the schema that is copied; stands nowhere else in what is


def key_of(number: int) -> str:
    return f"school{number}"


def make(folder: Path, size: int, database: str, lines: str = "") -> Trust:
    """A trust of so many schools, with these lines more about what all share."""
    keys = [key_of(number) for number in range(1, size + 1)]
    urls = _schemas(keys) if database == "postgresql" else {}
    told = "".join(
        f'\n[[school]]\nkey = "{key}"\naddress = "http://{key}.example"\n'
        + (f'database_url = "{urls[key]}"\n' if urls else "")
        for key in keys
    )
    file = folder / "trust.toml"
    file.write_text(HEAD + lines + told)
    trust = trust_at(file)
    first, *others = trust.schools
    school = found(first, Looker())
    _fill(school)
    school.parts.end()
    if urls:
        _copy_schema(urls, keys)
    for settings in others:
        shutil.copytree(
            first.instance, settings.instance, ignore=shutil.ignore_patterns("keys", f"{DATABASE}*"), dirs_exist_ok=True
        )
        create_keys(settings)
        if not urls:
            with closing(sqlite3.connect(first.instance / DATABASE)) as there:
                there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy2(first.instance / DATABASE, settings.instance / DATABASE)
    return trust


def trust_at(file: Path) -> Trust:
    os.environ["GATEPOST_TRUST"] = str(file)
    return load_trust()


def _fill(school: School) -> None:
    """A term of a small school, in words alone: pictures are sealed under the key of the one school."""
    with school.parts.work() as work:
        for number in range(PUPILS):
            form = PersonForm(f"U{number:04}", f"Forename{number}", f"Surname{number}")
            register.save(work, school.people[Role.DATA_LEAD], form)
    for number in range(LIVE):
        school.live(caption=f"A good day, number {number}.")
    for number in range(WAITING):
        school.in_review(caption=f"Another good day, number {number}.")
    for number in range(DRAFTS):
        with school.parts.work() as work:
            intake.save(work, school.teacher, None, intake.Words(f"A draft {number}", (school.account.id,)), [])


def _schemas(keys: Sequence[str]) -> dict[str, str]:
    """The address of a schema for each, in one database."""
    whole = postgresql.create()
    name, host = postgresql.name_of(whole), whole.partition("host=")[2].replace("%2F", "/")
    schemas = [LIKE, *keys[1:]]
    place = {"host": host}
    return {
        key: URL.create(
            "postgresql+psycopg", "school", database=name, query=place | {"schema": schema}
        ).render_as_string(hide_password=False)
        for key, schema in zip(keys, schemas, strict=True)
    }


def _copy_schema(urls: dict[str, str], keys: Sequence[str]) -> None:
    name = postgresql.name_of(urls[keys[0]])
    with postgresql.connection(name) as server:
        host = server.info.host
    words = [postgresql.program("pg_dump") or "", "--schema", LIKE, "--inserts", "--no-owner"]
    said = subprocess.run(
        [*words, "--host", host, "--username=school", name], check=True, capture_output=True, text=True, cwd="/"
    ).stdout
    said = "\n".join(line for line in said.splitlines() if not line.startswith("\\"))
    with psycopg.connect(host=host, user="school", dbname=name, autocommit=True) as server:
        for key in keys[1:]:
            server.execute(said.replace(LIKE, key).encode())  # type: ignore[call-overload]
