"""Which part of a picture goes to a network, how large, and where a crop stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.cropping import SAFE_BYTES, cuts_sides, needs_crop, place, recipe
from moderation.rules.findings import Box
from moderation.rules.networks import NETWORKS, PictureRule

KEY = "a" * 64
INSTAGRAM, FACEBOOK, YOUTUBE = (NETWORKS[key].pictures for key in ("instagram", "facebook", "youtube"))
sizes = st.integers(min_value=64, max_value=9000)
rules = st.sampled_from([network.pictures for network in NETWORKS.values()])


def test_a_picture_that_a_network_takes_goes_as_it_is() -> None:
    assert recipe(KEY, 1440, 1440, INSTAGRAM) is None
    assert recipe(KEY, 1000, 700, FACEBOOK) is None


@pytest.mark.parametrize(
    ("rule", "width", "height", "fits"),
    [
        (INSTAGRAM, 800, 1000, True),
        (INSTAGRAM, 799, 1000, False),
        (INSTAGRAM, 1337, 700, True),
        (INSTAGRAM, 1338, 700, False),
        (YOUTUBE, 400, 1000, True),
        (YOUTUBE, 399, 1000, False),
        (YOUTUBE, 1000, 400, True),
        (YOUTUBE, 1001, 400, False),
        (FACEBOOK, 100, 5000, True),
    ],
)
def test_a_picture_is_cropped_only_outside_the_networks_ratios(
    rule: PictureRule, width: int, height: int, fits: bool
) -> None:
    assert needs_crop(width, height, rule) is not fits
    if not fits:
        assert cuts_sides(width, height, rule) is (width > height)


@pytest.mark.parametrize("key", [key for key, network in NETWORKS.items() if network.pictures.width])
def test_a_picture_is_scaled_down_only_above_the_networks_size(key: str) -> None:
    rule = NETWORKS[key].pictures
    assert rule.width is not None
    at_the_limit = recipe(KEY, rule.width, rule.width, rule)
    assert at_the_limit is None or (at_the_limit.width, at_the_limit.height) == (rule.width, rule.width)
    above = recipe(KEY, rule.width + 1, rule.width + 1, rule)
    assert above is not None and not above.is_crop
    assert (above.width, above.height) == (rule.width, rule.width)


@given(sizes, sizes, rules, st.integers(min_value=0, max_value=100))
def test_what_is_made_is_inside_the_picture_and_inside_the_rules(
    width: int, height: int, rule: PictureRule, at: int
) -> None:
    made = recipe(KEY, width, height, rule, at)
    if made is None:
        assert rule.bytes is None or width * height * SAFE_BYTES <= rule.bytes
        return
    part = made.part
    assert 0 <= part.left < part.right <= width and 0 <= part.top < part.bottom <= height
    assert made.width <= (rule.width or made.width) and made.height <= (rule.height or made.height)
    ratio = (part.right - part.left) / (part.bottom - part.top)
    assert ratio <= (rule.widest or ratio)
    assert made.is_crop is ((part.right - part.left, part.bottom - part.top) != (width, height))
    if not made.is_crop:
        assert part == Box(0, 0, width, height), "scaled down only: the whole picture"


def test_the_same_picture_for_two_networks_is_one_recipe() -> None:
    one, two = (recipe(KEY, 3000, 1000, INSTAGRAM) for _ in range(2))
    assert one is not None and two is not None and one.digest == two.digest
    other = recipe("b" * 64, 3000, 1000, INSTAGRAM)
    assert other is not None and other.digest != one.digest
    moved = recipe(KEY, 3000, 1000, INSTAGRAM, 0)
    assert moved is not None and moved.digest != one.digest


def part_of(at: int) -> Box:
    made = recipe(KEY, 3000, 1000, INSTAGRAM, at)
    assert made is not None
    return made.part


def test_a_crop_stands_in_the_middle_and_moves_only_as_far_as_faces_need() -> None:
    assert place(3000, 1000, INSTAGRAM, []) == 50
    assert place(3000, 1000, INSTAGRAM, [Box(1200, 0, 1400, 200)]) == 50, "it is inside already"
    left = Box(100, 300, 260, 480)
    part = part_of(place(3000, 1000, INSTAGRAM, [left]))
    assert part.left <= left.left and left.right <= part.right
    right = Box(2700, 300, 2860, 480)
    part = part_of(place(3000, 1000, INSTAGRAM, [right]))
    assert part.left <= right.left + 6 and right.right - 6 <= part.right, "to a hundredth of the way"
    assert 0 <= place(3000, 1000, INSTAGRAM, [left, right]) <= 100, "both do not fit: the middle between them"
