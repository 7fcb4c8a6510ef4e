"""To which field of a post's form a problem leads, so that the summary above the form can link to it."""

import re

from moderation.db.models import Post
from moderation.rules.language import gettext

# Each sentence as it stands where it is said: what is in its braces there may be anything here.
FIELDS = (
    ("Choose at least one account to post to.", "accounts"),
    ("Write a caption or add a photo first.", "caption"),
    ("Write the reminder first.", "caption"),
    ("The caption is longer than {count:,} characters; the rest was cut off.", "caption"),
    ("The text is too long: {length}.", "caption"),
    ("There are too many hashtags: {count} of {most}.", "caption"),
    ("Tick every line of the checklist: each is for the post as it is now.", "checklist"),
    ("Say what the photos were taken with, or that they are not yours.", "origin"),
    ("Photos that are not yours need their source, a credit line, and who gave permission.", "origin"),
    ("The time by which it should be out has passed. Choose a later one, or leave it empty.", "wanted_by"),
    ("It is wanted by {wanted}, so it cannot be held until {until}.", "not_before"),
    ("The time under “Not before” has passed. Choose a later one, or leave it empty.", "not_before"),
    ("A post can be held for a year at most. Choose an earlier time.", "not_before"),
    ("A photo is needed.", "photos"),
    ("There are too many photos: {count} of {most}.", "photos"),
)
# By their numbers; the first of them is where it leads.
DESCRIPTIONS = (
    "Photo {numbers} needs a description for people who cannot see the picture.",
    "Photos {numbers} need descriptions for people who cannot see the picture.",
)


def field_of(problem: str, post: Post | None) -> str:
    """The id of the field, or nothing where a sentence is about no single one. In the language that is spoken."""
    named = next((found for one in DESCRIPTIONS if (found := _as_said(one, r"(\d+)\b.*").match(problem))), None)
    if named and post and int(named[1]) <= len(post.photos):
        return f"alt-{post.photos[int(named[1]) - 1].id}"
    return next((field for sentence, field in FIELDS if _as_said(sentence, ".*").search(problem)), "")


def _as_said(sentence: str, inside: str) -> re.Pattern[str]:
    """`inside`: what may stand in its braces."""
    return re.compile(inside.join(re.escape(part) for part in re.split(r"\{[^}]*\}", gettext(sentence))))
