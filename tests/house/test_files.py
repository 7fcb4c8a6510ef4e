"""The house rules that no linter knows: what every file, `make check` and the queue's names must keep."""

import ast
import importlib
import inspect
import subprocess
from pathlib import Path

import pytest

from moderation.queue import Job
from tests import order

ROOT = Path(__file__).parents[2]
LONGEST = 250  # lines; the aim is 200
PROGRAM = {
    str(path.relative_to(ROOT)): path.read_text()
    for floor in ("moderation", "workers")
    for path in sorted((ROOT / floor).rglob("*.py"))
}
TESTS = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "tests").rglob("*.py"))}


def test_every_module_says_what_it_is_for() -> None:
    written = {name: text for name, text in (PROGRAM | TESTS).items() if text}
    assert [name for name, text in written.items() if not ast.get_docstring(ast.parse(text))] == []


def test_no_module_is_longer_than_one_can_read() -> None:
    lengths = {name: len(text.splitlines()) for name, text in PROGRAM.items() if "/migrations/" not in name}
    assert len(lengths) > 50
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_only_the_command_line_prints() -> None:
    """Law 10: what the program has to say goes to its log, which carries ids, not to whoever holds its output."""
    assert [name for name, text in PROGRAM.items() if "moderation/cli" not in name and prints(text)] == []


def prints(text: str) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Name) and call.id == "print" for call in calls)


def test_a_stranger_s_picture_is_decoded_in_the_gate_alone() -> None:
    """`photo` opens what the gate encoded; the demonstration opens what libraries bring along."""
    opens = {
        name
        for name, text in PROGRAM.items()
        if any(door in text for door in ("Image.open(", "ImageFile(", "imdecode(", "imread(", "open_heif("))
    }
    assert {name for name in opens if "/demo/" not in name} == {"moderation/media/gate.py", "moderation/media/photo.py"}


def test_every_csv_that_leaves_has_no_formula_in_it() -> None:
    """Each cell goes through `mendable`. What the readers of uploads hand on is read by the program alone."""
    writes = {name for name, text in PROGRAM.items() if "csv.writer(" in text or "DictWriter(" in text}
    writes -= {"moderation/media/tables.py", "moderation/media/sheet_gate.py"}
    assert writes == {
        "moderation/cli/importing.py",
        "moderation/web/views/importing.py",
        "moderation/web/views/training.py",
    }
    safe = {name for name in writes if "mendable(cell)" in PROGRAM[name] or "importing.to_mend(" in PROGRAM[name]}
    assert safe == writes
    assert not [name for name, text in PROGRAM.items() if "xlsxwriter" in text or "openpyxl" in text]


@pytest.mark.parametrize(
    "tool", ["ruff format --check", "ruff check", "mypy", "lint-imports", "deptry", "detect-secrets-hook"]
)
def test_make_check_runs_every_guard(tool: str) -> None:
    plan = subprocess.run(["make", "--dry-run", "check"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"bin/{tool}" in plan.stdout


@pytest.mark.parametrize("job", Job)
def test_every_job_that_can_be_rung_for_exists(job: Job) -> None:
    """The queue holds dotted names, so that the web never imports the workers; a wrong one would only fail later."""
    module, function = job.rsplit(".", 1)
    found = getattr(importlib.import_module(module), function)
    assert inspect.isfunction(found)
    assert found.__module__ == module


def test_the_frame_of_the_pages_takes_one_name() -> None:
    """What base.html names at its top is taken from every page: a list under the same name would be the frame's."""
    head = (ROOT / "templates" / "base.html").read_text().split("<!doctype")[0]
    assert head == '{% import "macros/frame.html" as frame with context -%}\n'


@pytest.mark.parametrize("name", order.LONGEST)
def test_what_the_tests_begin_with_is_there(name: str) -> None:
    assert (ROOT / "tests" / name).is_file()
