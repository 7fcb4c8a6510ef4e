"""An address as a code that a phone's camera reads."""

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """SVG to stand in a page; its size comes from the sheet's class `qr`."""
    code = segno.make(address, micro=False)
    return Markup(code.svg_inline(border=4, svgclass="qr", lineclass=None, omitsize=True, light="#fff"))  # noqa: S704 (its own SVG)
