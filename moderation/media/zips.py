"""Files put together into one zip, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterable


def zipped(files: Iterable[tuple[str, bytes]], smaller: bool = False) -> bytes:
    """`files`: (name, bytes) in their order. `smaller`: worth it for texts; pictures are as small as they get."""
    how, buffer = zipfile.ZIP_DEFLATED if smaller else zipfile.ZIP_STORED, io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return buffer.getvalue()
