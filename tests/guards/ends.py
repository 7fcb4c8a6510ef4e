"""How it went with each guard that was switched off: kept as it goes, so that a run that is broken off can go on."""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic

EVERY = 25  # so often a run says how far it is


@dataclass(frozen=True)
class End:
    """How it went with one guard off."""

    name: str
    family: str
    killed: bool
    by: str  # the test that failed; for a survivor, how many were run


@dataclass
class Ends:
    """Those of one process. What was noticed by an earlier run in the same folder is not tried again."""

    folder: Path
    share: int
    wanted: int
    ends: dict[str, End] = field(default_factory=dict)
    begun: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        self.earlier = {end.name: end for end in kept(self.folder, "jsonl") if end.killed}

    def has(self, name: str) -> bool:
        if name in self.earlier:
            self.ends[name] = self.earlier[name]
        return name in self.ends

    def add(self, end: End) -> None:
        self.ends[end.name] = end
        with Path(self.folder, f"ends-{self.share}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(end)) + "\n")
        if len(self.ends) % EVERY == 0 or not end.killed:
            self.say(f": survived {end.by}: {end.name}" if not end.killed else "")

    def say(self, more: str = "") -> None:
        noticed = sum(end.killed for end in self.ends.values())
        minutes = (monotonic() - self.begun) / 60
        line = f"process {self.share}: {len(self.ends)} of {self.wanted}, {noticed} noticed, {minutes:.1f} min{more}"
        print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Whole: what is not closed counts for nothing but going on."""
        every = [asdict(end) for end in self.ends.values()]
        Path(self.folder, f"ends-{self.share}.json").write_text(json.dumps(every), "utf-8")
        self.say()


def kept(folder: Path, ending: str) -> list[End]:
    """What lies in the folder; the newest word on a guard comes last."""
    texts = [file.read_text("utf-8") for file in sorted(folder.glob(f"ends-*.{ending}"))]
    if ending == "json":
        return [End(**end) for text in texts for end in json.loads(text)]
    return [End(**json.loads(line)) for text in texts for line in text.splitlines()]
