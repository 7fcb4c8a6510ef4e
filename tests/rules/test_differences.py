"""What changed between two versions of a post."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.differences import Change, Shown, of_pictures, of_texts


@given(st.text(), st.text())
def test_the_pieces_hold_both_texts_whole(before: str, now: str) -> None:
    pieces = of_texts(before, now)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.GONE) == now


def test_words_change_whole_not_letter_by_letter() -> None:
    pieces = of_texts("A good day for 4B.", "A great day for 4B!")
    assert [(str(piece.change), piece.text) for piece in pieces] == [
        ("same", "A "),
        ("gone", "good"),
        ("new", "great"),
        ("same", " day for 4B"),
        ("gone", "."),
        ("new", "!"),
    ]


def test_a_book_is_told_as_a_whole_and_at_once() -> None:
    assert len(of_texts("a b " * 15_000, "c d " * 15_000)) == 2


def test_a_covered_picture_stands_for_the_one_it_was_made_of() -> None:
    before = [Shown("a", "Two cups"), Shown("b", "A wall"), Shown("c", "A tree")]
    now = [Shown("b2", "A wall", ("b1", "b")), Shown("a", "Two cups, full"), Shown("d", "A dog")]
    seen = of_pictures(before, now)
    assert (seen.covered, seen.alt_texts, seen.added, seen.removed, seen.reordered) == ((1,), (2,), (3,), (3,), True)
    assert not of_pictures(before, before).any
