"""A post as the public will see it on each account: the text as the feed cuts it, the pictures with their crop."""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.db.models import Account, Finding, Post, Subject
from moderation.services import fitting, renditions
from moderation.services.renditions import Shown
from moderation.services.work import Work


@dataclass(frozen=True)
class Picture:
    """One photo on one account. `smaller`: it is scaled down, or will be."""

    number: int
    shown: Shown
    smaller: bool
    flags: int  # open ones that only the pictures of this recipe have


@dataclass(frozen=True)
class Preview:
    account: Account
    seen: str  # of the text, in the feed
    rest: str  # behind “… more”
    length: str  # “212 of 280”, or empty
    problems: tuple[str, ...]
    pictures: tuple[Picture, ...]

    @property
    def is_cropped(self) -> bool:
        return any(picture.shown.is_crop for picture in self.pictures)

    @property
    def is_other(self) -> bool:
        """Whether there is a picture to look at that the post itself does not show, or something to mend."""
        return bool(self.problems) or self.is_cropped

    @property
    def flags(self) -> int:
        return sum(picture.flags for picture in self.pictures)


def of_post(work: Work, post: Post, findings: Sequence[Finding] = ()) -> list[Preview]:
    """One preview for each account. `findings` are those of the current checks, where the page may speak of them."""
    shown, there = renditions.plan(work, post), renditions.made(work, post)
    open_flags = [one.scan.digest for one in findings if one.scan.subject is Subject.RENDITION and not one.is_settled]
    problems = fitting.misfits(post)

    def picture(number: int, one: Shown) -> Picture:
        if one.recipe is None:
            return Picture(number, one, smaller=False, flags=0)
        size = there.get(one.recipe.digest, one.recipe)
        smaller = (size.width, size.height) != (one.photo.width, one.photo.height)
        return Picture(number, one, smaller, open_flags.count(one.recipe.digest))

    return [
        Preview(
            account,
            *(account.rules.text.cut(post.words_out) if account.rules else (post.words_out, "")),
            length=account.rules.text.said(post.words_out) if account.rules else "",
            problems=tuple(sentence for other, sentence in problems if other is account),
            pictures=tuple(
                picture(number, one) for number, one in enumerate((one for one in shown if one.account is account), 1)
            ),
        )
        for account in post.accounts
    ]
