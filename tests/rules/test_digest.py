"""Law 1: the digest that an approval is for changes with everything that an approver answers for."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from moderation.rules.digest import Content, digest, words_digest

# A busy machine is not a failed rule.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
keys = st.text("0123456789abcdef", min_size=64, max_size=64)
photos = st.lists(st.tuples(keys, st.text(max_size=30)), max_size=4).map(tuple)
accounts = st.lists(st.tuples(st.integers(1, 99), st.text(max_size=10), st.text(max_size=10)), max_size=3).map(tuple)
versions = st.integers(1, 10**6)
contents = st.builds(
    Content,
    caption=st.text(max_size=60),
    photos=photos,
    accounts=accounts,
    list_version=versions,
    roll_version=versions,
    people=st.sampled_from(["", "d" * 64, "e" * 64]),
    pictures=st.lists(st.tuples(st.integers(1, 9), st.lists(keys, max_size=2).map(tuple)), max_size=2).map(tuple),
)
PLAIN = Content("A good day.", (("a" * 64, "Trees"), ("b" * 64, "A pond")), ((1, "Facebook", "Our School"),), 3, 5)
CHANGES: dict[str, dict[str, Any]] = {
    "one letter of the caption": {"caption": "A good day!"},
    "a space behind the caption": {"caption": "A good day. "},
    "another accent": {"caption": "A góod day."},
    "an alt text": {"photos": (("a" * 64, "Tree"), PLAIN.photos[1])},
    "the order of photos": {"photos": PLAIN.photos[::-1]},
    "a photo's bytes": {"photos": (("c" * 64, "Trees"), PLAIN.photos[1])},
    "a photo less": {"photos": PLAIN.photos[:1]},
    "a photo more": {"photos": (*PLAIN.photos, ("c" * 64, ""))},
    "alt texts exchanged": {"photos": (("a" * 64, "A pond"), ("b" * 64, "Trees"))},
    "another account": {"accounts": ((2, "Facebook", "Our School"),)},
    "the account's network": {"accounts": ((1, "Instagram", "Our School"),)},
    "the account's handle": {"accounts": ((1, "Facebook", "Our Schoo1"),)},
    "no account": {"accounts": ()},
    "the list": {"list_version": 4},
    "the roll": {"roll_version": 6},
    "who is in it and may be": {"people": "d" * 64},
    "what a network gets instead": {"pictures": ((1, ("c" * 64, "b" * 64)),)},
    "list and roll exchanged": {"list_version": 5, "roll_version": 3},
}


@pytest.mark.parametrize("what", CHANGES)
def test_law_1_changing_anything_changes_the_digest(what: str) -> None:
    assert digest(replace(PLAIN, **CHANGES[what])) != digest(PLAIN)


@unhurried
@given(contents, contents)
def test_law_1_two_posts_have_one_digest_only_if_they_are_the_same(one: Content, other: Content) -> None:
    assert (digest(one) == digest(other)) == (one == other)


@unhurried
@given(contents, st.data())
def test_law_1_any_change_of_any_one_field_changes_the_digest(content: Content, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(content.__dataclass_fields__)))
    value = getattr(data.draw(contents), name)
    assume(value != getattr(content, name))
    assert digest(replace(content, **{name: value})) != digest(content)


@unhurried
@given(st.lists(st.tuples(keys, st.text(max_size=5)), min_size=2, max_size=5, unique=True), st.randoms())
def test_law_1_any_other_order_of_the_photos_changes_the_digest(photos: list[tuple[str, str]], luck: object) -> None:
    shuffled = list(photos)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assume(shuffled != photos)
    one, other = (digest(replace(PLAIN, photos=tuple(order))) for order in (photos, shuffled))
    assert one != other


def test_text_cannot_wander_from_one_field_into_the_next() -> None:
    """Joined texts would make these the same."""
    assert words_digest((("caption", "ab"), ("alt", "c"))) != words_digest((("caption", "a"), ("alt", "bc")))
    one = replace(PLAIN, photos=(("a" * 64, '"],["' + "b" * 64 + '","'),))
    assert digest(one) != digest(replace(PLAIN, photos=(("a" * 64, ""), ("b" * 64, ""))))


def test_an_old_approval_can_always_be_recomputed() -> None:
    """The form is a promise to the evidence: this number may only change together with the form's number."""
    assert digest(PLAIN) == "de356015bedc24f4605afd8f5aca1e71b8cea34fd841e16238b909e99c0a22e2"


@unhurried
@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=4).map(tuple), st.data())
def test_law_8_other_words_have_another_digest(texts: tuple[tuple[str, str], ...], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=4).map(tuple))
    assert (words_digest(texts) == words_digest(other)) == (texts == other)
