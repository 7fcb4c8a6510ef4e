"""A change of the list or of the roll: what is still current is kept, only the rest is looked at again."""

from dataclasses import replace

from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.workflow import State
from moderation.services import register, review, roster, sweep
from moderation.services.register import PersonForm
from tests.builders import School
from tests.services.moments import Quick, small_photo

FACE = Sighting(Detector.FACES, Kind.FACE_POSSIBLE, Box(10, 10, 40, 50), evidence="0.52 from reference photo 1 of 1")
NAME = Sighting(Detector.NAMES, Kind.NAME_POSSIBLE, Box(50, 60, 90, 80), evidence="reads “Ada”")


def seen_by(school: School, *sightings: Sighting) -> tuple[School, Quick]:
    quick = Quick(*sightings)
    return replace(school, parts=replace(school.parts, looker=quick)), quick


def recheck(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW


def settled(school: School, post_id: int) -> dict[Kind, Resolution | None]:
    return {finding.kind: finding.resolution for finding in school.findings(post_id)}


def test_a_new_name_on_the_roll_leaves_the_faces_and_what_was_said_of_them(school: School) -> None:
    watched, quick = seen_by(school, FACE, NAME)
    post_id = watched.in_review(small_photo())
    watched.settle_all(post_id)
    watched.person("P1", "Ada", "Lovelace")
    recheck(watched, post_id)
    assert quick.asked == {Detector.NAMES}
    assert settled(watched, post_id) == {Kind.FACE_POSSIBLE: Resolution.FALSE_ALARM, Kind.NAME_POSSIBLE: None}


def test_a_change_of_the_list_leaves_the_names_and_looks_at_every_face_again(school: School) -> None:
    watched, quick = seen_by(school, FACE, NAME)
    watched.person("P1", "Ada", "Lovelace")
    post_id = watched.in_review(small_photo())
    watched.settle_all(post_id)
    with watched.parts.work() as work:
        work.register_version.list_version += 1
    recheck(watched, post_id)
    assert quick.asked == {Detector.FACES}
    assert settled(watched, post_id) == {Kind.FACE_POSSIBLE: None, Kind.NAME_POSSIBLE: Resolution.FALSE_ALARM}


def test_what_broke_is_never_kept(school: School) -> None:
    """Law 2."""
    broken = Sighting(Detector.FACES, Kind.UNCHECKED, evidence="The check for faces failed.")
    watched, quick = seen_by(school, broken, NAME)
    post_id = watched.in_review(small_photo())
    with watched.parts.work() as work:
        work.register_version.roll_version += 1
    recheck(watched, post_id)
    assert quick.asked == {Detector.FACES, Detector.NAMES}


def test_an_unchanged_save_checks_nothing_again(school: School) -> None:
    watched, _ = seen_by(school)
    watched.person("P1", "Ada", "Lovelace")
    post_id = watched.in_review(small_photo())
    with watched.parts.work() as work:
        before = (work.register_version.list_version, work.register_version.roll_version)
        (person,) = roster.named(work)
        register.save(work, watched.data_lead, PersonForm("P1", "Ada", "Lovelace"), person.id)
        assert (work.register_version.list_version, work.register_version.roll_version) == before
        assert sweep.overdue(work) == []
    assert watched.state(post_id) is State.IN_REVIEW


def test_several_unclear_faces_are_settled_in_one_stroke_with_one_reason(school: School) -> None:
    unclear = [Sighting(Detector.FACES, Kind.FACE_UNCLEAR, Box(10 * n, 5, 10 * n + 8, 15)) for n in range(1, 8)]
    watched, _ = seen_by(school, *unclear)
    post_id = watched.in_review(small_photo())
    ids = [finding.id for finding in watched.findings(post_id)]
    with watched.parts.work() as work:
        word = review.Word(Resolution.LOOKED_AT, "The faces at the back: none is a child on the list")
        review.settle(work, watched.head, post_id, ids, word, watched.digest(post_id))
    assert {(f.resolution, f.reason) for f in watched.findings(post_id)} == {(word.resolution, word.reason)}
    watched.approve(post_id)
