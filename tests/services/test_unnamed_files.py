"""A picture whose saving broke off before its row was written does not stay for ever."""

import os
import time
from dataclasses import asdict
from datetime import UTC, datetime

from moderation.services import restored, unnamed_files
from tests import buckets
from tests.builders import School
from tests.services.moments import small_photo

pytestmark = buckets.folder_only  # nobody can make what lies in a bucket older than it is


def grow_old(school: School, key: str) -> None:
    long_ago = time.time() - unnamed_files.OLD - 60
    os.utime(school.parts.settings.instance / "media" / key[:2] / key[2:4] / key, (long_ago, long_ago))


def found(school: School) -> list[str]:
    with school.parts.reading() as work:
        return unnamed_files.find(work)


def test_a_file_that_no_row_names_goes_after_a_day_and_the_others_stay(school: School) -> None:
    post = school.post(school.draft(small_photo(1)))
    named, unnamed, young = post.photos[0].media_key, *map(school.parts.store.put, (b"broken off", b"being saved"))
    grow_old(school, named)
    grow_old(school, unnamed)
    assert found(school) == [unnamed]
    with school.parts.work() as work:
        assert unnamed_files.remove(work, [unnamed]) == 1
    assert set(school.parts.store.keys()) == {named, young}


def test_in_an_hour_only_its_share_is_looked_at_and_all_of_them_within_a_day(school: School) -> None:
    stray = school.parts.store.put(b"broken off")
    grow_old(school, stray)
    hours = [datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in range(23)]
    with school.parts.reading() as work:
        by_hour = [unnamed_files.find(work, unnamed_files.share_of(hour)) for hour in hours]
    assert sorted(by_hour) == [[]] * 22 + [[stray]]


def test_whoever_picks_the_same_picture_meanwhile_keeps_it(school: School) -> None:
    lost = school.post(school.draft(small_photo(2))).photos[0].media_key
    stray = school.parts.store.put(b"the same again")
    grow_old(school, lost)
    grow_old(school, stray)
    school.parts.store.put(b"the same again")
    assert found(school) == []
    with school.parts.work() as work:
        assert unnamed_files.remove(work, [lost, stray]) == 0
    assert set(school.parts.store.keys()) == {lost, stray}


def test_while_an_older_database_stands_there_nothing_goes(school: School) -> None:
    """Its rows name none of the newer files: whoever puts the right database back needs them."""
    stray = school.parts.store.put(b"of a post that this database does not know")
    grow_old(school, stray)
    newest = restored.Line(10**6, "f" * 64, "2026-11-20T10:00:00+00:00", "submitted")
    school.parts.trail.append([asdict(newest)])
    assert found(school) == []
    with school.parts.work() as work:
        assert unnamed_files.remove(work, [stray]) == 0
    assert stray in set(school.parts.store.keys())
