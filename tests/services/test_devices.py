"""What photos were taken with, held against the school's list of devices before it is stripped."""

from io import BytesIO

import pytest
from PIL import Image

from moderation.media.photo import ingest
from moderation.rules.roles import Role
from moderation.services import devices
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.moments import small_photo


def taken_with(maker: str, model: str) -> bytes:
    image = Image.new("RGB", (160, 120), (90, 120, 60))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = maker, model
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("maker", "model", "said"),
    [
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("Canon", "Canon EOS 90D", "Canon EOS 90D"),
        ("samsung\0", "SM-A525F\n", "samsung SM-A525F"),
        ("", "", ""),
        ("x" * 200, "y", "x" * 80),
        ("Zoë\u202e", "<b>", "Zo?? <b>"),
    ],
)
def test_law_6_the_maker_and_model_are_read_and_do_not_stay_in_the_picture(maker: str, model: str, said: str) -> None:
    photo = ingest(taken_with(maker, model))
    assert photo.camera == said
    assert not Image.open(BytesIO(photo.jpeg)).getexif()


def test_a_photo_from_another_device_is_pointed_out_to_whoever_decides(school: School) -> None:
    post_id = school.in_review(taken_with("Apple", "iPhone 12"), small_photo(), caption="")
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text
    assert "taken with" not in page.lower(), "without a list nothing is asked"
    client = school.browser(Role.ADMINISTRATOR)
    assert "Apple iPhone 12" in client.get("/staff/devices/").text, "offered, for it was seen"
    assert (
        client.post("/staff/devices/", data={"camera": "Fujifilm X100", "whose": "School, office"}).status_code == 303
    )
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text
    assert "Taken with Apple iPhone 12, which is not on the school’s list of devices." in page
    assert "The file does not say what it was taken with." in page
    client.post("/staff/devices/", data={"camera": "Apple iPhone 12", "whose": "School, Year 4"})
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text
    assert "Taken with a device on the list: School, Year 4." in page


def test_a_device_is_on_the_list_once(school: School) -> None:
    administrator = school.people[Role.ADMINISTRATOR]
    with school.parts.work() as work:
        first = devices.add(work, administrator, "Apple  iPhone 12", "School")
    with school.parts.work() as work, pytest.raises(Mistake, match="on the list already"):
        devices.add(work, administrator, "Apple iPhone 12", "Office")
    with school.parts.work() as work:
        devices.remove(work, administrator, first.id)
        assert not devices.every(work)
