"""Retention by rule: previewed, then gone with a certificate, and gone again after a restore."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy, copytree

import pytest
from sqlalchemy import select

from moderation.db.engine import empty_log
from moderation.db.models import (
    Approval,
    Base,
    DayExclusion,
    Finding,
    MatchingAnswer,
    MatchingPermission,
    Permission,
    Person,
    Photo,
    Publication,
    PurgeEntry,
    Scan,
    Tag,
    Takedown,
)
from moderation.rules.consent import Giver, Word
from moderation.rules.looking_back import Reason
from moderation.rules.retention import Rule, Schedule, months_before
from moderation.rules.workflow import Action, Stale, State
from moderation.services import (
    audit,
    cases,
    evidence,
    intake,
    permissions,
    publishing,
    purge_ledger,
    purging,
    register,
    retention,
    review,
    tagging,
)
from moderation.services.permissions import PermissionForm
from moderation.services.work import Mistake, NotFound
from moderation.settings import load
from moderation.wiring import wire
from tests import buckets, postgresql
from tests.builders import School, listed_portrait
from tests.services.moments import actions, later, rows, small_photo

YEARS = 5 * 366


def due(school: School, rule: Rule, **passed: float) -> list[int]:
    with later(school, **passed) as work:
        return [item.item_id for item in retention.preview(work).due[rule]]


def purge(school: School, **passed: float) -> int | None:
    with later(school, **passed) as work:
        return retention.purge(work, school.data_lead)


def files(school: School) -> set[str]:
    return set(school.parts.store.keys())


def taken_down(school: School, *photos: bytes) -> int:
    post_id = school.live(*photos, caption="Was live.")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "The family asked.")
    return post_id


def leaver(school: School, protected_until: date | None = None) -> Person:
    person = school.person("A1", "Ada", "Quill", class_name="4B", references=[listed_portrait()])
    form = PermissionForm(Word.GRANTED, Giver.PARENT_1, date(2020, 1, 1))
    with school.parts.work() as work:
        evidence = permissions.prepare_evidence(b"%PDF-1.4 signed")
        permissions.record(work, school.data_lead, person.id, form, evidence)
        permissions.exclude_today(work, school.teacher, person.id)
        register.leave(work, school.data_lead, person.id)
        work.session.get_one(Person, person.id).protected_until = protected_until
    return person


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 30), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_a_draft_is_due_after_its_months_and_not_while_somebody_works_on_it(school: School) -> None:
    post_id = school.draft(small_photo())
    assert due(school, Rule.DRAFTS, days=360) == []
    assert due(school, Rule.DRAFTS, days=370) == [post_id]
    with later(school, days=300) as work:
        intake.remove_photo(work, school.teacher, post_id, cases.get(work, post_id).photos[0].id)
    assert due(school, Rule.DRAFTS, days=370) == []


def test_a_purged_post_leaves_its_number_dates_digests_and_audit_rows_and_nothing_else(school: School) -> None:
    post_id = taken_down(school, small_photo())
    (photo,) = school.post(post_id).photos
    with school.parts.work() as work:
        publication = work.session.scalars(select(Publication.id).where(Publication.post_id == post_id)).one()
        words = {"said": "Ada’s mother rang", "proof": "Ada is gone from there"}
        work.session.add(
            Takedown(publication_id=publication, reason=Reason.ASKED_FOR, found="", opened_at=work.now, **words)
        )
    before, approvals = len(actions(school, post_id)), rows(school, Approval)
    number = purge(school, days=YEARS)
    assert number == 1
    assert school.state(post_id) is State.PURGED
    assert photo.media_key not in files(school)
    assert [rows(school, table) for table in (Photo, Scan, Finding, Tag)] == [0, 0, 0, 0]
    assert rows(school, Approval) == approvals
    assert actions(school, post_id)[before:] == ["purge"]
    assert (school.post(post_id).caption, school.post(post_id).note) == ("", "")
    with school.parts.reading() as work:
        (entry,) = retention.certificate(work, 1).entries
        assert (entry.item_id, entry.keys, entry.rule) == (post_id, [photo.media_key], Rule.POSTS)
        assert audit.verify(work.session) is None
        left = work.session.scalars(select(Takedown)).one()
        assert (left.said, left.proof) == ("", "")


def test_a_live_post_is_never_purged_but_named_as_one_to_take_down_first(school: School) -> None:
    post_id = school.live(small_photo())
    with later(school, days=YEARS) as work:
        found = retention.preview(work)
    assert found.count == 0
    assert [item.item_id for item in found.take_down_first] == [post_id]
    assert found.take_down_first[0].links == ("https://social.example/1",)
    assert purge(school, days=YEARS) is None


def test_originals_go_after_publication_and_what_went_out_stays(school: School) -> None:
    post_id = school.in_review(small_photo(10), small_photo(200))
    removed, kept = school.post(post_id).photos
    with school.parts.work() as work:
        review.remove_photo(work, school.head, post_id, removed.id, school.digest(post_id))
    school.to_the_kit(post_id)
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: "https://social.example/1"})
    assert due(school, Rule.ORIGINALS, days=60) == []
    assert due(school, Rule.ORIGINALS, days=120) == [post_id]
    purge(school, days=120)
    assert removed.media_key not in files(school)
    assert kept.media_key in files(school)
    assert [photo.id for photo in school.post(post_id).every_photo] == [kept.id]
    assert due(school, Rule.ORIGINALS, days=120) == []


def test_a_file_that_another_post_shows_too_stays_until_that_one_goes(school: School) -> None:
    gone, kept = school.draft(small_photo()), school.draft(small_photo())
    (photo,) = school.post(kept).photos
    with later(school, days=300) as work:
        audit.append(work, school.teacher, "people tagged", kept)  # somebody works on it
    purge(school, days=370)
    assert (school.state(gone), school.state(kept)) == (State.PURGED, State.DRAFT)
    assert photo.media_key in files(school)
    purge(school, days=YEARS)
    assert photo.media_key not in files(school)


@postgresql.sqlite_only
def test_a_leaver_stays_while_protected_and_then_only_the_number_is_left(school: School) -> None:
    with school.parts.reading() as work:
        today = work.today
    person = leaver(school, protected_until=today + timedelta(days=1000))
    assert due(school, Rule.LEAVERS, days=1300) == []
    assert due(school, Rule.LEAVERS, days=1400) == [person.id]
    sealed = files(school)
    assert len(sealed) == 1, "the evidence; the face went on leaving"
    purge(school, days=YEARS)
    assert files(school) == set()
    assert [rows(school, table) for table in (Permission, DayExclusion, MatchingPermission, MatchingAnswer)] == [0] * 4
    with school.parts.reading() as work:
        left = work.session.get_one(Person, person.id)
        assert (left.key, left.forename, left.surname, left.key_id) == (f"erased {person.id}", "", "", None)
        with pytest.raises(NotFound):
            register.get(work, person.id)
    empty_log(school.parts.engine)  # as the sweep does every few seconds
    database = school.parts.settings.instance.glob("gatepost.sqlite3*")
    assert not any(b"Quill" in path.read_bytes() for path in database)


def test_a_day_asked_out_stays_while_a_kept_post_rests_on_it(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    with school.parts.work() as work:
        permissions.exclude_today(work, school.teacher, ada.id)
    post_id = school.draft()
    with school.parts.work() as work:
        tagging.save(work, school.teacher, post_id, tagging.People(shown=(ada.id,), ticked=(ada.id,)))
        retention.set_schedule(work, school.data_lead, Schedule({Rule.DAYS: 1}))
    assert due(school, Rule.DAYS, days=70) == []
    with school.parts.work() as work:
        tagging.save(work, school.teacher, post_id, tagging.People(shown=(ada.id,)))
    assert len(due(school, Rule.DAYS, days=70)) == 1


def test_nothing_goes_that_was_not_in_the_preview(school: School) -> None:
    school.draft()
    with later(school, days=400) as work:
        seen = retention.preview(work).digest
    second = school.draft()
    with pytest.raises(Stale), later(school, days=400) as work:
        retention.purge(work, school.data_lead, seen)
    assert school.state(second) is State.DRAFT
    assert rows(school, PurgeEntry) == 0


def test_more_than_go_at_once_are_named_and_come_next(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_AT_ONCE", 2)
    drafts = [school.draft() for _ in range(3)]
    with later(school, days=400) as work:
        found = retention.preview(work)
        assert ([item.item_id for item in found.due[Rule.DRAFTS]], found.more) == (drafts[:2], True)
        retention.purge(work, school.data_lead, found.digest)
    with later(school, days=400) as work:
        found = retention.preview(work)
        assert ([item.item_id for item in found.due[Rule.DRAFTS]], found.more) == (drafts[2:], False)
        assert [(given.number, given.things) for given in retention.certificates(work)] == [(1, 2)]


def test_the_oldest_live_posts_are_named_first_by_the_account_they_went_to_last(school: School) -> None:
    first, second = school.live(small_photo(1)), school.live(small_photo(2))
    with school.parts.work() as work:
        one = work.session.scalars(select(Publication).where(Publication.post_id == first)).one()
        other = work.session.scalars(select(Publication).where(Publication.post_id == second)).one()
        more = school.add_account(work, "facebook", "another page")
        one.at, other.at = work.now - timedelta(days=9), work.now - timedelta(days=8)
        values = {"link": one.link, "user_id": one.user_id, "at": work.now - timedelta(days=7)}
        work.session.add(Publication(post_id=first, account_id=more.id, **values))
    with later(school, days=YEARS) as work:
        assert [item.item_id for item in retention.preview(work).take_down_first] == [second, first]


def test_the_program_purges_only_where_the_school_has_switched_it_on_and_once_a_day(school: School) -> None:
    school.draft()
    with later(school, days=400) as work:
        assert retention.daily(work) is None
    with school.parts.work() as work:
        retention.set_schedule(work, school.data_lead, Schedule({Rule.DRAFTS: 12}, by_itself=True))
    with later(school, days=400) as work:
        assert retention.daily(work) == 1
        assert retention.done_by(work, 1) == "the program, as the school has set it"
    school.draft()
    with later(school, days=400) as work:
        assert retention.daily(work) is None
    with later(school, days=801) as work:
        assert retention.daily(work) == 2


def test_a_rule_without_months_keeps_everything_and_odd_numbers_are_refused(school: School) -> None:
    school.draft()
    with school.parts.work() as work:
        retention.set_schedule(work, school.data_lead, Schedule({}))
    assert purge(school, days=YEARS) is None
    with pytest.raises(Mistake), school.parts.work() as work:
        retention.set_schedule(work, school.data_lead, Schedule({Rule.DRAFTS: 241}))


def restored(school: School, backup: Path) -> School:
    """The school from a backup that was made before the purge; the ledger's copy stands outside of it."""
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    copy(school.parts.settings.purged_file, backup)
    return replace(school, parts=replace(wire(load({}, instance=backup)), looker=school.parts.looker))


def caught_up(school: School) -> int:
    with school.parts.work() as work:
        return retention.catch_up(work, school.parts.purged)


@postgresql.sqlite_only
def test_what_a_restored_backup_brings_back_is_purged_again(school: School, tmp_path: Path) -> None:
    person = leaver(school)
    draft = school.draft(small_photo(20))
    published = school.live(small_photo(40))
    backup = tmp_path / "backup"
    copytree(school.parts.settings.instance, backup)
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, published, "It is old.")
    purge(school, days=YEARS)
    again = restored(school, backup)
    assert (len(files(again)), rows(again, Photo), again.state(published)) == (3, 2, State.LIVE)
    assert caught_up(again) == 4
    assert (files(again), rows(again, Photo), rows(again, Permission), rows(again, DayExclusion)) == (set(), 0, 0, 0)
    assert (again.state(draft), again.state(published)) == (State.PURGED, State.PURGED)
    with school.parts.reading() as before, again.parts.reading() as after:
        assert after.session.get_one(Person, person.id).surname == ""
        assert [entry.media for entry in purge_ledger.of_certificate(before, 1)] == [
            entry.media for entry in purge_ledger.of_certificate(after, 1)
        ]
        assert audit.verify(after.session) is None
    assert caught_up(again) == 0


@buckets.folder_only
def test_a_line_of_the_copy_that_was_cut_short_is_written_again(school: School) -> None:
    path = school.parts.settings.purged_file
    school.draft()
    purge(school, days=400)
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    assert path.read_bytes().endswith(b"\n" + whole)


def test_files_that_a_power_cut_left_behind_are_deleted_later(school: School) -> None:
    post_id = school.draft(small_photo())
    (photo,) = school.post(post_id).photos
    data = school.parts.store.get(photo.media_key)
    purge(school, days=400)
    school.parts.store.put(data)
    with later(school, days=400) as work:
        retention.finish_deleting(work)
    assert files(school) == set()


def test_every_table_that_points_at_what_is_purged_was_thought_of() -> None:
    gone = {table.__tablename__ for table in purging.GOES} | purging.GOES_WITH_THE_FACE
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in gone | {"people", "posts"}
    }
    assert pointing == gone | purging.STAYS


def test_an_evidence_pack_makes_no_post_younger(school: School) -> None:
    """It only reads the post: the time for which a rejected one is kept goes on."""
    post_id = school.submit()
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.STOP, "Not this one")
    with later(school, days=364) as work:
        evidence.make(work, school.data_lead, "Our school", post_id, evidence.Asked())
    assert due(school, Rule.REJECTED, days=370) == [post_id]
