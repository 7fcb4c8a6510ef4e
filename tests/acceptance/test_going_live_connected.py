"""Straight to the account, on Bluesky's own server and on WordPress, with workers killed at random moments.

The run in the suite is small; `make deliver` runs 50 posts with four pictures each through both.
"""

import os
import time
from pathlib import Path

from sqlalchemy import select, update

from moderation.db.models import Delivery, LiveCheck, LiveLook, NewsRow
from moderation.rules.as_approved import Result
from moderation.rules.connecting import Progress
from moderation.rules.telling import News
from moderation.rules.workflow import State
from moderation.services import publishing, reading_back
from moderation.services.looking import Looker
from tests.acceptance import connected
from tests.builders import School, open_school
from tests.connectors import servers
from tests.connectors.servers import Server
from tests.connectors.test_reading_back import door, wp

POSTS = int(os.environ.get("GATEPOST_DELIVER_POSTS", "6"))
KILLS = POSTS
PATIENCE = 120 + POSTS * 20  # seconds, on a machine that has other things to do
SEED = int(os.environ.get("GATEPOST_DELIVER_SEED", "7"))


def read_back(school: School, bluesky: Server, wordpress: Server) -> None:
    """All of it is as approved; then somebody edits one post and deletes another, past Gatepost: both alarm."""
    assert {check.result for check in look_at_all(school)} == {Result.SAME}
    with school.parts.reading() as work:
        remotes = [dict(one.remote) for one in work.session.scalars(select(Delivery).order_by(Delivery.id))]
    edited = next(one for one in remotes if "name" in one)
    deleted = next(one for one in remotes if "rkey" in one)
    number = f"posts/{edited['post']}"
    raw = wp(wordpress, "GET", number, params={"context": "edit"})["content"]["raw"]
    wp(wordpress, "POST", number, json={"content": raw.replace("Second paragraph", "Another paragraph")})
    door(bluesky).remove(deleted)
    differ = [check for check in look_at_all(school) if check.result is not Result.SAME]
    assert sorted(check.account.network for check in differ) == ["Bluesky", "School website"]
    said = {check.account.network: [one for one in check.judged if one.result is Result.DIFFERS] for check in differ}
    assert "Another" in said["School website"][0].said[1] and "not there any more" in said["Bluesky"][0].said[0]
    with school.parts.reading() as work:
        told = work.session.scalars(select(NewsRow.post_id).where(NewsRow.news == News.NOT_AS_APPROVED)).all()
    assert set(told) == {check.post_id for check in differ}


def look_at_all(school: School) -> list[LiveCheck]:
    """What the workers do when it is time. The newest look at each account of each post."""
    with school.parts.work() as work:
        work.session.execute(update(LiveLook).values(due_at=work.now))
        looks = work.session.scalars(select(LiveLook.id)).all()
    assert len(looks) == 2 * POSTS
    for one in looks:
        parts = school.parts
        assert reading_back.run(parts.work, parts.reading, parts.looker, parts.open_connector, one)
    with school.parts.reading() as work:
        checks = work.session.scalars(select(LiveCheck).order_by(LiveCheck.id))
        newest = {(one.post_id, one.account_id): one for one in checks}
        assert all(one.account.network for one in newest.values())
        return list(newest.values())


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
            read_back(school, bluesky, wordpress)

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
