"""Gatepost's check of names against Tesseract as a developer would call it, in one run, on the same made pictures.

CPU seconds are user and system time of each child process and of its own children. Nothing is written but stdout.
"""

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from running import ROOT, Run, run

from moderation.demo.roll import roll_of
from moderation.detect.text import TextEngine, prepare, sightings
from moderation.media import photo as pictures
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.measuring_names import Measured, looked, measure
from moderation.rules.names import Context, Roll
from moderation.services.name_evaluation import read_labels

# What pytesseract's image_to_data does (the picture as PNG, one call of the program, its table), and then what somebody
# writes who has a roll: is a word of the picture a forename or a surname?
PEER = """
import csv, io, json, subprocess, sys, tempfile
from PIL import Image, ImageOps
with open(sys.argv[1]) as file:
    names = {row[part].casefold() for row in csv.DictReader(file) for part in ("forename", "surname")}
for path in sys.argv[2:]:
    with tempfile.NamedTemporaryFile(suffix=".png") as png:
        ImageOps.exif_transpose(Image.open(path)).save(png, "PNG")
        done = subprocess.run(["tesseract", png.name, "stdout", "tsv"], capture_output=True, check=True)
    boxes = []
    for row in csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\\t", quoting=csv.QUOTE_NONE):
        if (row["text"] or "").strip(" .,:;!?'\\"()").casefold() in names:
            left, top, wide, high = (int(row[key]) for key in ("left", "top", "width", "height"))
            boxes.append([left, top, left + wide, top + high])
    print(json.dumps({"sightings": [{"kind": "name.match", "box": box} for box in boxes]}))
"""
# Gatepost's names alone: the same gate, decoding, reading and roll as `gatepost check`, without looking for faces.
NAMES_ALONE = """
import json, sys
from pathlib import Path
from moderation.detect import text
from moderation.media import photo
from moderation.services.files import read_roll
engine, roll = text.TextEngine(), read_roll(Path(sys.argv[1]))
for path in sys.argv[2:]:
    seen = text.sightings(engine, photo.pixels(photo.ingest(Path(path).read_bytes()).jpeg), roll)
    print(json.dumps({"sightings": [{"kind": one.kind, "box": one.box} for one in seen]}))
"""


def commands(roll: Path, photos: Sequence[Path]) -> dict[str, tuple[str | Path, ...]]:
    """The ways to look for the roll's names in photos; each prints a line of JSON a photo."""
    ours: dict[str, tuple[str | Path, ...]] = {
        "Gatepost, names alone": ("-c", NAMES_ALONE, roll, *photos),
        "gatepost check": ("-m", "moderation.cli", "check", "--json", "--roll", roll, *photos),
    }
    if shutil.which("tesseract"):
        return {"Tesseract, full size": ("-c", PEER, roll, *photos), **ours}
    print("Tesseract is not installed, so there is nothing to compare with; on Debian: apt-get install tesseract-ocr")
    return ours


def measured(done: Run, labels: Path) -> Measured:
    """What came of the labelled names, by the same rule as `gatepost evaluate names`."""
    answers = [json.loads(line)["sightings"] for line in done.lines]
    return measure(
        [
            looked(
                one.labels,
                [Sighting(Detector.NAMES, Kind(s["kind"]), Box(*s["box"]) if s["box"] else None) for s in seen],
                0.0,
            )
            for one, seen in zip(read_labels(labels), answers, strict=True)
        ]
    )


def compare(folder: Path) -> None:
    """Prints what a photo costs, start-up shared out, and the names pointed at, with the ratios."""
    labels = folder / "labels.jsonl"
    photos = [one.image for one in read_labels(labels)]
    rows: dict[str, tuple[float, int]] = {}
    print(f"{'':24}{'CPU s a photo':>15}{'found':>8}{'possible':>10}{'missed':>8}{'clean alarmed':>15}{'peak MB':>9}")
    for way, command in commands(folder / "roll.csv", photos).items():
        done = run(*command)
        what = measured(done, labels)
        tally, clean = what.all, what.false_alarms
        assert tally.found and tally.possible and tally.missed and clean
        shares = f"{tally.found.rate:8.0%}{tally.possible.rate:10.0%}{tally.missed.rate:8.0%}{clean.rate:15.0%}"
        rows[way] = done.cpu / len(photos), round(tally.names * (1 - tally.missed.rate))
        print(f"{way:24}{rows[way][0]:15.2f}{shares}{done.peak:9.0f}")
        kinds = (f"{kind} {1 - own.missed.rate:.0%}" for kind, own in what.by_kind.items() if own.missed)
        print(f"   pointed at: {', '.join(kinds)}")
    peer = rows.pop("Tesseract, full size", None)
    for way, (cpu, names) in rows.items() if peer else ():
        print(f"  {way} / Tesseract: CPU {cpu / peer[0]:.2f}, names pointed at {names / max(1, peer[1]):.2f}")


def long_rolls(photo: Path) -> None:
    """Prints what long rolls cost: once, for a photo's 40 lines of text, and for a whole photo beside a roll of 20."""
    engine, rgb = TextEngine(), pictures.pixels(pictures.ingest(photo.read_bytes()).jpeg)
    short = _seconds(lambda: sightings(engine, rgb, roll_of(20)), 3)
    print(f"\n{'roll':>8}{'once, s':>10}{'40 lines, ms':>15}{'more a photo, s':>18}")
    for people in (2_000, 50_000):
        entries = roll_of(people).entries
        began = time.process_time()
        roll = Roll.build(entries)
        prepare(roll)
        once = time.process_time() - began
        names = [f"{one.forename} {one.surname}" for one in entries[:: people // 10]]
        lines = [
            *names,
            *(f"This certificate is awarded to {name}" for name in names),
            *["for kindness to others"] * 20,
        ]
        text = _seconds(lambda: [roll.find(line, Context.PICTURE) for line in lines[:40]], 9)  # noqa: B023
        more = _seconds(lambda: sightings(engine, rgb, roll), 3) - short  # noqa: B023
        print(f"{people:8,}{once:10.2f}{1000 * text:15.1f}{more:18.2f}")


def _seconds(action: Callable[[], object], times: int) -> float:
    """CPU seconds of one time, the median of several."""
    took = []
    for _ in range(times):
        began = time.process_time()
        action()
        took.append(time.process_time() - began)
    return statistics.median(took)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(ROOT / "bench" / "name_pictures.py", folder)
        compare(folder)
        long_rolls(folder / "labels-0.jpg")


if __name__ == "__main__":
    main()
