"""Looking back: every live post that shows somebody is found, as a search by brute force finds it, and nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from moderation.db.models import Account, LookBack, LookBackPost, Person, Post, Tag
from moderation.demo.lawful import lawful
from moderation.detect import faces, text
from moderation.media import photo as pictures
from moderation.queue import Job
from moderation.rules.findings import RESOLUTIONS, Box, Detector, Kind, Sighting
from moderation.rules.looking_back import Cause, Reason, Way
from moderation.rules.names import fold
from moderation.rules.roles import Actor
from moderation.rules.workflow import State
from moderation.services import (
    cases,
    checks,
    enrolment,
    intake,
    lookback,
    matching,
    permissions,
    publishing,
    register,
    review,
    tagging,
    takedowns,
    withdrawal,
)
from moderation.services.lookback import Progress
from moderation.services.looking import Lists, Looker
from tests.builders import LINK, School, listed_portrait, named_certificate, stranger_portrait
from tests.services.moments import Quick, later, run, small_photo
from tests.services.test_renditions import account, wide_photo
from tests.services.test_withdrawal import draft_of, grant, withdrawn
from tests.web.pages import small
from workers import jobs


def live(
    school: School,
    *photos: bytes,
    caption: str = "A good day.",
    alt_text: str = "",
    tagged: Person | None = None,
    accounts: Sequence[Account] = (),
    author: Actor | None = None,
    approver: Actor | None = None,
) -> int:
    """A live post whose pictures the checks of then saw nothing in."""
    author = author or school.teacher
    post_id = school.draft(*photos, caption=caption, author=author)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.accounts = [*post.accounts, *map(work.session.merge, accounts)]
        for photo in post.photos:
            photo.alt_text = alt_text or photo.alt_text
        if tagged:
            tagging.tag(work, author, post_id, [tagged.id])
        intake.submit(work, author, post_id)
    if photos:
        run(school, Quick(), post_id)
    school.run_checks(post_id)
    settle(school, post_id, approver or school.head)
    school.approve(post_id, approver)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        links = {account.id: LINK for account in cases.get(work, post_id).accounts}
        publishing.mark_live(work, school.manager, post_id, links)
    return post_id


def settle(school: School, post_id: int, approver: Actor) -> None:
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        for finding in checks.findings(work, post):
            word = review.Word(RESOLUTIONS[finding.kind][0], "I looked closely")
            review.settle(work, approver, post_id, [finding.id], word, cases.digest_of(work, post))


def start(school: School, person: Person, cause: Cause = Cause.BY_HAND) -> int:
    with school.parts.work() as work:
        return withdrawal.start(work, school.data_lead, person.id, cause).id


def look_on(school: School, look_back_id: int, looker: Looker | None = None) -> int:
    return lookback.run(school.parts.work, school.parts.reading, looker or school.parts.looker, look_back_id)


def result(school: School, look_back_id: int) -> Progress:
    with school.parts.reading() as work:
        found = lookback.progress(work, work.session.get_one(LookBack, look_back_id))
        assert all(row.post for row in found.found)
        return found


def found(school: School, look_back_id: int) -> dict[int, tuple[Way, ...]]:
    return {row.post_id: row.ways for row in result(school, look_back_id).found}


def tasks(school: School) -> set[tuple[int, Reason]]:
    with school.parts.reading() as work:
        return {(task.post.id, task.takedown.reason) for task in takedowns.waiting(work)}


def by_brute_force(school: School, person: Person, reference: bytes) -> set[int]:
    """Every live post in turn: is it tagged, do its words hold the name, is it read in a picture, is the face there?"""
    engine, name = school.parts.looker.faces, fold(person.surname)
    own = faces.enrol(engine, pictures.pixels(pictures.ingest(reference).jpeg)).encoding
    shows = set()
    with school.parts.reading() as work:
        for post in work.session.scalars(select(Post)):
            if post.state is not State.LIVE:
                continue
            words = [post.caption, *(photo.alt_text for photo in post.photos)]
            there = work.session.get(Tag, (post.id, person.id)) is not None or any(name in fold(one) for one in words)
            for photo in post.photos:
                rgb = pictures.pixels(work.store.get(photo.media_key))
                there |= any(name in fold(line.text) for line in text.read(school.parts.looker.text, rgb))
                encodings = engine.encode(rgb, engine.find(rgb))
                there |= any(np.linalg.norm(encodings - own, axis=1) < 0.5)
            shows |= {post.id} if there else set()
    return shows


def test_a_look_back_finds_exactly_what_a_brute_force_search_finds(school: School) -> None:
    reference, face = small(listed_portrait(0)), small(listed_portrait(1))
    harvey = school.person("H1", "Harvey", "Pemberton")
    grant(school, harvey)
    ways = {
        live(school, tagged=harvey): (Way.TAG,),
        live(school, caption="Well run, Harvey Pemberton!"): (Way.WORDS,),
        live(school, small_photo(), alt_text="Harvey Pemberton with a cup"): (Way.WORDS,),
        live(school, small(named_certificate())): (Way.WRITING,),
        live(school, face): (Way.FACE,),
    }
    live(school, small(stranger_portrait()))
    live(school, small(named_certificate("Ines Castellan")))
    live(school, caption="Our pear trees are in flower.")
    gone = live(school, caption="Harvey Pemberton won.")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, gone, "A slip.")
    draft_of(school, harvey, caption="Harvey Pemberton")
    person = _listed_with_reference(school, harvey, reference)
    look_back = start(school, person)
    look_on(school, look_back)
    assert found(school, look_back) == ways
    assert set(found(school, look_back)) == by_brute_force(school, person, reference)
    sure = {post_id for post_id, how in ways.items() if Way.TAG in how}
    assert tasks(school) == {
        (post_id, Reason.MUST_NOT_APPEAR if post_id in sure else Reason.LOOK_FIRST) for post_id in ways
    }
    assert result(school, look_back).uncompared == 0


def test_a_name_that_was_read_only_in_the_part_that_a_network_gets_is_found(school: School) -> None:
    harvey = school.person("H1", "Harvey", "Pemberton")
    read = Sighting(Detector.NAMES, Kind.NAME_MATCH, Box(5, 5, 60, 40), subject=str(harvey.id), evidence="a name")
    school.parts = replace(school.parts, looker=Quick(read))
    shown = live(school, wide_photo(), accounts=[account(school, "Instagram")])
    look_back = start(school, harvey)
    look_on(school, look_back, Quick())
    assert found(school, look_back) == {shown: (Way.WRITING,)}


class OnlyInCrops(Quick):
    """Sees nothing in a wide picture."""

    def look(self, rgb: np.ndarray, lists: Lists, known: Collection[Detector] = ()) -> list[Sighting]:
        height, width = rgb.shape[:2]
        return super().look(rgb, lists, known) if width < 2 * height else []


def test_law_2_the_part_that_a_network_gets_is_looked_at_too(school: School) -> None:
    """It shows less than the photo; but a check may see in it what it missed in the whole."""
    harvey = school.person("H1", "Harvey", "Pemberton")
    read = Sighting(Detector.NAMES, Kind.NAME_MATCH, Box(5, 5, 60, 40), subject=str(harvey.id), evidence="a name")
    school.parts = replace(school.parts, looker=Quick())
    shown = live(school, wide_photo(), accounts=[account(school, "Instagram")])
    look_back = start(school, harvey)
    look_on(school, look_back, OnlyInCrops(read))
    assert found(school, look_back) == {shown: (Way.WRITING,)}


def _listed_with_reference(school: School, person: Person, reference: bytes) -> Person:
    with school.parts.work() as work:
        form = register.PersonForm("H1", "Harvey", "Pemberton", no_publish=True)
        person = register.save(work, school.data_lead, form, person.id)
        school.permit(work, person)
    judged = enrolment.enrol(school.parts.looker, reference)
    with school.parts.work() as work:
        enrolment.add_reference(work, school.data_lead, person.id, judged)
    return person


def test_law_8_a_look_back_that_was_interrupted_goes_on_where_it_was(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    posts = [live(school, small_photo(shade)) for shade in (10, 20, 30)]
    look_back = start(school, ada)

    class Broken(Quick):
        def look(self, *args: object, **more: object) -> list[Sighting]:
            if self.looks == 1:
                raise KeyboardInterrupt  # the worker is killed
            return super().look(*args, **more)  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        look_on(school, look_back, Broken())
    assert (result(school, look_back).looked, result(school, look_back).posts) == (1, 3)
    rest = Quick()
    assert look_on(school, look_back, rest) == 1  # one is left; the third is still held by the lost worker
    with later(school, seconds=300) as work:
        work.session.get_one(LookBackPost, (look_back, posts[1])).lease_until = None
    assert look_on(school, look_back, rest) == 1
    assert result(school, look_back).look_back.ended_at
    assert look_on(school, look_back, rest) == 0
    assert rest.looks == 2


def test_law_2_a_picture_that_breaks_the_look_is_listed_and_has_to_be_looked_at(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = live(school, small_photo())
    look_back = start(school, ada)
    with school.parts.work() as work:
        work.session.get_one(LookBackPost, (look_back, post_id)).runs = lookback.MOST_RUNS
    look_on(school, look_back, Quick())
    assert found(school, look_back) == {post_id: (Way.UNCHECKED,)}
    broken = Quick(Sighting(Detector.NAMES, Kind.UNCHECKED, evidence="It broke."))
    again = start(school, ada)
    look_on(school, again, broken)
    assert found(school, again) == {post_id: (Way.UNCHECKED,)}
    assert tasks(school) == {(post_id, Reason.LOOK_FIRST)}


def test_law_9_without_permission_to_match_faces_are_not_looked_at(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", no_publish=True)
    post_id = live(school, small_photo())
    seen = Quick(
        Sighting(Detector.FACES, Kind.FACE_MATCH, subject=str(ada.id)),
        Sighting(Detector.NAMES, Kind.TEXT_UNREADABLE),
    )
    look_back = start(school, ada)
    look_on(school, look_back, seen)
    assert seen.asked == {Detector.NAMES}
    assert found(school, look_back) == {}
    assert [row.post_id for row in result(school, look_back).unclear] == [post_id]
    assert result(school, look_back).uncompared == 1


def test_what_was_started_anew_meanwhile_is_not_written_down_for_the_first_look(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    live(school, small_photo())
    look_back = start(school, ada)

    class Meanwhile(Quick):
        def look(self, *args: object, **more: object) -> list[Sighting]:
            if not self.looks:
                assert start(school, ada) == look_back
            return super().look(*args, **more)  # type: ignore[arg-type]

    looker = Meanwhile()
    assert look_on(school, look_back, looker) == 1
    assert looker.looks == 2


def test_the_tasks_of_who_is_tagged_open_with_the_withdrawal_itself_and_only_where_it_holds(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    permission = grant(school, ada)
    post_id = live(school, tagged=ada)
    start(school, ada)
    assert tasks(school) == set()  # she may appear: it is listed, and nothing has to be taken down
    withdrawn(school, ada, permission)
    assert tasks(school) == {(post_id, Reason.MUST_NOT_APPEAR)}


def test_asked_out_of_one_day_concerns_that_days_posts_alone(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    grant(school, ada)
    old, today = live(school, tagged=ada), live(school, tagged=ada)
    with school.parts.work() as work:
        for publication in cases.publications(work, cases.get(work, old)):
            publication.at -= timedelta(days=3)
        cases.get(work, old).taken_on = work.today - timedelta(days=3)
        permissions.exclude_today(work, school.teacher, ada.id)
    assert tasks(school) == {(today, Reason.MUST_NOT_APPEAR)}
    look_back = start(school, ada)
    assert set(found(school, look_back)) == {old, today}
    assert tasks(school) == {(today, Reason.MUST_NOT_APPEAR)}


def test_the_sweep_rings_again_for_a_look_back_whose_bell_was_lost(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    live(school)
    look_back = start(school, ada)
    with later(school, seconds=11) as work:
        assert lookback.ring_again(work) == 1
        assert work.bells == [(Job.LOOK_BACK, (look_back,))]  # law 10: ids alone
    look_on(school, look_back)
    with later(school, seconds=60) as work:
        assert lookback.ring_again(work) == 0


def test_the_job_of_the_queue_looks_on(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    live(school)
    look_back = start(school, ada)
    jobs.use(school.parts)
    assert [jobs.look_back(look_back), jobs.look_back(look_back)] == [1, 0]
    assert result(school, look_back).look_back.ended_at


def test_law_9_where_the_school_is_strict_a_post_with_somebody_who_may_not_be_matched_is_not_compared(
    school: School,
) -> None:
    harvey = school.person("H1", "Harvey", "Pemberton", references=[small(listed_portrait(0))])
    friend = school.person("B2", "Ben", "Fenn")
    grant(school, friend)
    grace = school.person("G1", "Grace", "Lowell")
    grant(school, grace)
    posts = live(school, small_photo(1), tagged=grace), live(school, small_photo(2), tagged=friend)
    with school.parts.work() as work:
        matching.record(work, school.data_lead, replace(lawful(work.today), strict=True))
        school.permit(work, grace)
    look_back = start(school, harvey)
    look_on(school, look_back, Quick(Sighting(Detector.FACES, Kind.FACE_MATCH, subject=str(harvey.id))))
    assert found(school, look_back) == {posts[0]: (Way.FACE,)}
    assert result(school, look_back).uncompared == 1
