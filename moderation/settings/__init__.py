"""The settings: what they are (`shape`) and how they are read (`environment`)."""

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

__all__ = [
    "ClamdAddress",
    "KeySource",
    "LogFormat",
    "MailServer",
    "Metrics",
    "Settings",
    "SettingsError",
    "Tls",
    "load",
]
