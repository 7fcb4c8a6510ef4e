"""Law 8: a scan writes once, and only if what it read is still current."""

import re
import time
from datetime import datetime
from pathlib import Path

import pytest

from moderation.db.models import Finding, Scan, ScanState
from moderation.rules.findings import Kind, Sighting
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, checks, intake, leases, scanning
from moderation.services.looking import ENGINE, Lists
from tests.builders import School
from tests.services.moments import SEEN, Quick, photo_findings, photo_scan, rows, run, scans, small_photo


def test_law_8_a_scan_that_runs_twice_writes_once(school: School) -> None:
    post_id = school.submit(small_photo(), caption="")
    looker, job = Quick(SEEN), photo_scan(school, post_id)
    assert scanning.scan(school.parts.work, school.parts.reading, looker, *job)
    assert not scanning.scan(school.parts.work, school.parts.reading, looker, *job)
    assert looker.looks == 1
    assert rows(school, Finding) == 1


def test_law_8_a_scan_that_two_workers_run_at_once_is_looked_at_by_one(school: School) -> None:
    class Nested(Quick):
        def look(self, rgb: object, lists: Lists, known: object = ()) -> list[Sighting]:
            second.append(scanning.scan(school.parts.work, school.parts.reading, Quick(SEEN), *job))
            return [SEEN]

    post_id, second = school.submit(small_photo(), caption=""), list[bool]()
    job = photo_scan(school, post_id)
    assert scanning.scan(school.parts.work, school.parts.reading, Nested(), *job)
    assert second == [False], "it is claimed already"
    assert photo_findings(school, post_id) == [(SEEN.detector, SEEN.kind, SEEN.severity)]


def test_law_8_a_result_under_an_old_token_is_not_written(school: School) -> None:
    """The worker was thought dead, its scan was given to another one, and now it comes back."""

    class Slow(Quick):
        def look(self, rgb: object, lists: Lists, known: object = ()) -> list[Sighting]:
            with school.parts.work() as work:
                scan = work.session.get_one(Scan, job[0])
                scan.token, scan.state = leases.new_token(), ScanState.WAITING
            return [SEEN]

    post_id = school.submit(small_photo(), caption="")
    job = photo_scan(school, post_id)
    assert not scanning.scan(school.parts.work, school.parts.reading, Slow(), *job)
    assert rows(school, Finding) == 0
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)  # under the new token
    assert school.state(post_id) is State.IN_REVIEW


@pytest.mark.parametrize("token", ["", "0" * 32])
def test_law_8_a_job_with_a_wrong_token_does_nothing(school: School, token: str) -> None:
    post_id = school.submit(small_photo(), caption="")
    looker = Quick(SEEN)
    assert not scanning.scan(school.parts.work, school.parts.reading, looker, photo_scan(school, post_id)[0], token)
    assert not scanning.scan(school.parts.work, school.parts.reading, looker, 999, token)
    assert looker.looks == 0


@pytest.mark.parametrize("moved", ["list_version", "roll_version"])
def test_law_8_a_scan_for_an_earlier_list_or_roll_is_not_run(school: School, moved: str) -> None:
    post_id = school.submit(small_photo(), caption="")
    job, looker = photo_scan(school, post_id), Quick(SEEN)
    with school.parts.work() as work:
        setattr(work.register_version, moved, 7)
    assert not scanning.scan(school.parts.work, school.parts.reading, looker, *job)
    assert looker.looks == 0


def test_law_8_a_worker_with_other_engines_leaves_the_scan_to_one_that_has_them(school: School) -> None:
    """During an upgrade an old worker must not answer in the new engine's name."""
    post_id = school.submit(small_photo(), caption="")
    with school.parts.work() as work:
        for scan in checks.current_scans(work, cases.get(work, post_id)):
            scan.engine = ENGINE + " next"
            job = scan.id, scan.token
    looker = Quick(SEEN)
    assert not scanning.scan(school.parts.work, school.parts.reading, looker, *job)
    assert looker.looks == 0


def test_law_8_the_lease_is_extended_while_the_look_goes_on(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    class Patient(Quick):
        def look(self, rgb: object, lists: Lists, known: object = ()) -> list[Sighting]:
            patience = time.monotonic() + 20
            while lease() <= first:
                assert time.monotonic() < patience, "nobody extends the lease"
            return []

    def lease() -> datetime:
        return scans(school, post_id)[0].lease_until or first

    monkeypatch.setattr(leases, "HEARTBEAT", 0.05)
    post_id = school.submit(small_photo(), caption="")
    with school.parts.work() as work:
        first = work.now + leases.LEASE
    assert run(school, Patient(), post_id)
    assert photo_findings(school, post_id) == []


def test_a_post_waits_until_its_last_check_has_ended(school: School) -> None:
    post_id = school.submit(small_photo(100), small_photo(150))
    jobs = [(scan.id, scan.token) for scan in scans(school, post_id)]
    for number, job in enumerate(jobs, 1):
        assert school.state(post_id) is State.CHECKING
        assert scanning.scan(school.parts.work, school.parts.reading, Quick(), *job)
        with school.parts.reading() as work:
            post = cases.get(work, post_id)
            assert checks.progress(post, checks.current_scans(work, post)) == (min(number, 2), 2)
    assert school.state(post_id) is State.IN_REVIEW


def test_law_8_a_result_for_a_post_that_was_taken_back_moves_nothing(school: School) -> None:
    post_id = school.submit(small_photo(), caption="")
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    assert run(school, Quick(SEEN), post_id)
    assert school.state(post_id) is State.DRAFT


def test_law_4_no_match_is_called_no_match_and_never_safe(school: School) -> None:
    """The word itself is nowhere in what the program can say."""
    root = Path(scanning.__file__).parents[2]
    texts = [*(root / "moderation").rglob("*.py"), *(root / "templates").rglob("*.html")]
    calls_it_safe = re.compile(r"\b(is|are|looks?|photo|post|picture|all) safe\b|\bsafe to (post|publish)\b", re.I)
    assert [str(path) for path in texts if calls_it_safe.search(path.read_text())] == []


def test_names_in_caption_alt_text_and_file_name_are_found(school: School) -> None:
    school.person("A1", "Harvey", "Pemberton")
    prepared = [("Harvey Pemberton.png", intake.prepare([intake.Upload("a", small_photo())])[0][0][1])]
    with school.parts.work() as work:
        words = intake.Words("Well done Harvey Pemberton", (school.account.id,))
        post, _ = intake.save(work, school.teacher, None, words, prepared)
        post.photos[0].alt_text = "Harvey Pemberton smiles"
        post_id = post.id
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    found = [finding for finding in school.findings(post_id) if finding.kind is Kind.NAME_MATCH]
    fields = ("In the caption", "In the alt text of photo 1", "In the file name of photo 1")
    assert [finding.evidence.startswith(field) for finding, field in zip(found, fields, strict=True)] == [True] * 3
    assert {finding.person_id for finding in found} == {1}


def test_law_2_short_names_that_cannot_be_read_leave_the_words_unchecked_and_every_page_working(school: School) -> None:
    school.parts.settings.nicknames_file.mkdir()
    assert school.browser(Role.TEACHER).get("/posts/new").status_code == 200
    post_id = school.submit(caption="Well done Sersh")
    school.run_checks(post_id)
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.UNCHECKED]
