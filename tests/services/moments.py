"""What several tests of services need: another time of day, small pictures, engines that break or count."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from io import BytesIO

import numpy as np
from PIL import Image
from sqlalchemy import func, select

from moderation.db.models import Base, Scan, Subject
from moderation.detect.faces import FaceEngine, ModelMissing
from moderation.rules.findings import Detector, Kind, Severity, Sighting
from moderation.services import cases, checks, scanning
from moderation.services.looking import Lists, Looker
from moderation.services.work import Work
from tests.builders import School


@contextmanager
def later(school: School, **passed: float) -> Iterator[Work]:
    """One transaction that writes, some time from now: later(school, days=15)."""
    with school.parts.work() as work:
        yield replace(work, now=work.now + timedelta(**passed))


def small_photo(shade: int = 128) -> bytes:
    """A photo in which there is nothing to see; each shade is another photo."""
    out = BytesIO()
    Image.new("RGB", (160, 120), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def rows(school: School, table: type[Base]) -> int:
    with school.parts.reading() as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


def scans(school: School, post_id: int) -> list[Scan]:
    """The scans that hold for the post as it is now."""
    with school.parts.reading() as work:
        return checks.current_scans(work, cases.get(work, post_id))


def actions(school: School, post_id: int) -> list[str]:
    """What the audit trail says happened to a post, oldest first."""
    from moderation.services import audit

    with school.parts.reading() as work:
        return [row.action for row in audit.of_post(work.session, post_id)]


class WithoutModel(Looker):
    """The face model is not installed."""

    @cached_property
    def faces(self) -> FaceEngine:
        raise ModelMissing("The face model is missing.")


class Quick(Looker):
    """Sees what it is told, as often as it is asked, and counts."""

    def __init__(self, *seen: Sighting) -> None:
        self.seen, self.looks = seen, 0

    def look(self, rgb: np.ndarray, lists: Lists, known: Collection[Detector] = ()) -> list[Sighting]:
        self.looks += 1
        self.asked = set(Detector) - set(known) - {Detector.WORDS, Detector.TAGS, Detector.PHOTO}
        return [sighting for sighting in self.seen if sighting.detector not in known]


SEEN = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, evidence="too small to compare")


def photo_scan(school: School, post_id: int) -> tuple[int, str]:
    scan = next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO)
    return scan.id, scan.token


def photo_findings(school: School, post_id: int) -> list[tuple[Detector, Kind, Severity]]:
    return [(f.detector, f.kind, f.severity) for f in school.findings(post_id)]


def run(school: School, looker: Looker, post_id: int) -> bool:
    return scanning.scan(school.parts.work, school.parts.reading, looker, *photo_scan(school, post_id))
