"""Takes govuk-frontend's npm tarball into static/vendor, without GOV.UK's font, crown, crest and logo.

npm pack govuk-frontend@VERSION
python tools/renew_govuk_frontend.py govuk-frontend-VERSION.tgz
"""

import hashlib
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parents[1] / "static" / "vendor" / "govuk-frontend"
SHEET, NOTE = "govuk-frontend.min.css", "vendored.json"
# What is the government's alone: its typeface, and every rule of its crown, crest, logo and branded header.
FONT = "GDS Transport,"
OURS_NEVER = re.compile(r"crown|crest|copyright-logo|govuk-logo|\.govuk-header\b|url\(", re.IGNORECASE)
NESTED = ("@media", "@supports")


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each rule of the sheet as what stands before its braces and between them."""
    depth, began, opened = 0, 0, 0
    for at, sign in enumerate(css):
        if sign == ";" and depth == 0:
            yield css[began : at + 1], ""
            began = at + 1
        elif sign == "{":
            depth += 1
            if depth == 1:
                opened = at
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[began:opened], css[opened + 1 : at]
                began = at + 1


def cleaned(css: str, left_out: list[str]) -> str:
    """The sheet without what is the government's; `left_out` is told which rules those were."""
    kept = []
    for head, body in blocks(css):
        if head.startswith("@font-face"):
            left_out.append("@font-face")
        elif head.startswith(NESTED):
            inside = cleaned(body, left_out)
            kept.append(f"{head}{{{inside}}}" if inside else "")
        elif not body:
            kept.append(head if head.endswith(";") else "")
        else:
            selectors = [one for one in head.split(",") if not OURS_NEVER.search(one)]
            if not selectors or OURS_NEVER.search(body):
                left_out.append(head)
            else:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def renew(tarball: Path) -> dict[str, object]:
    """Writes the sheet and the note. Raises ValueError if the package is another one or not under MIT."""
    with tarfile.open(tarball) as package:
        about = json.loads(text(package, "package.json"))
        css = text(package, f"dist/govuk/{SHEET}")
    if (about["name"], about["license"]) != ("govuk-frontend", "MIT"):
        raise ValueError("This is not govuk-frontend under the MIT licence.")
    left_out: list[str] = []
    sheet = cleaned(without_comments(css).replace("\n", ""), left_out).replace(FONT, "")
    note = {
        "version": about["version"],
        "tarball": hashlib.sha256(tarball.read_bytes()).hexdigest(),
        "sheet": hashlib.sha256(sheet.encode()).hexdigest(),
        "left out": sorted(set(left_out)),
    }
    (HERE / SHEET).write_text(sheet)
    (HERE / NOTE).write_text(json.dumps(note, indent=2) + "\n")
    return note


def text(package: tarfile.TarFile, name: str) -> str:
    found = package.extractfile(f"package/{name}")
    if found is None:
        raise ValueError(f"{name} is not in the package.")
    return found.read().decode()


if __name__ == "__main__":
    print(json.dumps(renew(Path(sys.argv[1])), indent=2))
