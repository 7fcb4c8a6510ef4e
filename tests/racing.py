"""People who press their buttons in the same moment."""

import threading
from collections.abc import Callable

from moderation.rules.workflow import Refused


def at_once(*attempts: Callable[[], None]) -> list[str]:
    """Start together; what each came to: "done" or the kind of refusal."""
    outcomes = [""] * len(attempts)
    start = threading.Barrier(len(attempts))

    def run(number: int, attempt: Callable[[], None]) -> None:
        start.wait()
        try:
            attempt()
            outcomes[number] = "done"
        except Refused as refused:
            outcomes[number] = type(refused).__name__

    threads = [threading.Thread(target=run, args=item) for item in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
