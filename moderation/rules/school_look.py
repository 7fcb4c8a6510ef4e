"""The school's colour: which one can be read and seen on every page, by day and in the dark, and what stands on it.

Contrast is WCAG's: from 1, none, to 21, black on white. Words need 4.5, lines and the edges of fields 3.
"""

import re
from typing import Final, NamedTuple

from moderation.rules.language import gettext

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
WORDS: Final = 4.5
LINES: Final = 3.0
# Of all that a page has behind its lines, the one that is nearest to a colour: the darkest by day, the lightest at
# night. A test holds them against the stylesheet.
GROUND: Final = "#f3f3f3"
DARK_GROUND: Final = "#1f2328"
STEPS: Final = 200  # from a colour to black or to white

_HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")


class Shade(NamedTuple):
    """A colour, `#rrggbb` in lower case, and what can be read on it."""

    colour: str
    ink: str

    @property
    def away(self) -> str:
        """What the colour is mixed with where it changes under a pointer: words on it are read the better for it."""
        return BLACK if self.ink == WHITE else WHITE


def parse(typed: str) -> str | None:
    """`#rrggbb` in lower case, from that, from `rrggbb` or from their short forms; None for anything else."""
    found = _HEX.fullmatch(typed.strip().lower())
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    return f"#{digits}"


def contrast(one: str, other: str) -> float:
    """Of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """White or black, whichever is read better on it: of any colour one of them reaches `WORDS`."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def problem(colour: str) -> str | None:
    """Why a colour cannot be the school's, and one like it that can; None if it can."""
    seen = contrast(colour, GROUND)
    if seen < LINES:
        return gettext(
            "This colour is too light: a line in it can hardly be seen on a page (contrast {seen}, at least "
            "{needed:.0f} is needed). Choose a darker one: {darker} would do."
        ).format(seen=int(10 * seen) / 10, needed=LINES, darker=_until_seen(colour, BLACK, GROUND))
    return None


def by_day(colour: str) -> Shade:
    return Shade(colour, ink_on(colour))


def at_night(colour: str) -> Shade:
    """The same where a device asks for dark pages: as much lighter as it needs to be seen there."""
    lighter = _until_seen(colour, WHITE, DARK_GROUND)
    return Shade(lighter, ink_on(lighter))


def _until_seen(colour: str, towards: str, ground: str) -> str:
    """The colour itself, or the first between it and black or white that is seen on `ground`."""
    steps = (_mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(one for one in steps if contrast(one, ground) >= LINES)


def _mixed(colour: str, other: str, share: float) -> str:
    parts = (round(a + (b - a) * share) for a, b in zip(_channels(colour), _channels(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """WCAG's relative luminance, 0 to 1."""
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
