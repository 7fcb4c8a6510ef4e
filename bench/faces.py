"""Gatepost's check of faces against the face_recognition package, in one run, on the same made pictures.

CPU seconds are user and system time of each child process and of its own children. Nothing is written but stdout.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from running import ROOT, run

from moderation.detect.gallery import Gallery

PEER = "face_recognition.face_recognition_cli"

# What somebody writes who takes the package instead of its command: its README's own lines, at full size.
FULL_SIZE = """
import sys, face_recognition
known = [face_recognition.face_encodings(face_recognition.load_image_file(sys.argv[1]))[0]]
for path in sys.argv[2:]:
    for face in face_recognition.face_encodings(face_recognition.load_image_file(path)):
        print(path, face_recognition.compare_faces(known, face))
"""
# Gatepost's faces alone: the same gate, decoding, faces and list as `gatepost check`, without reading any writing.
FACES_ALONE = """
import sys
from pathlib import Path
from moderation.detect import faces
from moderation.media import photo
from moderation.services.files import read_gallery
from moderation.services.looking import Looker
looker = Looker()
gallery, _ = read_gallery(Path(sys.argv[1]), looker)
for path in sys.argv[2:]:
    for seen in faces.sightings(looker.faces, photo.pixels(photo.ingest(Path(path).read_bytes()).jpeg), gallery):
        print(path, seen.kind)
"""


def commands(folder: Path, photos: Path) -> dict[str, tuple[str | Path, ...]]:
    """The ways to look for one listed person in a folder of photos; each prints a line a face."""
    each = sorted(photos.iterdir())
    reference = folder / "list" / "p020" / "0.jpg"
    return {
        "face_recognition, the command": ("-m", PEER, reference.parent, photos),
        "face_recognition, full size": ("-c", FULL_SIZE, reference, *each),
        "gatepost check": ("-m", "moderation.cli", "check", "--json", "--no-publish", folder / "list", *each),
        "Gatepost, faces alone": ("-c", FACES_ALONE, folder / "list", *each),
    }


def faces_in(lines: Sequence[str]) -> int:
    """How many faces the lines speak of: `gatepost check` prints one a photo, the others one a face."""
    if lines and lines[0].startswith("{"):
        kinds = [seen["kind"] for line in lines for seen in json.loads(line)["sightings"]]
        return sum(kind.startswith("face.") for kind in kinds)
    return sum("no_persons_found" not in line for line in lines)


def compare(folder: Path, title: str) -> None:
    """Prints what a photo more costs, what a photo costs with starting and loading, and the faces found in all."""
    once, twice = folder / title, folder / f"{title}, twice"
    twice.mkdir()
    photos = sorted(once.iterdir())
    for photo in photos:
        for copy in "ab":
            (twice / f"{copy}{photo.name}").hardlink_to(photo)
    faces = sum(int(photo.stem) for photo in photos)
    print(f"\n{title}: {len(photos)} x 12 megapixels, {faces} faces")
    print(f"{'':32}{'CPU s a photo':>15}{'with start-up':>15}{'faces found':>13}{'peak MB':>9}")
    again = {way: run(*command).cpu for way, command in commands(folder, twice).items()}
    runs = {way: run(*command) for way, command in commands(folder, once).items()}
    more = {way: (again[way] - done.cpu) / len(photos) for way, done in runs.items()}
    for way, done in runs.items():
        print(f"{way:32}{more[way]:15.2f}{done.cpu / len(photos):15.2f}{faces_in(done.lines):13}{done.peak:9.0f}")
    theirs, ours = list(runs)[:2], list(runs)[2:]
    for way, peer in product(ours, theirs):
        found = faces_in(runs[way].lines) / max(1, faces_in(runs[peer].lines))
        whole = runs[way].cpu / runs[peer].cpu
        print(f"  {way} / {peer}: CPU {more[way] / more[peer]:.2f} ({whole:.2f} with start-up), faces {found:.2f}")


def one_in_ten_thousand() -> float:
    """Milliseconds, the median of many, to compare one face with the encodings of 10,000 people."""
    rng = np.random.default_rng(1)
    gallery = Gallery.build({f"p{n}": rng.normal(0, 0.1, (1, 128)) for n in range(10_000)})
    face = rng.normal(0, 0.1, (1, 128))
    times = []
    for _ in range(50):
        began = time.perf_counter()
        gallery.compare(face)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(
            ROOT / "bench" / "pictures.py", folder
        )  # in a process of its own: this one's memory counts as its children's
        compare(folder, "few faces")
        compare(folder, "a group")
        (folder / "roll.csv").write_text("id,forename,surname\np017,Harvey,Pemberton\n")
        lists = ("--roll", folder / "roll.csv", "--no-publish", folder / "list")
        print("\nPeak memory of gatepost check with a roll and a list:")
        for photo in (folder / "few faces" / "5.jpg", folder / "a group" / "30.jpg"):
            print(f"{photo.parent.name:32}{run('-m', 'moderation.cli', 'check', *lists, photo).peak:15.0f} MB")
    print(f"one face against the encodings of 10,000 people: {one_in_ten_thousand():.2f} ms")


if __name__ == "__main__":
    main()
