"""gatepost lookback: a folder of old pictures, looked through for one person."""

import json
from pathlib import Path

from click.testing import CliRunner

from moderation.cli import main
from tests.builders import School, listed_portrait, named_certificate
from tests.web.pages import small


def test_a_folder_is_looked_through_for_one_person_and_every_file_is_answered(school: School, tmp_path: Path) -> None:
    school.person("H1", "Harvey", "Pemberton", references=[small(listed_portrait(0))])
    folder = tmp_path / "old posts"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "certificate.jpg").write_bytes(small(named_certificate()))
    (folder / "face.jpg").write_bytes(small(listed_portrait(1)))
    (folder / "other.jpg").write_bytes(small(named_certificate("Ines Castellan")))
    (folder / "letter.txt").write_text("no picture")
    words = ["--instance", str(school.parts.settings.instance), "lookback", str(folder), "--json", "--person"]
    answer = CliRunner().invoke(main, [*words, "H1"])
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {Path(row["photo"]).name: row["found"] for row in rows} == {
        "certificate.jpg": ["named in a picture"],
        "face.jpg": ["recognised in a picture"],
        "other.jpg": [],
        "letter.txt": ["could not be looked at"],
    }
    assert answer.exit_code == 1
    nobody = CliRunner().invoke(main, [*words, "H2"])
    assert (nobody.exit_code, nobody.stdout) == (2, "")
