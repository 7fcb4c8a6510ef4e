"""The pictures that each account of a post gets: the post's own where its network takes them, else made from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from moderation.db.models import Account, Crop, Finding, Photo, Post, Rendition, Scan, Subject
from moderation.media import photo as pictures
from moderation.rules import cropping
from moderation.rules.cropping import MIDDLE, Recipe
from moderation.rules.findings import Box
from moderation.services.work import Work


@dataclass(frozen=True)
class Shown:
    """One photo as one account gets it. `recipe` is None where it goes as it is; `at` is where a crop stands."""

    account: Account
    photo: Photo
    recipe: Recipe | None
    at: int
    placed: bool  # somebody, or the program, has said where the crop stands

    @property
    def is_crop(self) -> bool:
        return self.recipe is not None and self.recipe.is_crop

    @property
    def cuts_sides(self) -> bool:
        """Whether left and right are cut away; otherwise top and bottom."""
        rules = self.account.rules
        return rules is not None and cropping.cuts_sides(self.photo.width, self.photo.height, rules.pictures)


def plan(work: Work, post: Post) -> list[Shown]:
    """Every photo for every account, accounts in their order and photos in theirs."""
    return work.once("plan", post.id, lambda: _plan(work, post))


def _plan(work: Work, post: Post) -> list[Shown]:
    places = _places(work, post)
    return [_shown(account, photo, places) for account in post.accounts for photo in post.photos]


def _shown(account: Account, photo: Photo, places: Mapping[tuple[int, int], int]) -> Shown:
    if account.rules is None:
        return Shown(account, photo, None, MIDDLE, placed=False)
    at = places.get((photo.id, account.id))
    placed = MIDDLE if at is None else at
    made = cropping.recipe(photo.media_key, photo.width, photo.height, account.rules.pictures, placed)
    return Shown(account, photo, made, placed, at is not None)


def _places(work: Work, post: Post) -> dict[tuple[int, int], int]:
    """(photo, account) → where the crop stands; for a covered photo, where it stood before the covering."""
    rules = [account.rules.pictures for account in post.accounts if account.rules]
    if not any(cropping.needs_crop(photo.width, photo.height, rule) for photo in post.photos for rule in rules):
        return {}
    rows = {photo.id: photo for photo in post.every_photo}
    crops = select(Crop).where(Crop.photo_id.in_(rows))
    of_post = work.once("crops", post.id, lambda: work.session.scalars(crops).all())
    said = {(crop.photo_id, crop.account_id): crop.at for crop in of_post}
    found = {}
    for photo in post.photos:
        for account in post.accounts:
            source: int | None = photo.id
            while source in rows and (source, account.id) not in said:
                source = rows[source].covered_from_id
            if source is not None and (source, account.id) in said:
                found[photo.id, account.id] = said[source, account.id]
    return found


def wanted(work: Work, post: Post) -> dict[str, Recipe]:
    """Every picture that has to be made, once for all accounts that get the same; by its recipe's digest."""
    return {shown.recipe.digest: shown.recipe for shown in plan(work, post) if shown.recipe}


def made(work: Work, post: Post) -> dict[str, Rendition]:
    """What was made of what is wanted now, by its recipe's digest."""
    digests = wanted(work, post).keys()
    if not digests:
        return {}
    rows = work.once("renditions", post.id, lambda: _all(work, post.id))
    return {row.recipe: row for row in rows if row.recipe in digests}


def in_digest(work: Work, post: Post) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """For an approval: the keys of the pictures of each account that gets others than the post's own (law 1)."""
    shown, there = plan(work, post), made(work, post)
    own = tuple(photo.media_key for photo in post.photos)
    keys = {
        account.id: tuple(key_of(one, there) for one in shown if one.account is account) for account in post.accounts
    }
    return tuple((account_id, theirs) for account_id, theirs in keys.items() if theirs != own)


def keys_for(work: Work, post: Post, account: Account) -> tuple[str, ...]:
    """The pictures as this account gets them, in order; an empty key for one that is not made yet."""
    own = tuple(photo.media_key for photo in post.photos)
    return dict(in_digest(work, post)).get(account.id, own)


def key_of(shown: Shown, there: Mapping[str, Rendition]) -> str:
    """The media key of the picture as the account gets it; empty while it is not made."""
    if shown.recipe is None:
        return shown.photo.media_key
    row = there.get(shown.recipe.digest)
    return row.media_key if row else ""


def pictured(work: Work, post: Post) -> dict[str, Photo]:
    """Which photo of the post a scan looked at, by the scan's digest: the photo itself, or a picture made from it."""
    photos = {photo.media_key: photo for photo in post.photos}
    return photos | {digest: photos[recipe.source] for digest, recipe in wanted(work, post).items()}


def place(work: Work, post: Post, faces: Mapping[str, Sequence[Box]]) -> None:
    """Say where each crop stands that nobody has placed yet; `faces` by media key, of photos that were looked at."""
    for shown in plan(work, post):
        rules = shown.account.rules
        if shown.is_crop and not shown.placed and rules and shown.photo.media_key in faces:
            photo, keep = shown.photo, faces[shown.photo.media_key]
            at = cropping.place(photo.width, photo.height, rules.pictures, keep)
            work.session.add(Crop(photo_id=photo.id, account_id=shown.account.id, at=at))
    work.session.flush()


def keep(work: Work, post: Post, recipe: Recipe, picture: pictures.Photo) -> None:
    """Take in what was made. Made again it is the same."""
    there = select(Rendition).where(Rendition.post_id == post.id, Rendition.recipe == recipe.digest)
    row = work.session.scalars(there).first() or Rendition(post_id=post.id, recipe=recipe.digest)
    row.source_key, row.media_key = recipe.source, work.store.put(picture.jpeg)
    row.width, row.height, row.made_at = picture.width, picture.height, work.now
    work.session.add(row)
    work.session.flush()


def forget_gone(work: Work, post: Post) -> None:
    """Law 5: what was made from a picture that is no longer in the post goes with it, and with what was seen in it."""
    there = {photo.media_key for photo in post.photos}
    forget(work, post.id, [row for row in _all(work, post.id) if row.source_key not in there])


def _all(work: Work, post_id: int) -> list[Rendition]:
    return list(work.session.scalars(select(Rendition).where(Rendition.post_id == post_id)))


def forget(work: Work, post_id: int, rows: Sequence[Rendition]) -> set[str]:
    """Delete these with their scans and files. Returns the keys of the files."""
    if not rows:
        return set()
    of_these = Scan.subject == Subject.RENDITION, Scan.post_id == post_id, Scan.digest.in_([row.recipe for row in rows])
    scans = select(Scan.id).where(*of_these)
    work.session.execute(delete(Finding).where(Finding.scan_id.in_(scans)))
    work.session.execute(delete(Scan).where(*of_these))
    keys = {row.media_key for row in rows}
    for row in rows:
        work.session.delete(row)
    work.session.flush()
    for key in sorted(keys):
        work.delete_media(key)
    return keys


def forget_all(work: Work, post: Post, sources: set[str] | None = None) -> set[str]:
    """Everything made from these pictures (None: from any), for purging. Returns the keys of the files."""
    rows = _all(work, post.id)
    return forget(work, post.id, [row for row in rows if sources is None or row.source_key in sources])
