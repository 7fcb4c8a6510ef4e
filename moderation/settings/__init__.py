"""The settings: what they are (`shape`), how they are read (`environment`), and those of many schools (`trust`)."""

from moderation.settings import trust_text
from moderation.settings.environment import load
from moderation.settings.shape import (
    ClamdAddress,
    KeySource,
    LogFormat,
    MailServer,
    Metrics,
    Settings,
    SettingsError,
    Tls,
)
from moderation.settings.trust import Trust, Watched, load_trust

__all__ = [
    "ClamdAddress",
    "KeySource",
    "LogFormat",
    "MailServer",
    "Metrics",
    "Settings",
    "SettingsError",
    "Tls",
    "Trust",
    "Watched",
    "load",
    "load_trust",
    "trust_text",
]
