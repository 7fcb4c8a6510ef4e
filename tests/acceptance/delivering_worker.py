"""A worker, or the sweep, that only delivers: the real ones, with shorter waits. Run with: worker|sweep INSTANCE."""

import sys
from datetime import timedelta
from pathlib import Path

from moderation.queue import Job
from moderation.services import deliveries, leases
from moderation.settings import Trust, load
from moderation.wiring import wire
from workers import jobs, sweep
from workers.__main__ import serve_queue

leases.LEASE, leases.HEARTBEAT = timedelta(seconds=3), 0.7
deliveries.UNHEARD = timedelta(seconds=1)
sweep.EVERY = 0.3


def main(what: str, instance: Path) -> None:
    settings = load({}, instance)
    if what == "sweep":
        sweep.run(Trust(settings, (settings,)))
    parts = wire(settings)
    jobs.use(parts)
    serve_queue(settings, lambda: None, known=(str(Job.DELIVER),))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
