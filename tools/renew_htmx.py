"""Takes htmx's npm tarball into static/vendor: the one script that runs in a browser, unchanged, and its licence.

npm pack htmx.org@2
python tools/renew_htmx.py htmx.org-VERSION.tgz
"""

import hashlib
import json
import sys
import tarfile
from pathlib import Path

from renew_govuk_frontend import text

HERE = Path(__file__).parents[1] / "static" / "vendor" / "htmx"
SCRIPT, NOTE = "htmx.min.js", "vendored.json"


def renew(tarball: Path) -> dict[str, str]:
    """Writes the script, its licence and the note. Raises ValueError if it is another package or not under 0BSD."""
    with tarfile.open(tarball) as package:
        about = json.loads(text(package, "package.json"))
        script, licence = text(package, f"dist/{SCRIPT}"), text(package, "LICENSE")
    if (about["name"], about["license"]) != ("htmx.org", "0BSD"):
        raise ValueError("This is not htmx under the 0BSD licence.")
    note = {
        "version": about["version"],
        "tarball": hashlib.sha256(tarball.read_bytes()).hexdigest(),
        "script": hashlib.sha256(script.encode()).hexdigest(),
    }
    HERE.mkdir(exist_ok=True)
    (HERE / SCRIPT).write_text(script)
    (HERE / "LICENSE.txt").write_text(licence)
    (HERE / NOTE).write_text(json.dumps(note, indent=2) + "\n")
    return note


if __name__ == "__main__":
    print(json.dumps(renew(Path(sys.argv[1])), indent=2))
