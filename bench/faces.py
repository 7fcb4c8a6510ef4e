"""Gatepost's check of faces against the face_recognition package, in one run, on the same made pictures.

CPU seconds are user and system time of each child process and of its own children. Nothing is written but stdout.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from moderation.demo.camera import snap
from moderation.demo.paint import chance
from moderation.demo.portraits import Portrait, bust, portrait, seat
from moderation.demo.rooms import hall
from moderation.detect.gallery import Gallery

PEER = "face_recognition.face_recognition_cli"
ROOT = Path(__file__).parents[1]
SIZE = (4000, 3000)
LARGE = (1, 3, 5)  # faces in each of the photos with few
ROWS, ACROSS = 3, 10  # of the group
WIDE = {Portrait.COLLINS: 2.8, Portrait.HOPPER: 2.1}  # head and shoulders for each pixel of the face's height

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


@dataclass(frozen=True)
class Run:
    """What one command cost: CPU seconds, peak memory in MB of its largest process, and the lines that it printed."""

    cpu: float
    peak: float
    lines: tuple[str, ...]


def run(*command: str | Path) -> Run:
    """Raises SystemExit if the command failed; exit 1 is `gatepost check` with something to say."""
    with tempfile.TemporaryFile() as out:
        environ = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-W", "ignore", *map(str, command)],
            environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)],
        )
        _, status, used = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"a command of this comparison failed: {command[:3]}")
        out.seek(0)
        lines = tuple(out.read().decode().splitlines())
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines)


def few(faces: int) -> bytes:
    """So many large faces, about 250 to 400 pixels high, side by side in a hall; a photo of 12 megapixels."""
    rng = chance("bench few", faces)
    scene = hall(SIZE, rng).filter(ImageFilter.GaussianBlur(3))
    for place in range(faces):
        who = tuple(Portrait)[place % 2]
        figure = bust(who, round(WIDE[who] * rng.uniform(250, 340)), float(rng.uniform(-5, 5)), bool(place // 2 % 2))
        seat(scene, figure, (place + 0.5) * SIZE[0] / faces)
    return snap(scene, rng)


def group() -> bytes:
    """Thirty faces of 40 to 120 pixels in three rows, those at the back smaller; a photo of 12 megapixels."""
    rng = chance("bench group")
    scene = hall(SIZE, rng).filter(ImageFilter.GaussianBlur(3))
    for row in range(ROWS):
        heights = np.linspace(40 + 27 * row, 66 + 27 * row, ACROSS)
        for place, height in enumerate(rng.permutation(heights)):
            who = tuple(Portrait)[int(rng.integers(2))]
            figure = bust(who, round(WIDE[who] * height), float(rng.uniform(-5, 5)), bool(rng.integers(2)))
            x = round(SIZE[0] * (0.06 + 0.88 * (place + 0.5 * (row % 2)) / ACROSS))
            scene.paste(figure, (x, 1250 + 480 * row), figure)
    return snap(scene, rng)


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


def compare(title: str, folder: Path, photos: dict[str, bytes], faces: int, start: dict[str, Run]) -> None:
    """Prints CPU seconds a photo, without and with the start-up, and the faces found in all the photos."""
    place = folder / title
    place.mkdir()
    for name, data in photos.items():
        (place / name).write_bytes(data)
    print(f"\n{title}: {len(photos)} of 12 megapixels with {faces} faces")
    print(f"{'':32}{'CPU s a photo':>15}{'with start-up':>15}{'faces found':>13}{'peak MB':>9}")
    runs = {name: run(*command) for name, command in commands(folder, place).items()}
    for name, done in runs.items():
        alone = (done.cpu - start[name].cpu) / len(photos)
        print(f"{name:32}{alone:15.2f}{done.cpu / len(photos):15.2f}{faces_in(done.lines):13}{done.peak:9.0f}")
    names = list(runs)
    for ours in names[2:]:
        for theirs in names[:2]:
            without, whole = (
                (runs[ours].cpu - less * start[ours].cpu) / (runs[theirs].cpu - less * start[theirs].cpu)
                for less in (1, 0)
            )
            found = faces_in(runs[ours].lines) / max(1, faces_in(runs[theirs].lines))
            print(f"  {ours} / {theirs}: CPU {without:.2f} ({whole:.2f} with start-up), faces {found:.2f}")


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
        (folder / "list" / "p020").mkdir(parents=True)
        (folder / "list" / "p020" / "0.jpg").write_bytes(portrait(Portrait.COLLINS))
        (folder / "roll.csv").write_text("id,forename,surname\np017,Harvey,Pemberton\n")
        nothing = folder / "start-up"
        nothing.mkdir()
        Image.new("RGB", (64, 64)).save(nothing / "0.jpg")
        start = {way: run(*command) for way, command in commands(folder, nothing).items()}
        print("CPU seconds to start, load the models and take in one reference photo")
        for way, done in start.items():
            print(f"{way:32}{done.cpu:15.2f}")
        compare("few faces", folder, {f"{n}.jpg": few(n) for n in LARGE}, sum(LARGE), start)
        compare("a group", folder, {"group.jpg": group()}, ROWS * ACROSS, start)
        everything = ("--roll", folder / "roll.csv", "--no-publish", folder / "list")
        done = run("-m", "moderation.cli", "check", "--json", *everything, folder / "a group" / "group.jpg")
        print(f"\npeak memory with all checks loaded, on the group: {done.peak:.0f} MB")
    print(f"one face against 10,000 people's encodings: {one_in_ten_thousand():.2f} ms")


if __name__ == "__main__":
    main()
