"""Who may see the overview of a trust: links that open it once, and the browsers in which one was opened.

The trust has no database. So each is a file beside the trust's own, which every process of the installation sees. Its
name is the hash of what the link or the cookie holds, which opens nothing; in it stands when the link was made.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from moderation.media.disk import write_new
from moderation.services import tokens

log = logging.getLogger(__name__)

LINK_HOLDS: Final = timedelta(days=1)
BROWSER_HOLDS: Final = timedelta(weeks=4)  # from the moment at which its link was made


class Overseers:
    def __init__(self, folder: Path) -> None:
        """`folder`: of the trust's file."""
        self._links, self._browsers = folder / "overview" / "links", folder / "overview" / "browsers"

    def link(self) -> str:
        """What a new link ends with. It is kept nowhere."""
        for kept, holds in ((self._links, LINK_HOLDS), (self._browsers, BROWSER_HOLDS)):
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in kept.iterdir():
                if not _is_fresh(path, holds):
                    path.unlink(missing_ok=True)
        token = tokens.fresh()
        write_new(self._links / tokens.hashed(token), datetime.now(UTC).isoformat().encode())
        return token

    def opens(self, token: str) -> bool:
        """Whether this link would let somebody in. It is not used up by that."""
        return _is_fresh(self._links / tokens.hashed(token), LINK_HOLDS)

    def enter(self, token: str) -> str | None:
        """What the browser's cookie holds from now on. None: there is no such link, it was used, or it is too old."""
        secret = tokens.fresh()
        if not self.opens(token):
            return None
        try:
            (self._links / tokens.hashed(token)).rename(self._browsers / tokens.hashed(secret))
        except FileNotFoundError:  # somebody else was quicker
            return None
        return secret

    def knows(self, secret: str) -> bool:
        """Whether the cookie is one that a link was opened for, and has not ended."""
        return bool(secret) and _is_fresh(self._browsers / tokens.hashed(secret), BROWSER_HOLDS)

    def leave(self, secret: str) -> None:
        (self._browsers / tokens.hashed(secret)).unlink(missing_ok=True)

    def end_all(self) -> tuple[int, int]:
        """No link and no cookie opens anything any more: how many links and browsers there were."""
        links, browsers = _emptied(self._links), _emptied(self._browsers)
        return links, browsers


def _is_fresh(path: Path, holds: timedelta) -> bool:
    """Whatever cannot be read opens nothing. Nor does what was made in a time to come: a clock was set back."""
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(path.read_text("ascii"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError) as error:
        log.error("who may see the overview cannot be read (%s)", type(error).__name__)
        return False
    return timedelta(0) <= age < holds


def _emptied(folder: Path) -> int:
    count = 0
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
            count += 1
    return count
