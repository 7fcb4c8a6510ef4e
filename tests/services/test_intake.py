"""Law 12: what is unusable is named with the reason, and everything else is kept."""

import pytest

from moderation.media.photo import Photo as Picture
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import NotYours, Refused, State
from moderation.services import accounts, cases, draft_looks, intake
from moderation.services.intake import Upload, Words
from moderation.services.work import NotFound
from tests.builders import School
from tests.services.moments import actions, small_photo

GOOD = small_photo()


@pytest.fixture(scope="module")
def pictures() -> list[tuple[str, Picture]]:
    """Twelve different photos, taken in once."""
    prepared, problems = intake.prepare([Upload(f"{n}.png", small_photo(n * 20)) for n in range(12)])
    assert not problems
    return prepared


def photos(school: School, post_id: int) -> list[str]:
    return [photo.file_name for photo in school.post(post_id).photos]


def add(school: School, post_id: int, prepared: list[tuple[str, Picture]]) -> list[str]:
    with school.parts.work() as work:
        return intake.add_photos(work, school.teacher, post_id, prepared)


def test_law_12_unusable_files_are_named_with_the_reason_and_the_others_are_kept() -> None:
    bad = [Upload("notes.docx", b"PK\3\4 not a picture"), Upload("empty.jpg", b""), Upload("cut off.png", GOOD[:200])]
    usable, problems = intake.prepare([Upload("one.png", GOOD), *bad, Upload("two.png", small_photo(50))])
    assert [name for name, _ in usable] == ["one.png", "two.png"]
    assert [problem.split(": ")[0] for problem in problems] == ["notes.docx", "empty.jpg", "cut off.png"]
    assert all(problem.split(": ", 1)[1][0].isupper() and problem.endswith(".") for problem in problems)


def test_no_files_at_all_are_no_problem() -> None:
    assert intake.prepare([]) == ([], [])


def test_law_12_the_eleventh_photo_is_named_and_ten_are_kept(
    school: School, pictures: list[tuple[str, Picture]]
) -> None:
    post_id = school.draft()
    problems = add(school, post_id, pictures)
    assert [problem.split(":")[0] for problem in problems] == ["10.png", "11.png"]
    assert all("can hold 10 photos" in problem for problem in problems)
    assert photos(school, post_id) == [f"{n}.png" for n in range(10)]
    assert "can hold 10 photos" in add(school, post_id, pictures[:1])[0]


def test_law_12_a_photo_that_is_there_already_is_named(school: School, pictures: list[tuple[str, Picture]]) -> None:
    post_id = school.draft()
    problems = add(school, post_id, [pictures[0], pictures[1], ("again.png", pictures[0][1])])
    assert problems == ["again.png: this photo is in the post already."]
    assert "1.png: this photo is in the post already." in add(school, post_id, [pictures[1]])
    assert photos(school, post_id) == ["0.png", "1.png"]


def test_law_12_saving_keeps_words_photos_and_what_was_there(
    school: School, pictures: list[tuple[str, Picture]]
) -> None:
    with school.parts.work() as work:
        words = Words("Sports day", (school.account.id,))
        post, problems = intake.save(work, school.teacher, None, words, pictures[:1])
        post_id = post.id
    assert problems == []
    first = school.post(post_id).photos[0].id
    with school.parts.work() as work:
        words = Words("x" * 60_001, (school.account.id, 999), {first: "y" * 2_001})
        post, problems = intake.save(work, school.teacher, post_id, words, pictures[:2])
    assert len(problems) == 3
    assert "caption is longer than 60,000" in problems[0]
    assert "description is longer than 2,000" in problems[1]
    assert "0.png: this photo is in the post already" in problems[2]
    post = school.post(post_id)
    assert (len(post.caption), len(post.photos[0].alt_text)) == (60_000, 2_000)
    assert photos(school, post_id) == ["0.png", "1.png"]
    assert [account.id for account in post.accounts] == [school.account.id]


def test_alt_texts_that_were_not_sent_stay_as_they_were(school: School) -> None:
    post_id = school.draft(GOOD)
    with school.parts.work() as work:
        intake.save_words(work, school.teacher, post_id, Words("Only the caption", (school.account.id,)))
    assert school.post(post_id).photos[0].alt_text == "What the photo shows"


def test_an_account_that_is_closed_cannot_be_chosen(school: School) -> None:
    post_id = school.draft()
    with school.parts.work() as work:
        accounts.close(work, school.people[Role.ADMINISTRATOR], school.account.id, "We leave it.")
        intake.save_words(work, school.teacher, post_id, Words("A good day.", (school.account.id,)))
    with pytest.raises(Refused, match="at least one account"), school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)


def test_law_12_what_is_missing_is_said_and_the_draft_is_kept(school: School) -> None:
    for words, sentence in (
        (Words("  ", (school.account.id,)), "Write a caption or add a photo"),
        (Words("A good day.", ()), "at least one account"),
    ):
        with school.parts.work() as work:
            post_id = intake.save(work, school.teacher, None, words, [])[0].id
        with pytest.raises(Refused, match=sentence), school.parts.work() as work:
            intake.submit(work, school.teacher, post_id)
        assert school.state(post_id) is State.DRAFT
        assert school.post(post_id).caption == words.caption


def test_a_photo_without_a_description_cannot_be_handed_in(school: School) -> None:
    post_id = school.draft(GOOD)
    with school.parts.work() as work:
        cases.get(work, post_id).photos[0].alt_text = " "
    with pytest.raises(Refused, match="needs a description"), school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)


def test_a_photo_taken_out_of_a_draft_can_be_put_back(school: School, pictures: list[tuple[str, Picture]]) -> None:
    post_id = school.draft()
    add(school, post_id, pictures[:10])
    photo = school.post(post_id).photos[3]
    with school.parts.work() as work:
        intake.remove_photo(work, school.teacher, post_id, photo.id)
        with pytest.raises(NotFound):
            intake.remove_photo(work, school.teacher, post_id, photo.id)
    assert "3.png" not in photos(school, post_id)
    with school.parts.work() as work:
        intake.restore_photo(work, school.teacher, post_id, photo.id)
    assert photos(school, post_id) == [f"{n}.png" for n in range(10)], "where it was"
    assert actions(school, post_id)[-3:] == ["photo removed", "photo put back", draft_looks.LOOKED_AT]


def test_a_photo_is_not_put_back_twice_or_over_the_limit(school: School, pictures: list[tuple[str, Picture]]) -> None:
    post_id = school.draft()
    add(school, post_id, pictures[:10])
    gone = school.post(post_id).photos[0].id
    with school.parts.work() as work:
        intake.remove_photo(work, school.teacher, post_id, gone)
        assert intake.add_photos(work, school.teacher, post_id, pictures[10:11]) == []
        with pytest.raises(Refused, match="can hold 10 photos"):
            intake.restore_photo(work, school.teacher, post_id, gone)
    other = school.draft()
    add(school, other, pictures[:1])
    first = school.post(other).photos[0].id
    with school.parts.work() as work:
        intake.remove_photo(work, school.teacher, other, first)
        assert intake.add_photos(work, school.teacher, other, pictures[:1]) == []
        with pytest.raises(NotFound):  # the same picture is there again
            intake.restore_photo(work, school.teacher, other, first)


def test_law_3_nobody_changes_or_moves_another_person_s_post(school: School) -> None:
    post_id = school.draft()
    stranger = school.others[Role.TEACHER]
    with school.parts.work() as work:
        for attempt in (
            lambda: intake.save_words(work, stranger, post_id, Words("Mine")),
            lambda: intake.add_photos(work, stranger, post_id, []),
            lambda: intake.submit(work, stranger, post_id),
            lambda: intake.take_back(work, stranger, post_id),
            lambda: intake.discard(work, stranger, post_id),
            lambda: intake.remove_photo(work, stranger, post_id, 1),
            lambda: intake.restore_photo(work, stranger, post_id, 1),
        ):
            with pytest.raises(NotFound):
                attempt()
    assert school.post(post_id).caption == "A good day."


@pytest.mark.parametrize("role", sorted(SIGN_INS))
def test_law_3_staff_write_posts_and_the_administrator_does_not(school: School, role: Role) -> None:
    with school.parts.work() as work:
        if role is Role.ADMINISTRATOR:
            with pytest.raises(NotYours):
                intake.create(work, school.people[role])
        else:
            assert intake.create(work, school.people[role]).author_id == school.people[role].id


def test_law_1_a_post_that_is_with_others_cannot_be_changed_under_their_eyes(school: School) -> None:
    for post_id in (school.submit(), school.in_review(), school.released(), school.live()):
        with pytest.raises(Refused, match="Take it back first"), school.parts.work() as work:
            intake.save_words(work, school.teacher, post_id, Words("Another caption"))


def test_what_was_taken_back_and_handed_in_again_unchanged_keeps_its_checks_but_no_approval(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.submit(work, school.teacher, post_id)
        assert work.bells == []
        assert cases.standing_approval(work, cases.get(work, post_id)) is None
    assert school.state(post_id) is State.IN_REVIEW
