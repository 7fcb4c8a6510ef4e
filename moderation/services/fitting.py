"""Whether a post fits the accounts that it is for: texts, photos and descriptions against what each network takes."""

from moderation.db.models import Account, Post
from moderation.rules.networks import TextRule


def rule(account: Account, of_alt_text: bool = False) -> TextRule | None:
    """How the account's network counts a text or an alt text; None where no limit is known."""
    rules = account.rules
    found = None if rules is None else rules.alt_text if of_alt_text else rules.text
    return found if found is not None and found.most is not None else None


def misfits(post: Post) -> list[tuple[Account, str]]:
    """Each thing that an account does not take, with a sentence; nothing is known of another network's limits."""
    alt_texts = [photo.alt_text for photo in post.photos]
    return [
        (account, sentence)
        for account in post.accounts
        if account.rules is not None
        for sentence in account.rules.misfits(post.words_out, alt_texts)
    ]


def sentences(post: Post) -> list[str]:
    """The same for a page, each with its account."""
    return [f"{account.title}: {sentence}" for account, sentence in misfits(post)]
