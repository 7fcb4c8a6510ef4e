"""The address of a database, as people write it and as the program needs it."""

from typing import Final
from urllib.parse import urlsplit

# Never with the address itself: it holds a password.
NO_ADDRESS: Final = (
    "GATEPOST_DATABASE_URL: write it like postgresql://user:password@database.school.example:5432/gatepost, "
    "with special characters of the password as %40, or like sqlite:////srv/gatepost/gatepost.sqlite3."
)
_PSYCOPG: Final = "postgresql+psycopg"
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": _PSYCOPG, "postgres": _PSYCOPG, _PSYCOPG: _PSYCOPG}


def address(url: str) -> str | None:
    """With the driver that is installed; None for what is no address of a database that Gatepost knows."""
    try:
        parts = urlsplit(url)
        driver, _ = _DRIVERS[parts.scheme], parts.port  # what is no port raises too
    except (KeyError, ValueError):
        return None
    if driver == "sqlite" and parts.path in ("", "/", "/:memory:"):
        return None  # kept in memory, each connection would have one of its own
    return driver + url[len(parts.scheme) :]
