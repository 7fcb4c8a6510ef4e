"""Opens the places that GATEPOST_MEDIA_URL names: of the pictures, and of the keys of people."""

from pathlib import Path
from typing import TYPE_CHECKING

from moderation.media.keys import KEY_ID, PersonKeys
from moderation.media.master import text_of
from moderation.media.places import Folder, Place
from moderation.media.store import KEY, MediaStore
from moderation.media.vault import Vault
from moderation.rules.media import BucketAddress, address
from moderation.settings import Settings, SettingsError

if TYPE_CHECKING:
    from moderation.media.bucket import Door


def open_media(settings: Settings, vault: Vault) -> tuple[MediaStore, PersonKeys]:
    """Both. Raises SettingsError without the address, MediaAway if a name in it cannot be looked up just now.

    In a bucket the keys of people lie beside the pictures, so that each machine has them; else in the instance folder.
    """
    try:
        where = address(settings.media_url)
        people: Place
        media: Place
        if isinstance(where, BucketAddress):
            from moderation.media.bucket import Bucket  # botocore, for schools that have one

            door = _door(where, settings)
            media = Bucket(door, f"{where.prefix}media/", KEY, deep=True)
            people = Bucket(door, f"{where.prefix}people/", KEY_ID)
        else:
            media = Folder(Path(where), KEY, deep=True)
            people = Folder(settings.person_keys_folder, KEY_ID)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return MediaStore(media, vault), PersonKeys(people)


def _door(where: BucketAddress, settings: Settings) -> "Door":
    from moderation.media.bucket import Door

    if settings.media_access_key is None or settings.media_secret_key is None:
        raise SettingsError("GATEPOST_MEDIA_URL names a bucket: set GATEPOST_MEDIA_ACCESS_KEY and _SECRET_KEY too.")
    return Door(where, settings.media_access_key, text_of(settings.media_secret_key).strip())
