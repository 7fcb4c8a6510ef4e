"""Straight to the account, on Bluesky's own server and on WordPress, with workers killed at random moments.

The run in the suite is small; `make deliver` runs 50 posts with four pictures each through both.
"""

import os
import time
from pathlib import Path

from moderation.rules.connecting import Progress
from moderation.rules.workflow import State
from moderation.services import publishing
from moderation.services.looking import Looker
from tests.acceptance import connected
from tests.builders import open_school
from tests.connectors import servers

POSTS = int(os.environ.get("GATEPOST_DELIVER_POSTS", "6"))
KILLS = POSTS
PATIENCE = 120 + POSTS * 20  # seconds, on a machine that has other things to do
SEED = int(os.environ.get("GATEPOST_DELIVER_SEED", "7"))


def test_every_post_is_there_once_whatever_is_killed(tmp_path: Path, looker: Looker) -> None:
    with servers.bluesky(tmp_path / "bluesky") as bluesky, servers.wordpress(tmp_path / "wordpress") as wordpress:
        school = open_school(tmp_path / "instance", looker)
        accounts = [
            connected.connect(school, bluesky, "Bluesky"),
            connected.connect(school, wordpress, "School website"),
        ]
        posts = [connected.released(school, number, accounts) for number in range(1, POSTS + 1)]
        kits = [[connected.kit(school, post_id, account) for post_id in posts] for account in accounts]
        with connected.workers(school, SEED) as workers:
            started = time.monotonic()
            for post_id in posts:
                connected.ask(school, post_id, accounts)
            workers.until(lambda: all(school.state(one) is State.LIVE for one in posts), KILLS, PATIENCE)
            sending = time.monotonic() - started
            tries = [tries for _, tries in connected.progress(school)]

            for there, kit in zip(
                (connected.on_bluesky(bluesky), connected.on_wordpress(wordpress)), kits, strict=True
            ):
                assert sorted(there, key=lambda one: one.words) == sorted(kit, key=lambda one: one.words)
            assert len(connected.all_of(wordpress, "media")) == POSTS * connected.PICTURES

            started = time.monotonic()
            for post_id in posts:
                with school.parts.work() as work:
                    publishing.take_down(work, school.manager, post_id, "The end of the test")
            gone = Progress.REMOVED
            workers.until(lambda: all(one is gone for one, _ in connected.progress(school)), KILLS // 2, PATIENCE)
            removing = time.monotonic() - started
        assert connected.on_bluesky(bluesky) == [] and connected.blobs_on_bluesky(bluesky) == 0
        assert connected.on_wordpress(wordpress, "publish,future,draft,pending,private") == []
        assert connected.all_of(wordpress, "media") == []
    again = sum(one > 1 for one in tries)
    print(
        f"\n{POSTS} posts with {connected.PICTURES} pictures each on Bluesky's server and on WordPress: all there once "
        f"in {sending:.0f} s, pictures equal byte by byte, alt texts there; all removed in {removing:.0f} s; "
        f"{workers.kills} workers killed, {again} of {2 * POSTS} deliveries had to be begun again."
    )
