"""Coverage-guided fuzzing of what reads strangers' bytes and words; needs the group `fuzz`. Part of `make fuzz`.

python -m tests.fuzz.parsers [--seconds N]       every target, two at a time, and their figures
python -m tests.fuzz.parsers TARGET [FILE]       one of them, by libFuzzer's own flags
"""

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

TARGETS: Final = ("pictures", "csv", "sheets", "words", "pages", "fields")
# What is watched for new ways through it. The parsers of forms alone of the web: the rest takes minutes to prepare.
WATCHED: Final = ["PIL", "markdown_it", "moderation.rules", "moderation.media", "moderation.web.forms"]
WEB: Final = Path(__file__).parents[2] / "moderation" / "web"
LONGEST: Final = 200_000  # bytes of one input
SMALL: Final = 300_000  # pixels of a picture, so that many can be tried
FLAGS: Final = (f"-max_len={LONGEST}", "-rss_limit_mb=2048", "-timeout=20", "-len_control=10", "-print_final_stats=1")


def one(name: str, flags: list[str]) -> None:
    """Never returns."""
    import atheris

    forms = [f"moderation.web.{path.stem}" for path in WEB.glob("*_forms.py")]
    with atheris.instrument_imports(include=WATCHED + forms):
        from moderation.media import gate
        from tests.fuzz import targets
    gate.MAX_PIXELS = SMALL  # type: ignore[misc]
    atheris.Setup([sys.argv[0], *flags], targets.TARGETS[name])
    atheris.Fuzz()


def run(name: str, seconds: int, finds: Path) -> tuple[str, bool]:
    """A line of figures, and whether nothing was found."""
    from tests.fuzz import targets

    with TemporaryDirectory() as corpus:
        for number, seed in enumerate(targets.SEEDS[name]()):
            (Path(corpus) / f"seed{number}").write_bytes(seed)
        flags = [*FLAGS, f"-max_total_time={seconds}", f"-artifact_prefix={finds}/{name}-", corpus]
        command = [sys.executable, "-m", "tests.fuzz.parsers", name, *flags]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")

    def figure(pattern: str) -> str:
        found: Any = re.findall(pattern, done.stderr)
        return found[-1] if found else "?"

    runs, memory = figure(r"number_of_executed_units:\s+(\d+)"), figure(r"peak_rss_mb:\s+(\d+)")
    line = f"{name:10} {runs:>9} runs, {figure(r'cov: ([0-9]+)'):>6} places reached, {memory:>5} MB"
    if done.returncode == 0:
        return line, True
    return f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}", False


def main() -> int:
    if len(sys.argv) > 1 and sys.argv[1] in TARGETS:
        one(sys.argv[1], sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument(
        "--finds", type=Path, default=Path("test-artifacts"), help="where an input that breaks one is put"
    )
    asked = parser.parse_args()
    asked.finds.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda name: run(name, asked.seconds, asked.finds.resolve()), TARGETS))
    for line, _ in told:
        print(line)
    return 0 if all(well for _, well in told) else 1


if __name__ == "__main__":
    sys.exit(main())
