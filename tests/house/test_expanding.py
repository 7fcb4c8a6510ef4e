"""Guards upgrades without a pause: the version before goes on with a database that is migrated already."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).parents[2] / "moderation" / "db" / "migrations" / "versions"
SINCE = "0039"  # from here on; what came before was never run by two versions at once
ADDING = {
    "add_column", "bulk_insert", "create_table", "create_index", "drop_index", "batch_alter_table", "f", "get_bind",
}  # fmt: skip
# What takes something away, and the version that has not used it any more: one before, at the latest.
TAKING_AWAY: dict[str, str] = {}


def steps(path: Path) -> Iterator[ast.Call]:
    """Each call of Alembic's operations on the way up."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        if function.name != "downgrade":
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            yield from (call for call in calls if re.fullmatch(r"(op|batch|batch_op)\.\w+", ast.unparse(call.func)))


def can_be_left_out(call: ast.Call) -> bool:
    """Whether a row that says nothing about this new column is taken."""
    inner = [node for node in ast.walk(call) if isinstance(node, ast.Call) and node is not call]
    (column,) = [node for node in inner if ast.unparse(node.func) == "sa.Column"]
    given = {word.arg: ast.unparse(word.value) for word in column.keywords}
    return given.get("nullable") == "True" or "server_default" in given


@pytest.mark.parametrize("path", [path for path in sorted(VERSIONS.glob("0*.py")) if path.name[:4] >= SINCE], ids=str)
def test_a_migration_only_adds_what_the_version_before_can_do_without(path: Path) -> None:
    if path.name[:4] in TAKING_AWAY:
        return
    for call in steps(path):
        assert isinstance(call.func, ast.Attribute)
        assert call.func.attr in ADDING, (
            f"{call.func.attr} takes something away: say so in TAKING_AWAY, a version later"
        )
        assert call.func.attr != "add_column" or can_be_left_out(call), ast.unparse(call)
