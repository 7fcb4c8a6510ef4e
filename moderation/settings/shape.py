"""What the settings are: one frozen Settings, and the files that always lie in the instance folder."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from moderation.rules.queue_address import QueueAddress
from moderation.rules.roles import Role
from moderation.rules.single_sign_on import SingleSignOn
from moderation.rules.this_machine import HOSTS

NO_NAME = "Our school"  # as long as nobody has named it
ClamdAddress = str | tuple[str, int]  # a socket's path, or a host and a port


class SettingsError(Exception):
    """A setting cannot be used; the message says which and why."""


class Tls(Enum):
    IF_OFFERED = "smtp"
    REQUIRED = "smtp+starttls"
    FROM_THE_START = "smtps"


class Metrics(Enum):
    OFF = "off"
    OPEN = "open"  # to whoever reaches the server: for a network of its own
    TOKEN = "token"  # noqa: S105 (to whoever brings the token)


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class KeySource:
    """Where a master key comes from: one of three. `name`: of the setting that says so."""

    name: str
    value: str | None = field(default=None, repr=False)  # the key itself, in base64
    file: Path | None = None  # holds it
    command: str | None = field(default=None, repr=False)  # prints it


@dataclass(frozen=True)
class Settings:
    instance: Path
    database_url: str = field(repr=False)  # an address of PostgreSQL often holds a password
    queue_server: QueueAddress | None  # None: the embedded queue in the instance folder
    media_url: str  # of a folder, or of a bucket: see `rules.media`
    secret_key: str | None  # None: from the instance's keys folder
    master_key: KeySource | None  # None: from the instance's keys folder
    public_url: str
    time_zone: ZoneInfo
    school: str
    demo: bool
    mail_server: MailServer | None = None
    mail_from: str | None = None
    old_master_key: KeySource | None = None  # the one before, until nothing is under it any more
    proxies: int = 0  # how many stand before it, each of which says who asked it
    channels: tuple[tuple[Role, str], ...] = field(default=(), repr=False)  # an address often holds a password
    connect_inside: bool = False  # may connected accounts be inside the school's own network, without encryption too
    metrics: Metrics = Metrics.OFF
    metrics_token: str = field(default="", repr=False)
    log_format: LogFormat = LogFormat.TEXT
    clamd: ClamdAddress | None = None  # the school's virus scanner
    sso: SingleSignOn | None = None
    sso_secret: KeySource | None = None  # what Gatepost shows the provider
    key: str = ""  # of this school among those of a trust; empty: the one of this installation
    queue_at: Path | None = None  # the embedded queue's folder, where several schools share one
    media_access_key: str | None = None  # whose name Gatepost gives the bucket's server
    media_secret_key: KeySource | None = None

    @property
    def keys_folder(self) -> Path:
        return self.instance / "keys"

    @property
    def master_file(self) -> Path:
        return self.keys_folder / "master"

    @property
    def old_master_file(self) -> Path:
        """There only while keys are being rotated."""
        return self.keys_folder / "master.old"

    @property
    def has_master_key(self) -> bool:
        return self.master_key is not None or self.master_file.exists()

    @property
    def nicknames_file(self) -> Path:
        return self.instance / "nicknames.txt"

    @property
    def purged_file(self) -> Path:
        """The purge ledger's copy, unless that is in a bucket: a restored backup does not take it back."""
        return self.instance / "purged.jsonl"

    @property
    def trail_file(self) -> Path:
        """How far the audit trail had come, unless that is in a bucket: tells that a backup was restored."""
        return self.instance / "trail.jsonl"

    @property
    def restoring_file(self) -> Path:
        """Stands there while a backup is put back: whatever lies in the folder meanwhile is no school."""
        return self.instance / "restoring"

    def own_nicknames(self) -> str:
        """The school's own short forms of forenames, as written; empty if there are none. Raises SettingsError."""
        try:
            return self.nicknames_file.read_text("utf-8-sig", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise SettingsError(f"{self.nicknames_file}: it cannot be read ({type(error).__name__}).") from error

    @property
    def person_keys_folder(self) -> Path:
        """Never to be copied into a backup: what is destroyed here must be gone everywhere."""
        return self.keys_folder / "people"

    @property
    def queue_folder(self) -> Path:
        return self.queue_at or self.instance / "queue"

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Of the pages' addresses: what stands before the path. `url_for` knows the path of a school that has one."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """Under which all pages lie: empty, or as /oakfield."""
        return urlsplit(self.public_url).path

    @property
    def is_only_here(self) -> bool:
        """Whether the pages' addresses open on this machine alone, and on no phone."""
        return urlsplit(self.public_url).hostname in HOSTS
