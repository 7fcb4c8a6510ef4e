"""To which field of a post's form a problem leads, so that the summary above the form can link to it."""

import re

from moderation.db.models import Post

_DESCRIPTION = re.compile(r"Photos? (\d+)\b.*\bneeds? .*description")
# By what stands in the sentence, the first one that does; what names a photo comes before.
_FIELDS = (
    ("Choose at least one account", "accounts"),
    ("Write a caption", "caption"),
    ("Write the reminder", "caption"),
    ("caption is longer", "caption"),
    ("text is too long", "caption"),
    ("too many hashtags", "caption"),
    ("Tick every line", "checklist"),
    ("Say what the photos were taken with", "origin"),
    ("Photos that are not yours", "origin"),
    ("should be out", "wanted_by"),
    ("It is wanted by", "not_before"),
    ("Not before", "not_before"),
    ("can be held for a year", "not_before"),
    ("A photo is needed", "photos"),
    ("too many photos", "photos"),
)


def field_of(problem: str, post: Post | None) -> str:
    """The id of the field, or nothing where a sentence is about no single one."""
    named = _DESCRIPTION.match(problem)
    if named and post and int(named[1]) <= len(post.photos):
        return f"alt-{post.photos[int(named[1]) - 1].id}"
    return next((field for words, field in _FIELDS if words in problem), "")
