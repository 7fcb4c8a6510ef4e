"""The copy of what is held about one person, made where it is made at a school: by a job in a worker's own process."""

from collections.abc import Iterator

import pytest
from rq import Queue
from rq.registry import FinishedJobRegistry

from moderation.queue import QUEUE_NAME, SERIALIZER
from moderation.redis_server import Server, start
from moderation.services import copies, handing_over, tagging
from moderation.services.looking import Looker
from moderation.settings import Settings
from tests.builders import School, open_school
from tests.queue.builders import Launch, until
from tests.services.moments import small_photo

WORKER = """
from moderation.wiring import wire
from workers import jobs
from workers.__main__ import serve_queue
parts = wire(settings)
jobs.use(parts)
serve_queue(settings, parts.warm, freshen=lambda school: parts.freshen())
"""


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with start(settings) as server:
        yield server


@pytest.fixture
def school(settings: Settings, looker: Looker) -> School:
    return open_school(settings.instance, looker)


@pytest.mark.usefixtures("server")
def test_a_worker_covers_every_picture_of_a_large_copy(school: School, launch: Launch) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = school.draft(*(small_photo(shade) for shade in range(copies.FEW + 1)))
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [ada.id])
    with school.parts.work() as work:
        copy_id = copies.begin(work, school.data_lead, ada.id).id

    def is_ready() -> bool:
        with school.parts.reading() as work:
            return copies.of_person(work, ada.id)[0].is_ready

    assert not is_ready(), "too many for the page to wait for"
    launch(WORKER)
    until(is_ready, 50)
    queue = Queue(QUEUE_NAME, connection=school.parts.bell, serializer=SERIALIZER)
    until(lambda: FinishedJobRegistry(queue=queue).get_job_ids(), 10)
    with school.parts.work() as work:
        taken = handing_over.take(work, school.data_lead, ada.id, copy_id)
    assert len(taken.pictures) == copies.FEW + 1
    assert all(picture.jpeg and picture.words.startswith("No face was found") for picture in taken.pictures)
