"""How the settings are read from the environment, once. An empty environment is the embedded default."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from moderation.rules import queue_address, single_sign_on
from moderation.rules.database import NO_ADDRESS, address
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.single_sign_on import SingleSignOn
from moderation.settings.shape import (
    NO_NAME,
    ClamdAddress,
    KeySource,
    LogFormat,
    MailServer,
    Metrics,
    Settings,
    SettingsError,
    Tls,
)

SHORTEST_TOKEN = 16


def load(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Settings:
    """Settings from `environ` (default: the process's), under them the instance's `.env`. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    folder = (instance or Path(environ.get("GATEPOST_INSTANCE") or "instance")).absolute()
    return read({**kept_in(folder), **environ}, folder)[0]


def kept_in(folder: Path) -> dict[str, str]:
    """What the `.env` of an instance says."""
    return {key: value for key, value in dotenv_values(folder / ".env").items() if value is not None}


def read(values: Mapping[str, str], folder: Path) -> tuple[Settings, frozenset[str]]:
    """The settings of the instance in `folder`, and the name of each setting that there is. Raises SettingsError."""
    asked = {"GATEPOST_INSTANCE", *(f"GATEPOST_SSO_{name}" for name in ("LABEL", "SECOND_STEP"))}

    def get(name: str) -> str | None:
        asked.add(f"GATEPOST_{name}")
        return values.get(f"GATEPOST_{name}") or None

    zone = get("TIME_ZONE") or "Europe/London"
    try:
        time_zone = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"GATEPOST_TIME_ZONE: there is no time zone called {zone!r}.") from error
    if (database_url := address(get("DATABASE_URL") or f"sqlite:///{folder / 'gatepost.sqlite3'}")) is None:
        raise SettingsError(NO_ADDRESS)
    settings = Settings(
        instance=folder,
        database_url=database_url,
        queue_server=_queue_server(get("REDIS_URL")),
        media_url=get("MEDIA_URL") or f"file://{folder / 'media'}",
        secret_key=get("SECRET_KEY"),
        master_key=_key_source(get, "MASTER_KEY"),
        public_url=(get("PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        time_zone=time_zone,
        school=get("SCHOOL") or NO_NAME,
        demo=get("DEMO") == "1",
        mail_server=_mail_server(get("SMTP_URL")),
        mail_from=get("MAIL_FROM"),
        old_master_key=_key_source(get, "OLD_MASTER_KEY"),
        proxies=_proxies(get("PROXIES")),
        channels=tuple((role, url) for role in sorted(SIGN_INS) if (url := get(_channel_setting(role)))),
        connect_inside=get("CONNECT_INSIDE") == "1",
        metrics=_metrics(get("METRICS")),
        metrics_token=get("METRICS") or "",
        log_format=_log_format(get("LOG") or LogFormat.TEXT),
        clamd=_clamd(get("CLAMD")),
        sso=_single_sign_on(get),
        sso_secret=_key_source(get, "SSO_CLIENT_SECRET"),
        media_access_key=get("MEDIA_ACCESS_KEY"),
        media_secret_key=_key_source(get, "MEDIA_SECRET_KEY"),
    )
    return settings, frozenset(asked)


def _key_source(get: Callable[[str], str | None], name: str) -> KeySource | None:
    """Raises SettingsError if it is given in two ways: nobody could say which holds."""
    given = {ending: text for ending in ("", "_FILE", "_COMMAND") if (text := get(name + ending))}
    if len(given) > 1:
        raise SettingsError(f"{' and '.join(f'GATEPOST_{name}{ending}' for ending in given)}: set one of them only.")
    for ending, text in given.items():
        setting = f"GATEPOST_{name}{ending}"
        if ending == "_FILE":
            return KeySource(setting, file=Path(text))
        return KeySource(setting, command=text) if ending else KeySource(setting, value=text)
    return None


def _queue_server(url: str | None) -> queue_address.QueueAddress | None:
    try:
        return queue_address.address(url) if url else None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _single_sign_on(get: Callable[[str], str | None]) -> SingleSignOn | None:
    try:
        return single_sign_on.given(get)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _metrics(value: str | None) -> Metrics:
    if value is None or value == "0":
        return Metrics.OFF
    if value == "1":
        return Metrics.OPEN
    if len(value) < SHORTEST_TOKEN:  # without the value: it is meant as a secret
        raise SettingsError(f"GATEPOST_METRICS: write 1, or a token of at least {SHORTEST_TOKEN} characters.")
    return Metrics.TOKEN


def _log_format(value: str) -> LogFormat:
    if value not in set(LogFormat):
        raise SettingsError("GATEPOST_LOG: write text or json.")
    return LogFormat(value)


def _clamd(address: str | None) -> ClamdAddress | None:
    if address is None or address.startswith("/"):
        return address
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise SettingsError("GATEPOST_CLAMD: write the path of its socket, or host:port.")
    return host, int(port)


def _channel_setting(role: Role) -> str:
    """What the setting of a role's channel is called, behind GATEPOST_."""
    return f"CHANNEL_{role.replace(' ', '_').upper()}"


def _proxies(number: str | None) -> int:
    if number is None:
        return 0
    if not (number.isascii() and number.isdigit() and len(number) == 1):
        raise SettingsError("GATEPOST_PROXIES: write how many proxies stand before Gatepost, from 0 to 9.")
    return int(number)


def _mail_server(url: str | None) -> MailServer | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        tls = Tls(parts.scheme)
        port = parts.port or {Tls.FROM_THE_START: 465}.get(tls, 587)
        if not parts.hostname:
            raise ValueError
    except ValueError:  # without the address: it holds a password
        raise SettingsError(
            "GATEPOST_SMTP_URL: write it like smtps://user:password@mail.school.example:465, with smtp://, "
            "smtp+starttls:// or smtps://, and special characters of the password as %40."
        ) from None
    return MailServer(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))
