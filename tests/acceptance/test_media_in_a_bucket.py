"""Beyond one machine: a school whose pictures lie in a bucket and whose rows lie in PostgreSQL, from upload to kit."""

import base64
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from moderation.cli.school import _media
from moderation.media import archive, sealed
from moderation.media.store import Lies
from moderation.media.vault import Vault
from moderation.rules.roles import Role
from moderation.services import permission_to_match, retention
from moderation.services.looking import Looker
from moderation.settings import load
from moderation.wiring import wire
from tests import buckets, postgresql
from tests.acceptance.test_another_database import backed_up, gatepost, let_go_on
from tests.builders import School, open_school
from tests.services.listed import key_of, listed
from tests.services.moments import later
from tests.web.pages import plain

pytestmark = [buckets.needed, postgresql.needed]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    """By a backup from a folder and SQLite to a bucket and PostgreSQL; looked at by the data lead, and open again."""
    folder = tmp_path_factory.mktemp("moved")
    first, instance = open_school(folder / "first", looker), folder / "second"
    first.live(plain(1), caption="Live.")
    backup = backed_up(first, folder / "backups")
    (instance / "keys").mkdir(parents=True)
    shutil.copy(first.parts.settings.keys_folder / "master", instance / "keys")
    settings = {"GATEPOST_DATABASE_URL": postgresql.create(), **buckets.server().settings()}
    (instance / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    for code, said in ((0, "is back in"), (1, "empty place only")):
        told = gatepost(instance, "restore", backup)
        assert told.exit_code == code and said in told.output, told.output
    there = replace(first, parts=replace(wire(load({}, instance=instance)), looker=looker), app=None)
    assert set(there.parts.store.keys()) == set(first.parts.store.keys())
    let_go_on(there)
    return there


def objects(school: School) -> Iterator[bytes]:
    """All pictures and keys that lie in the bucket, as they lie there."""
    client, prefix = buckets.server().client, school.parts.settings.media_url.partition("?")[0].rpartition("/")[2]
    for one in client.list_objects_v2(Bucket="school", Prefix=f"{prefix}/").get("Contents", ()):
        if one["Key"].split("/")[1] in ("trail", "purged"):
            continue  # numbers and digests: tests/media/test_books.py
        yield client.get_object(Bucket="school", Key=one["Key"])["Body"].read()


def test_a_post_goes_from_upload_to_the_kit_and_its_photo_never_lies_on_the_machine(school: School) -> None:
    post_id = school.released(plain(2), caption="The choir sang.")
    photo = school.post(post_id).photos[0]
    assert school.browser(Role.ASSISTANT_HEAD).get(f"/media/photos/{photo.id}/page").data.startswith(b"\xff\xd8\xff")
    manager = school.browser(Role.RESOURCES_MANAGER)
    manager.post(f"/publish/{post_id}/kit")
    zipped = zipfile.ZipFile(io.BytesIO(manager.get(f"/publish/{post_id}/kit.zip").data))
    (picture,) = (name for name in zipped.namelist() if name.endswith(".jpg"))
    assert Image.open(io.BytesIO(zipped.read(picture))).size == (160, 120)
    instance = school.parts.settings.instance
    assert not (instance / "media").exists() and not (instance / "keys" / "people").exists()
    lie = list(objects(school))
    assert len(lie) > 1 and all(sealed.is_sealed(data) and b"JFIF" not in data for data in lie)
    assert "which keeps no versions" in _media(school.parts.settings)


def test_what_is_purged_or_withdrawn_is_gone_from_the_bucket(school: School) -> None:
    person = listed(school)
    key_id, post_id = key_of(school, person), school.draft(plain(3))
    key = school.post(post_id).photos[0].media_key
    assert key in set(school.parts.store.keys()) and key_id in set(school.parts.keys.ids())
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    assert key not in set(school.parts.store.keys()) and key_id not in set(school.parts.keys.ids())


def test_keys_are_turned_in_the_bucket_and_a_backup_of_it_is_whole(school: School) -> None:
    post_id, settings = school.draft(plain(4)), school.parts.settings
    person = listed(school, "B2")
    old = Vault(base64.b64decode(settings.master_file.read_bytes()))
    school.parts.in_use.release()
    told = gatepost(settings.instance, "keys", "rotate")
    assert told.exit_code == 0, told.output
    parts = wire(load({}, instance=settings.instance))
    keys = list(parts.store.keys())
    assert school.post(post_id).photos[0].media_key in keys
    assert {parts.store.lies(key) for key in keys} == {Lies.SEALED} and all(map(parts.store.get, keys))
    assert parts.vault.is_newest(parts.keys.get(key_of(school, person) or ""))
    for data in objects(school):
        starts = (8, 69) if sealed.is_sealed(data) else (0,)
        assert not any(old.opens(data[at : at + 61]) for at in starts)
    backup = backed_up(replace(school, parts=parts), settings.instance.parent / "again")
    assert archive.read(backup, parts.vault).media
