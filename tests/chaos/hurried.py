"""`gatepost serve` with leases and waits of seconds: the same parts under the same supervisor, for a short run."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from moderation.cli.preparing import prepare
from moderation.services import leases, sweep
from moderation.settings import load, load_trust
from moderation.supervisor import Part, run
from moderation.wiring import wire
from workers import jobs
from workers import sweep as rounds
from workers.__main__ import serve_queue

OWN = [sys.executable, "-m", "tests.chaos.hurried"]


def serve(port: str) -> None:
    settings = load({}, Path(os.environ["GATEPOST_INSTANCE"]))
    prepare(settings)
    address = ["web", "--port", port]
    web = [sys.executable, "-m", "moderation.cli", "--instance", str(settings.instance), *address]
    both = [Part(f"worker {number}", [*OWN, "workers"]) for number in (1, 2)]
    run([Part("web", web), Part("sweep", [*OWN, "sweep"]), *both], settings, lambda: True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[3])
    else:
        leases.LEASE, leases.HEARTBEAT = timedelta(seconds=4), 1.0
        sweep.UNHEARD, rounds.EVERY = timedelta(seconds=2), 0.3
        if sys.argv[1] == "sweep":
            rounds.run(load_trust())
        else:
            settings = load()
            parts = wire(settings)
            jobs.use(parts)
            # A work-horse that needs the models loads them.
            serve_queue(settings, lambda: None, freshen=lambda school: parts.freshen())
