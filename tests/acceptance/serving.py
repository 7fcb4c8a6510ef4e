"""A school made by a test, its pages served to a real browser; the test runs the checks itself."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from moderation.rules.findings import Kind
from moderation.rules.roles import SIGN_INS
from moderation.web import create_app
from moderation.wiring import Parts
from tests.answering import answering
from tests.builders import PASSWORD, School, email


@dataclass
class Served:
    school: School
    address: str

    @property
    def sign_ins(self) -> dict[str, tuple[str, str]]:
        return {str(role): (email(role), PASSWORD) for role in SIGN_INS}


@contextmanager
def served(school: School) -> Iterator[Served]:
    with serving(school.parts) as address:
        yield Served(school, address)


@contextmanager
def serving(parts: Parts) -> Iterator[str]:
    """The address of its pages."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with answering(create_app(parts)) as port:
        yield f"http://127.0.0.1:{port}"


def kinds(school: School, post_id: int) -> Counter[Kind]:
    """What the checks found in a post, counted."""
    return Counter(finding.kind for finding in school.findings(post_id))
