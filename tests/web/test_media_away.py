"""Whoever needs a picture while the bucket is away is told to try again; checks wait for it; nothing is passed over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.db.models import Scan, ScanState
from moderation.rules.findings import Kind
from moderation.rules.media import MediaAway
from moderation.rules.roles import Role
from moderation.services import checks, retention, scanning, sweep
from moderation.services.looking import Looker
from moderation.settings import SettingsError
from moderation.wiring import wire
from tests import buckets
from tests.builders import School, open_school
from tests.services.moments import later
from tests.web.pages import plain

pytestmark = buckets.needed


@pytest.fixture
def server() -> Iterator[buckets.Server]:
    server = buckets.Server()
    assert server.client
    yield server
    server.remove()


@pytest.fixture
def school(server: buckets.Server, tmp_path: Path, looker: Looker) -> School:
    return open_school(tmp_path / "instance", looker, **server.settings())


def media_are_well(school: School) -> bool:
    answer = school.browser(Role.TEACHER).get("/healthz")
    assert answer.json is not None
    assert answer.status_code == 503  # no queue runs here
    return bool(answer.json["media"])


def run_waiting_check(school: School, post_id: int) -> None:
    (waiting,) = [one for one in school._waiting(post_id) if one[0] in pictures_of(school, post_id)]
    scanning.scan(school.parts.work, school.parts.reading, school.parts.looker, *waiting)


def pictures_of(school: School, post_id: int) -> set[int]:
    with school.parts.reading() as work:
        rows = work.session.query(Scan).filter(Scan.post_id == post_id, Scan.subject != "words")
        return {scan.id for scan in rows}


def test_while_it_is_away_everybody_is_told_and_what_waits_is_done_when_it_is_back(
    school: School, server: buckets.Server
) -> None:
    post_id, gone = school.submit(plain(1), caption=""), school.draft(plain(2))
    photo, key = school.post(post_id).photos[0].id, school.post(gone).photos[0].media_key
    teacher = school.browser(Role.TEACHER)
    assert media_are_well(school)
    server.stop()
    answer = teacher.get(f"/media/photos/{photo}/page")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The pictures cannot be reached" in answer.text and "127.0.0.1" not in answer.text
    assert not media_are_well(school)
    with pytest.raises(SettingsError, match="cannot be used"):
        wire(school.parts.settings)
    with pytest.raises(MediaAway):
        run_waiting_check(school, post_id)
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    server.start()
    assert media_are_well(school)
    assert key in set(school.parts.store.keys()), "the sweep finds it after a day: no row names it"
    with later(school, minutes=5) as work:
        assert sweep.reissue(work) == 1
    school.run_checks(post_id)
    with school.parts.reading() as work:
        found = [one.kind for one in checks.findings(work, school.post(post_id))]
        assert Kind.UNCHECKED not in found
        assert all(scan.state is ScanState.DONE for scan in work.session.query(Scan).filter(Scan.post_id == post_id))


def test_nothing_starts_on_a_bucket_that_keeps_versions(server: buckets.Server, tmp_path: Path, looker: Looker) -> None:
    settings = server.settings()
    kept = settings["GATEPOST_MEDIA_URL"].replace("s3://school/", f"s3://{server.keeping_versions()}/")
    with pytest.raises(SettingsError, match="keeps versions"):
        open_school(tmp_path / "instance", looker, **{**settings, "GATEPOST_MEDIA_URL": kept})
