"""Evidence: one pack a post that verifies without the server; changed in any field, it is refused with its name."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from moderation.cli import main
from moderation.db.models import Version
from moderation.media import signing
from moderation.media.signing import Seal
from moderation.rules import consent, evidence
from moderation.rules.chain import Link, link_hash
from moderation.rules.digest import of_text
from moderation.rules.roles import Role
from moderation.services import cases, intake, kept_secrets, permissions, publishing, purging, tagging, takedowns
from moderation.services import evidence as packs
from moderation.services.evidence import Asked, Pack
from moderation.services.permissions import PermissionForm
from moderation.services.work import NotFound
from tests.builders import LINK, School, open_school
from tests.web.pages import plain

fits = cache(signing.fits)  # of a pack that was changed in one field every other seal is as it was
NAME = "Złata Ὀδυσσεύς-中"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Any) -> School:
    return open_school(tmp_path_factory.mktemp("school") / "instance", looker, GATEPOST_SCHOOL="Ťestschool 中")


@pytest.fixture(scope="module")
def post_id(school: School) -> int:
    """Live, asked to be taken down; a pupil is in it by permission, a flag was settled, two versions were kept."""
    pupil = school.person("UPN00117", "Harvey", "Pemberton")
    with school.parts.work() as work:
        form = PermissionForm(consent.Word.GRANTED, consent.Giver.PARENT_1, work.today)
        permissions.record(work, school.data_lead, pupil.id, form)
    post_id = school.draft(plain(1), caption=f"Well done Harvey Pemberton & {NAME} <3")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [pupil.id])
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.to_the_kit(post_id)
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
        takedowns.ask_for(work, school.teacher, post_id, "The wrong date")
    return post_id


def made(school: School, post_id: int, asked: Asked = Asked(), role: Role = Role.DATA_LEAD) -> Pack:  # noqa: B008
    with school.parts.work() as work:
        return packs.make(work, school.people[role], school.parts.settings.school, post_id, asked)


@pytest.fixture(scope="module")
def pack(school: School, post_id: int) -> Pack:
    return made(school, post_id, Asked(pictures=True))


@pytest.fixture(scope="module")
def document(pack: Pack) -> dict[str, Any]:
    return evidence.read(dict(pack.files)[packs.JSON_NAME])


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine that has no school."""
    return tmp_path_factory.mktemp("elsewhere")


def verify(path: Path, instance: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), "audit", "verify", str(path), *more])


def written(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "pack.zip"
    path.write_bytes(Pack(1, tuple(files.items())).zipped())
    return path


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}{'b' if value.endswith('a') else 'a'}"
    return "something"


Change = tuple[str, Callable[[], None], Callable[[], None]]


def every_leaf(value: Any, path: str = "") -> Iterator[Change]:
    """(name, change it, change it back) of each field in turn, empty lists and objects among them."""
    names = list(value) if isinstance(value, dict) else range(len(value))
    for name in names:
        one = value[name]
        its = f"{path}[{name}]" if isinstance(value, list) else f"{path}.{name}" if path else str(name)
        if isinstance(one, dict | list) and one:
            yield from every_leaf(one, its)
        else:
            yield its, partial(value.__setitem__, name, changed(one)), partial(value.__setitem__, name, one)


def test_a_pack_says_what_who_when_and_what_was_found_and_decided(school: School, document: dict[str, Any]) -> None:
    told = document["evidence"]
    assert told["school"] == "Ťestschool 中" and told["made"]["by"]["role"] == "data lead"
    assert NAME in told["post"]["words"] and told["post"]["state"] == "live"
    (finding,) = [one for one in told["findings"] if one["kind"] == "name.match"]
    assert (finding["settled"], finding["reason"], finding["by"]["role"]) == (
        "false alarm", "I looked closely", "assistant head",
    )  # fmt: skip
    (approval,) = told["approvals"]
    (version,) = told["versions"]
    assert approval["as"] == ["assistant head"] and approval["digest"] == version["digest"] == of_text(version["form"])
    assert [one["link"] for one in told["publications"]] == [LINK] and told["takedowns"][0]["said"] == "The wrong date"
    (person,) = told["people"]["tagged"]
    assert person["person"] == "UPN00117" and person["answers"][0]["may_appear"] and person["answers"][0]["permission"]
    assert [row["action"] for row in told["audit"]["rows"]][-1] == "evidence made"
    assert {one["engine"] for one in told["checks"]} and all(one["list_version"] for one in told["checks"])


def test_pupils_are_told_by_their_number_unless_the_data_lead_asks(school: School, post_id: int) -> None:
    plain_one = evidence.read(dict(made(school, post_id, role=Role.HEADTEACHER).files)[packs.JSON_NAME])["evidence"]
    named = evidence.read(dict(made(school, post_id, Asked(names=True)).files)[packs.JSON_NAME])["evidence"]
    assert [one["people"]["tagged"][0]["name"] for one in (plain_one, named)] == [None, "Harvey Pemberton"]
    quoted = [one["findings"] for one in (plain_one, named)]
    assert ["Pemberton" in json.dumps(one) for one in quoted] == [False, True]
    assert "a permission is in force" not in json.dumps(plain_one) and plain_one["people"]["tagged"]


def test_a_tampered_pack_is_refused_with_the_field_s_name(
    document: dict[str, Any], pack: Pack, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each field in turn, and each seal."""
    tampered = deepcopy(document)
    assert evidence.wrong(tampered, fits) == []
    fields = list(every_leaf(tampered["evidence"]))
    for name, change, change_back in fields:
        change()
        assert [one.field for one in evidence.wrong(tampered, fits)] == [name]
        change_back()
    seals = list(tampered["seal"]["fields"])
    for name in seals:
        signature = tampered["seal"]["fields"][name]
        tampered["seal"]["fields"][name] = f"{signature[:-3]}{changed(signature[-3])}=="  # its last letter
        assert [one.field for one in evidence.wrong(tampered, fits)] == [name or "evidence"]
        tampered["seal"]["fields"][name] = signature
    for name in seals:
        signature = tampered["seal"]["fields"].pop(name)
        assert [one.field for one in evidence.wrong(tampered, fits)] == [name or "evidence"]
        tampered["seal"]["fields"][name] = signature
    assert evidence.wrong(tampered, fits) == []
    with capsys.disabled():
        print(f"\n{len(fields)} fields, {len(seals)} seals, changed or taken out in turn: each refused by its name")


@pytest.mark.parametrize("name", ["pack", "key", "fingerprint"])
def test_a_seal_s_own_fields_are_named_too(document: dict[str, Any], name: str) -> None:
    tampered = deepcopy(document)
    tampered["seal"][name] = changed(tampered["seal"][name])
    assert [one.field for one in evidence.wrong(tampered, fits)] == [f"seal.{name}"]


def test_a_field_with_the_seal_of_another_one_or_of_another_pack_is_refused(
    school: School, post_id: int, document: dict[str, Any]
) -> None:
    tampered, other = deepcopy(document), evidence.read(dict(made(school, post_id).files)[packs.JSON_NAME])
    seals = tampered["seal"]["fields"]
    tampered["evidence"]["approvals"][0]["at"] = tampered["evidence"]["publications"][0]["at"]
    seals["approvals[0].at"] = seals["publications[0].at"]
    tampered["evidence"]["made"]["at"] = other["evidence"]["made"]["at"]
    seals["made.at"] = other["seal"]["fields"]["made.at"]
    assert {one.field for one in evidence.wrong(tampered, fits)} == {"approvals[0].at", "made.at"}


def test_a_field_left_out_or_added_with_its_seal_is_named(document: dict[str, Any]) -> None:
    tampered = deepcopy(document)
    del tampered["evidence"]["findings"][0]["reason"]
    tampered["evidence"]["publications"].append({"link": LINK})
    tampered["evidence"]["approvals"].pop()
    tampered["more"] = 1
    assert {str(one) for one in evidence.wrong(tampered, fits)} == {
        "more was added.", "findings[0].reason was taken out.", "publications[1] was added.",
        "approvals[0] was taken out.",
    }  # fmt: skip
    tampered = deepcopy(document)
    gone = [path for path in tampered["seal"]["fields"] if path.startswith("findings[0].reason")]
    for path in gone:
        del tampered["seal"]["fields"][path]
    del tampered["evidence"]["findings"][0]["reason"]
    assert [one.field for one in evidence.wrong(tampered, fits)] == ["findings[0]"]


def test_a_name_that_makes_up_another_field_s_path_hides_nothing(document: dict[str, Any]) -> None:
    """A branch without a name, with all that was sealed: read last, its fields stand where the changed ones stand."""
    tampered = deepcopy(document)
    tampered["evidence"]["post"]["words"] = "Something else"
    tampered["evidence"]["approvals"][0]["by"]["name"] = "Somebody else"
    tampered["evidence"][""] = document["evidence"]
    read = evidence.read(json.dumps(tampered).encode())
    assert "post.words is there twice." in {str(one) for one in evidence.wrong(read, fits)}


def test_the_trail_s_hashes_can_be_reckoned_again_from_the_pack(document: dict[str, Any]) -> None:
    trail = document["evidence"]["audit"]
    for row in trail["rows"]:
        link = Link(row["number"], row["at"], row["actor"], row["action"], row["post"], row["detail"])
        assert link_hash(row["previous"], link) == row["hash"]
    assert trail["head"]["hash"] == trail["rows"][-1]["hash"]


def resealed(document: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """By somebody who has a key, though not the school's."""
    told = deepcopy(document["evidence"])
    change(told)
    other = Seal(b"x" * 32)
    return evidence.seal(told, document["seal"]["pack"], other.public, other.sign)


def test_what_does_not_add_up_is_refused_whoever_sealed_it(document: dict[str, Any]) -> None:
    def change(told: dict[str, Any]) -> None:
        told["audit"]["rows"][2]["action"] = "approve"
        told["versions"][0]["form"] += " "

    fields = [one.field for one in evidence.wrong(resealed(document, change), fits)]
    assert fields == ["versions[0].digest", "audit.rows[2].hash"]


def test_a_whole_pack_is_verified_without_the_school(pack: Pack, elsewhere: Path, document: dict[str, Any]) -> None:
    path = written(elsewhere, dict(pack.files))
    print_ = document["seal"]["fingerprint"]
    for more, said in (((), "you must compare"), (("--key", evidence.in_groups(print_).upper()), "that was given")):
        answer = verify(path, elsewhere / "none", *more)
        assert answer.exit_code == 0 and "none changed" in answer.output and said in answer.output
        assert document["evidence"]["audit"]["head"]["hash"] in answer.output
    alone = elsewhere / "evidence.json"
    alone.write_bytes(dict(pack.files)[packs.JSON_NAME])
    assert "PDF was not given" in verify(alone, elsewhere / "none").output
    assert not (elsewhere / "none").exists()


def test_at_the_school_its_key_and_its_rows_are_compared_too(school: School, pack: Pack, elsewhere: Path) -> None:
    path, instance = written(elsewhere, dict(pack.files)), school.parts.settings.instance
    with school.parts.reading() as work:
        own = ("--key", evidence.in_groups(packs.fingerprint(work)))
    for more in ((), own):
        answer = verify(path, instance, *more)
        assert answer.exit_code == 0 and "are those of the school on this machine" in answer.output


def test_another_school_s_pack_with_its_key_is_compared_with_no_trail_and_says_so(
    school: School, document: dict[str, Any], elsewhere: Path
) -> None:
    other = resealed(document, lambda told: None)
    path = elsewhere / "other.json"
    path.write_text(json.dumps(other))
    answer = verify(path, school.parts.settings.instance, "--key", other["seal"]["fingerprint"])
    assert answer.exit_code == 0 and "no row was compared" in answer.output


def test_a_pack_sealed_anew_with_another_key_is_refused(
    school: School, pack: Pack, document: dict[str, Any], elsewhere: Path
) -> None:
    def change(told: dict[str, Any]) -> None:
        told["publications"][0]["link"] = "https://elsewhere.example/"

    forged = json.dumps(resealed(document, change)).encode()
    path = written(elsewhere, {**dict(pack.files), packs.JSON_NAME: forged})
    for instance, more in (
        (elsewhere / "none", ("--key", document["seal"]["fingerprint"])),
        (school.parts.settings.instance, ()),
    ):
        answer = verify(path, instance, *more)
        assert answer.exit_code == 1 and "seal.fingerprint" in answer.output and "refused" in answer.output


def test_a_pack_whose_rows_the_school_no_longer_has_is_refused(
    school: School, pack: Pack, document: dict[str, Any], elsewhere: Path
) -> None:
    """Sealed with the school's own key: the trail itself was written anew."""

    def change(told: dict[str, Any]) -> None:
        row = told["audit"]["rows"][-1]
        row["detail"] = "{}"
        link = Link(row["number"], row["at"], row["actor"], row["action"], row["post"], row["detail"])
        row["hash"] = told["audit"]["head"]["hash"] = link_hash(row["previous"], link)

    with school.parts.reading() as work:
        told, own = deepcopy(document["evidence"]), Seal(kept_secrets.of(work, kept_secrets.EVIDENCE_SEAL))
    change(told)
    forged = json.dumps(evidence.seal(told, "1", own.public, own.sign)).encode()
    path = written(elsewhere, {**dict(pack.files), packs.JSON_NAME: forged})
    last = len(told["audit"]["rows"]) - 1
    for more in ((), ("--key", evidence.fingerprint(own.public))):
        answer = verify(path, school.parts.settings.instance, *more)
        assert answer.exit_code == 1 and f"audit.rows[{last}] is not in the school" in answer.output


@pytest.mark.parametrize("name", [packs.PDF_NAME, "pictures/photo-1.jpg"])
def test_the_files_beside_the_json_are_held_against_it(pack: Pack, elsewhere: Path, name: str) -> None:
    files = dict(pack.files)
    for one, said in (
        ({**files, name: files[name] + b" "}, f"{name} is not the file that was sealed"),
        ({key: data for key, data in files.items() if key != name}, f"{name} is missing"),
        ({**files, "more.pdf": b""}, "more.pdf does not belong"),
    ):
        answer = verify(written(elsewhere, one), elsewhere / "none")
        assert answer.exit_code == 1 and said in answer.output


def broken(pack: Pack) -> dict[str, bytes]:
    whole, text = pack.zipped(), dict(pack.files)[packs.JSON_NAME]
    empty = Pack(1, (("other.txt", b""),)).zipped()
    twice = text.replace(b'"school":', b'"school": "Another", "school":', 1)
    return {
        "nothing": b"",
        "half a zip": whole[: len(whole) // 2],
        "a zip with a hole": whole[:400] + b"\0" * 300 + whole[700:],
        "half a json": text[: len(text) // 2],
        "a list": b"[]",
        "no pack": b'{"evidence": {}}',
        "deep": b'{"evidence": {}, "seal": ' + b"[" * 200_000,
        "another zip": empty,
        "a field twice": twice,
        "not a number": text.replace(b'"format":', b'"nan": NaN, "format":', 1),
        "odd letters": b"\xff\xfe",
        "bare": rb'{"evidence": {"a": "\ud800"}, "seal": {"pack": 1, "key": 2, "fingerprint": 3, "fields": {}}}',
    }


def test_what_is_no_whole_pack_gets_a_clear_sentence(pack: Pack, elsewhere: Path) -> None:
    for name, data in broken(pack).items():
        path = elsewhere / "broken"
        path.write_bytes(data)
        answer = verify(path, elsewhere / "none")
        assert answer.exit_code == 1, name
        assert isinstance(answer.exception, SystemExit), name
        assert answer.output.strip().endswith(".") and "Traceback" not in answer.output, name


def test_the_head_and_the_fingerprint_are_printed_on_every_page(pack: Pack, document: dict[str, Any]) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(dict(pack.files)[packs.PDF_NAME])).pages]
    head, print_ = document["evidence"]["audit"]["head"], document["seal"]["fingerprint"]
    assert len(pages) > 1
    for page in pages:
        assert f"row {head['number']} of" in page and head["hash"] in page
        assert evidence.in_groups(print_) in page
    text = re.sub(r"\s+", " ", " ".join(pages))
    for words in ("Złata", "Ὀδυσσεύς-[U+4E2D] <3", "Ťestschool", "I looked closely", "UPN00117", LINK):
        assert words in text


def test_a_pack_can_be_made_long_after_the_list_moved_on(school: School, document: dict[str, Any]) -> None:
    """What was approved is reckoned from the form that was kept, not from the register of today."""
    post_id = school.live(caption="Spring fair")
    school.person("UPN00200", "Una", "Ferris", no_publish=True)
    told = evidence.read(dict(made(school, post_id).files)[packs.JSON_NAME])["evidence"]
    with school.parts.reading() as work:
        now = cases.digest_of(work, cases.get(work, post_id))
    (approval,) = told["approvals"]
    assert now != approval["digest"] == of_text(told["versions"][-1]["form"])


def test_of_a_purged_post_the_pack_holds_what_remains(school: School, elsewhere: Path) -> None:
    post_id = school.live(caption="Gone soon")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "It is over")
    with school.parts.work() as work:
        purging.post(work, school.data_lead, cases.get(work, post_id))
    pack = made(school, post_id, role=Role.ASSISTANT_HEAD)
    told = evidence.read(dict(pack.files)[packs.JSON_NAME])["evidence"]
    assert told["post"]["state"] == "purged" and not told["post"]["words"] and not told["versions"]
    assert told["approvals"] and told["publications"][0]["link"] == LINK and told["audit"]["rows"]
    assert verify(written(elsewhere, dict(pack.files)), elsewhere / "none").exit_code == 0
    with school.parts.reading() as work:
        assert not work.session.query(Version).filter_by(post_id=post_id).all()


def test_heads_and_the_data_lead_take_a_pack_from_the_post_s_page(school: School, post_id: int) -> None:
    for role in (Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.DATA_LEAD):
        browser = school.browser(role)
        assert f"/evidence/{post_id}" in browser.get(f"/posts/{post_id}").text
        answer = browser.post(f"/evidence/{post_id}", data={"pictures": "on"})
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.namelist() == [packs.JSON_NAME, packs.PDF_NAME, "pictures/photo-1.jpg"]
        assert "An evidence pack made" in browser.get(f"/posts/{post_id}").text
    assert school.browser(Role.ASSISTANT_HEAD).post(f"/evidence/{post_id}", data={"names": "on"}).status_code == 403
    teacher = school.browser(Role.TEACHER)
    assert "/evidence/" not in teacher.get(f"/posts/{post_id}").text
    assert teacher.post(f"/evidence/{post_id}").status_code == 403


def test_a_draft_is_its_author_s_alone(school: School) -> None:
    post_id = school.draft(caption="Not yet")
    with pytest.raises(NotFound), school.parts.reading() as work:
        packs.get(work, school.data_lead, post_id)


def test_the_same_fingerprint_is_told_everywhere(school: School, document: dict[str, Any], elsewhere: Path) -> None:
    print_ = evidence.in_groups(document["seal"]["fingerprint"])
    assert print_ in school.browser(Role.HEADTEACHER).get("/evidence/").text
    doctor = CliRunner().invoke(main, ["--instance", str(school.parts.settings.instance), "doctor"])
    assert print_ in doctor.output
