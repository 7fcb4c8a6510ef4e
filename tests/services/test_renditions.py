"""Each account gets the pictures that its network takes: made, checked, approved and kept as such (laws 1, 5)."""

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from moderation.db.models import Account, Photo, Rendition, Scan, ScanState, Subject
from moderation.media.photo import export
from moderation.media.store import MediaMissing
from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.networks import NETWORKS
from moderation.rules.workflow import Refused, Stale, State
from moderation.services import (
    board,
    cases,
    checks,
    covering,
    intake,
    previews,
    publishing,
    purging,
    renditions,
    review,
    scanning,
    tailoring,
)
from moderation.services.looking import Looker
from moderation.services.work import NotFound
from tests.builders import School
from tests.services.moments import actions, rows, scans, small_photo

INSTAGRAM = NETWORKS["instagram"].pictures


class Eyes(Looker):
    """Sees a name where something red is: in every picture, or only in those that are not so wide."""

    def __init__(self, only_in_crops: bool = False) -> None:
        self.only_in_crops, self.looked = only_in_crops, 0

    def look(self, rgb, lists, known=()):  # type: ignore[no-untyped-def]
        self.looked += 1
        height, width = rgb.shape[:2]
        if self.only_in_crops and width > 2 * height:
            return []
        red = np.argwhere((rgb[..., 0] > 200) & (rgb[..., 1] < 80))
        if not len(red):
            return []
        (top, left), (bottom, right) = red.min(0), red.max(0) + 1
        box = Box(int(left), int(top), int(right), int(bottom))
        return [Sighting(Detector.NAMES, Kind.NAME_POSSIBLE, box, evidence="reads “Zoë”: a name on the roll")]


def wide_photo(shade: int = 128, red_at: int | None = None) -> bytes:
    """1000 × 300 pixels: wider than Instagram takes. With something red that begins `red_at` pixels from the left."""
    image = Image.new("RGB", (1000, 300), (shade, shade, shade))
    if red_at is not None:
        image.paste((250, 20, 20), (red_at, 100, red_at + 80, 150))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def account(school: School, network: str, handle: str = "@our.school") -> Account:
    with school.parts.work() as work:
        return school.add_account(work, network, handle)


def handed_in(school: School, *photos: bytes, to: list[Account]) -> int:
    post_id = school.draft(*photos)
    with school.parts.work() as work:
        cases.get(work, post_id).accounts = [work.session.get_one(Account, one.id) for one in to]
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    return post_id


def checked(school: School, *photos: bytes, to: list[Account], eyes: Looker | None = None) -> int:
    school.parts = replace(school.parts, looker=eyes or Eyes())
    post_id = handed_in(school, *photos, to=to)
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def made(school: School, post_id: int) -> list[Rendition]:
    with school.parts.reading() as work:
        return list(renditions.made(work, cases.get(work, post_id)).values())


def part(school: School, post_id: int) -> Box:
    """Of the only crop."""
    with school.parts.reading() as work:
        (recipe,) = renditions.wanted(work, cases.get(work, post_id)).values()
        return recipe.part


def kit(school: School, post_id: int) -> dict[str, bytes]:
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    with school.parts.work() as work:
        return dict(publishing.kit_files(work, school.manager, post_id).files)


def test_law_1_an_account_gets_the_part_that_its_network_takes_and_the_kit_holds_it(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = checked(school, wide_photo(), small_photo(60), to=[school.account, instagram])
    school.approve(post_id)
    files = kit(school, post_id)
    folder = f"instagram-{instagram.id}"
    pictures = [name for name in files if name.endswith(".jpg")]
    assert pictures == ["photo-1.jpg", "photo-2.jpg", f"{folder}/photo-1.jpg", f"{folder}/photo-2.jpg"]
    with Image.open(BytesIO(files[f"{folder}/photo-1.jpg"])) as image:
        assert image.size == (573, 300), "1.91 to 1"
    assert files[f"{folder}/photo-2.jpg"] == files["photo-2.jpg"], "this one goes as it is"
    for name in pictures:
        assert export(files[name]) == files[name]
    listed = json.loads(files["manifest.json"])["photos_of"]["Instagram: @our.school"]
    assert [one["sha256"] for one in listed] == [sha256(files[one["file"]]).hexdigest() for one in listed]
    assert [one["alt_text"] for one in listed] == ["What the photo shows"] * 2


def test_what_no_account_gets_is_not_in_the_kit(school: School) -> None:
    post_id = checked(school, wide_photo(), to=[account(school, "Instagram")])
    school.approve(post_id)
    assert "photo-1.jpg" not in kit(school, post_id)


def test_law_1_the_digest_covers_what_each_account_gets(school: School) -> None:
    post_id = checked(school, wide_photo(red_at=300), to=[account(school, "Instagram")])
    before = school.digest(post_id)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        (row,) = renditions.made(work, post).values()
        key, row.media_key = row.media_key, "0" * 64
        work.session.flush()
        assert cases.digest_of(work, post) != before
        row.media_key = key
    with school.parts.work() as work:
        tailoring.move_crop(work, school.head, post_id, *crop_of(school, post_id), 0, before)
    school.run_checks(post_id)
    assert school.digest(post_id) != before
    with pytest.raises(Stale), school.parts.work() as work:
        review.approve(work, school.head, post_id, before)


def crop_of(school: School, post_id: int) -> tuple[int, int]:
    """The photo and the account of the only crop."""
    with school.parts.reading() as work:
        (one,) = (one for one in renditions.plan(work, cases.get(work, post_id)) if one.is_crop)
        return one.photo.id, one.account.id


def test_the_same_crop_for_two_accounts_is_made_and_looked_at_once_and_after_the_photo(school: School) -> None:
    eyes = Eyes()
    to = [account(school, "Instagram"), account(school, "Instagram", "@our.choir")]
    school.parts = replace(school.parts, looker=eyes)
    post_id = handed_in(school, wide_photo(), to=to)
    assert Subject.RENDITION not in {scan.subject for scan in scans(school, post_id)}, "the photo first"
    school.run_checks(post_id)
    assert [scan.subject for scan in scans(school, post_id)].count(Subject.RENDITION) == 1
    assert eyes.looked == 2 and len(made(school, post_id)) == 1


def test_what_is_only_scaled_down_is_made_and_not_looked_at_twice(school: School) -> None:
    big = Image.new("RGB", (2600, 1800), (90, 120, 90))
    out = BytesIO()
    big.save(out, "PNG")
    eyes = Eyes()
    post_id = checked(school, out.getvalue(), to=[account(school, "School website")], eyes=eyes)
    (row,) = made(school, post_id)
    assert (row.width, row.height) == (2560, 1773) and eyes.looked == 1


def test_a_photo_that_might_be_too_large_but_is_not_goes_as_it_is(school: School) -> None:
    out = BytesIO()
    Image.new("RGB", (2600, 1800), (90, 120, 90)).save(out, "PNG")
    post_id = checked(school, out.getvalue(), to=[school.account])
    (row,) = made(school, post_id)
    assert row.media_key == school.post(post_id).photos[0].media_key, "ten million bytes are more than it has"
    with school.parts.reading() as work:
        assert renditions.in_digest(work, cases.get(work, post_id)) == ()
    school.approve(post_id)
    assert [name for name in kit(school, post_id) if name.endswith(".jpg")] == ["photo-1.jpg"]


def test_a_picture_with_too_many_bytes_is_made_smaller_until_it_fits(school: School) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    post_id = checked(school, out.getvalue(), to=[account(school, "Bluesky")])
    (row,) = made(school, post_id)
    assert len(school.parts.store.get(row.media_key)) <= 1_000_000
    assert row.width < 1200 and abs(row.width / row.height - 4 / 3) < 0.01


def test_a_name_that_only_the_crop_shows_stops_only_there(school: School) -> None:
    instagram = account(school, "Instagram")
    photo = wide_photo(red_at=460)
    post_id = checked(school, photo, to=[school.account, instagram], eyes=Eyes(only_in_crops=True))
    (finding,) = school.findings(post_id)
    assert finding.box is not None and abs(finding.box.left - 460) <= 4 and abs(finding.box.right - 540) <= 4
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        facebook, insta = previews.of_post(work, post, checks.findings(work, post))
        assert (facebook.flags, insta.flags) == (0, 1)
        assert board.visible_finding(work, school.head, finding.id)[1].id == post.photos[0].id
    with school.parts.work() as work:
        tailoring.leave_out(work, school.head, post_id, instagram.id, school.digest(post_id))
    assert school.findings(post_id) == []
    assert school.state(post_id) is State.IN_REVIEW, "nothing is left to check"
    school.approve(post_id)
    assert "leave out account" in actions(school, post_id)


def test_moving_the_crop_away_from_it_helps_too(school: School) -> None:
    post_id = checked(school, wide_photo(red_at=460), to=[account(school, "Instagram")], eyes=Eyes(only_in_crops=True))
    assert len(school.findings(post_id)) == 1
    with school.parts.work() as work:
        tailoring.move_crop(work, school.head, post_id, *crop_of(school, post_id), 100, school.digest(post_id))
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert part(school, post_id).left == 427 and len(school.findings(post_id)) == 1, "it is still inside"


def test_the_last_account_is_not_left_out(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = checked(school, wide_photo(), to=[instagram])
    with pytest.raises(Refused, match="at least one account"), school.parts.work() as work:
        tailoring.leave_out(work, school.head, post_id, instagram.id, school.digest(post_id))


def test_a_flag_of_the_whole_photo_is_not_raised_again_for_its_crop(school: School) -> None:
    post_id = checked(school, wide_photo(red_at=460), to=[school.account, account(school, "Instagram")])
    (finding,) = school.findings(post_id)
    with school.parts.reading() as work:
        assert work.session.get_one(Scan, finding.scan_id).subject is Subject.PHOTO


def test_law_5_after_covering_nothing_made_from_the_uncovered_photo_is_left(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = checked(school, wide_photo(red_at=460), to=[school.account, instagram])
    (before,) = made(school, post_id)
    (finding,), seen = school.findings(post_id), school.digest(post_id)
    cover(school, post_id, finding.id, seen)
    school.run_checks(post_id)
    (after,) = made(school, post_id)
    assert after.media_key != before.media_key and rows(school, Rendition) == 1
    with pytest.raises(MediaMissing):
        school.parts.store.get(before.media_key)
    with Image.open(BytesIO(school.parts.store.get(after.media_key))) as image:
        assert max(np.array(image)[..., 0].ravel()) < 200, "nothing red is left"
    assert school.findings(post_id) == []


def cover(school: School, post_id: int, finding_id: int, seen: str) -> None:
    (photo,) = school.post(post_id).photos
    with school.parts.work() as work:
        made = covering.make(work, school.head, post_id, photo.id, covering.Wish((finding_id,)), seen)
        covering.put(work, school.head, post_id, made, seen)


def test_covering_what_only_the_crop_shows_covers_it_in_the_photo(school: School) -> None:
    post_id = checked(school, wide_photo(red_at=460), to=[account(school, "Instagram")], eyes=Eyes(only_in_crops=True))
    (finding,), seen = school.findings(post_id), school.digest(post_id)
    cover(school, post_id, finding.id, seen)
    school.run_checks(post_id)
    assert school.findings(post_id) == []
    school.approve(post_id)


def test_a_crop_stands_where_its_author_put_it_also_after_covering(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = school.draft(wide_photo(red_at=40))
    with school.parts.work() as work:
        cases.get(work, post_id).accounts = [work.session.get_one(Account, instagram.id)]
    photo_id, account_id = crop_of(school, post_id)
    with school.parts.work() as work:
        tailoring.move_own_crop(work, school.teacher, post_id, photo_id, account_id, 0)
    assert part(school, post_id).left == 0
    for wrong in (-1, 101, None):
        with pytest.raises(Refused, match="from 0 to 100"), school.parts.work() as work:
            tailoring.move_own_crop(work, school.teacher, post_id, photo_id, account_id, wrong)
    school.parts = replace(school.parts, looker=Eyes())
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    (finding,), seen = school.findings(post_id), school.digest(post_id)
    cover(school, post_id, finding.id, seen)
    school.run_checks(post_id)
    assert part(school, post_id).left == 0


def test_only_the_author_moves_a_crop_of_a_draft_and_only_crops_move(school: School) -> None:
    instagram = account(school, "Instagram")
    post_id = school.draft(wide_photo(), small_photo(60))
    with school.parts.work() as work:
        cases.get(work, post_id).accounts = [work.session.get_one(Account, instagram.id)]
    photo_id, account_id = crop_of(school, post_id)
    other = next(photo.id for photo in school.post(post_id).photos if photo.id != photo_id)
    with school.parts.work() as work:
        with pytest.raises(NotFound):
            tailoring.move_own_crop(work, school.head, post_id, photo_id, account_id, 5)
        with pytest.raises(NotFound):
            tailoring.move_own_crop(work, school.teacher, post_id, other, account_id, 5)


def test_law_2_a_picture_that_could_not_be_made_is_a_flag_and_goes_nowhere(school: School) -> None:
    instagram = account(school, "Instagram")
    school.parts = replace(school.parts, looker=Eyes())
    post_id = handed_in(school, wide_photo(), to=[school.account, instagram])
    photo_scan = next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO)
    run(school, photo_scan)
    with school.parts.reading() as work:
        photo: Photo = cases.get(work, post_id).photos[0]
    data = school.parts.store.get(photo.media_key)
    school.parts.store.delete(photo.media_key)
    school.run_checks(post_id)
    school.parts.store.put(data)
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.UNCHECKED]
    school.settle_all(post_id)
    with pytest.raises(Refused, match="does not fit an account"):
        school.approve(post_id)
    with school.parts.work() as work:
        tailoring.leave_out(work, school.head, post_id, instagram.id, school.digest(post_id))
    school.approve(post_id)


def run(school: School, scan: Scan) -> None:
    assert scanning.scan(school.parts.work, school.parts.reading, school.parts.looker, scan.id, scan.token)


def test_a_crop_that_nobody_gets_any_more_is_not_looked_at(school: School) -> None:
    instagram = account(school, "Instagram")
    school.parts = replace(school.parts, looker=Eyes())
    post_id = handed_in(school, wide_photo(), to=[school.account, instagram])
    run(school, next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO))
    waiting = next(scan for scan in scans(school, post_id) if scan.subject is Subject.RENDITION)
    assert waiting.state is ScanState.WAITING
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.save_words(work, school.teacher, post_id, intake.Words("A good day.", (school.account.id,)))
    assert not scanning.scan(school.parts.work, school.parts.reading, school.parts.looker, waiting.id, waiting.token)
    assert rows(school, Rendition) == 0


def test_purging_a_post_takes_its_renditions_and_their_files(school: School) -> None:
    post_id = checked(school, wide_photo(), to=[account(school, "Instagram")])
    (row,) = made(school, post_id)
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, review.Action.SEND_BACK, "No")
    with school.parts.work() as work:
        keys = purging.post(work, school.data_lead, cases.get(work, post_id))
        assert row.media_key in keys
    assert rows(school, Rendition) == 0 and list(school.parts.store.keys()) == []


def test_settling_a_flag_of_a_crop_is_one_persons_word_as_for_any_other(school: School) -> None:
    post_id = checked(school, wide_photo(red_at=460), to=[account(school, "Instagram")], eyes=Eyes(only_in_crops=True))
    (finding,) = school.findings(post_id)
    word = review.Word(Resolution.FALSE_ALARM, "It is a word, not a name")
    with school.parts.work() as work:
        review.settle(work, school.head, post_id, [finding.id], word, school.digest(post_id))
    school.approve(post_id)
    assert kit(school, post_id)


def test_every_limit_of_instagrams_pictures_is_kept_in_what_is_made(school: School) -> None:
    tall = Image.new("RGB", (1200, 2400), (90, 120, 90))
    out = BytesIO()
    tall.save(out, "PNG")
    post_id = checked(school, out.getvalue(), to=[account(school, "Instagram")])
    (row,) = made(school, post_id)
    assert INSTAGRAM.narrowest is not None and INSTAGRAM.widest is not None
    assert INSTAGRAM.narrowest <= row.width / row.height <= INSTAGRAM.widest and row.width <= 1440
