"""A school as it lies in one place, whole: what is backed up, put back, and moved."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Engine

from moderation.media.books import Book
from moderation.media.keys import PersonKeys
from moderation.media.store import MediaStore
from moderation.media.vault import Vault
from moderation.services.work import Work
from moderation.settings import Settings


class School(Protocol):
    """What the wiring puts together."""

    @property
    def settings(self) -> Settings: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def store(self) -> MediaStore: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def keys(self) -> PersonKeys: ...
    @property
    def trail(self) -> Book: ...
    @property
    def purged(self) -> Book: ...
    def work(self) -> AbstractContextManager[Work]: ...
    def reading(self) -> AbstractContextManager[Work]: ...
