"""Finds the guards in the program's source and writes each one so that it can be switched off by its number.

A guard is what says no: an `if` that does nothing but raise a refusal, one operand of its condition, a call whose only
work is to refuse, a question about a person (`-> bool`, with an `actor`), and a query that asks for the person's own
rows. All are rewritten in one go; `switch` knows which one is off. What a guard lets through costs it nothing: the
switch is asked only where the guard would have said no, so the tests that ask it are the ones that can notice.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "moderation"
FLOORS = ("rules", "services", "web")
REFUSALS = frozenset({"NotYours", "NotAccepted", "Refused", "Stale", "NotFound", "Mistake"})
TURNED_AWAY = ("return _to_sign_in()", "return redirect(url_for('signing_in.own", "return redirect(url_for('own_second")
ABOUT_PEOPLE = re.compile(r"\b(actor|role|roles|password_hash)\b")
NOTHING_THERE = re.compile(r"(?!.* or ).* is None|\w+ not in [A-Z]+|not \w+")
SWITCH = "_guard_holds"  # a builtin of the instrumented program: holds(number) -> bool
QUERY = "_guard_asks"  # asks(number, condition) -> condition


@dataclass(frozen=True)
class Guard:
    """One guard that can be switched off."""

    module: str
    function: str
    what: str  # its own words, cut short
    how: str  # what is done to it
    refusal: str = ""
    again: int = 1  # which of those that read alike

    @property
    def family(self) -> str:
        return self.refusal or ("questions" if self.how.startswith(("always", "without")) else self.how)

    @property
    def is_of_permission_or_state(self) -> bool:
        """Who may, and in which state: what only says that what was typed or asked for is no such thing is left out.

        A Mistake counts where it asks about a person, a role or a password; a NotFound unless nothing is there.
        """
        if self.refusal == "Mistake":
            return bool(ABOUT_PEOPLE.search(self.what))
        return self.refusal != "NotFound" or not NOTHING_THERE.fullmatch(self.what)

    @property
    def name(self) -> str:
        which = f" (the {self.again}th)" if self.again > 1 else ""
        return f"{self.module}.{self.function} · {self.how} · {self.what}{which}"


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[1] in FLOORS:
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def refusal_of(node: ast.stmt) -> str:
    """The name of the refusal that is all an `if` does; empty for any other statement."""
    if not isinstance(node, ast.If) or len(node.body) != 1:
        return ""
    if called_name(node.body[0]) == "abort" or ast.unparse(node.body[0]).startswith(TURNED_AWAY):
        return "turned away"
    if not isinstance(node.body[0], ast.Raise):
        return ""
    raised = node.body[0].exc
    called = raised.func if isinstance(raised, ast.Call) else raised
    name = ast.unparse(called).split(".")[-1] if called is not None else ""
    return name if name in REFUSALS or name == "get(guard, Refused)" else ""


def refusers(trees: dict[str, ast.Module]) -> frozenset[str]:
    """Names of functions that only refuse: they give nothing back, and hold nothing but refusals and questions."""
    found: set[str] = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and _gives_nothing(node) and _only_refuses(node.body, found):
                found.add(node.name)
    return frozenset(found)


def _gives_nothing(node: ast.FunctionDef) -> bool:
    return isinstance(node.returns, ast.Constant) and node.returns.value is None


def _only_refuses(body: list[ast.stmt], known: set[str]) -> bool:
    def harmless(one: ast.stmt) -> bool:
        if isinstance(one, ast.For):
            return all(map(harmless, one.body))
        if isinstance(one, ast.Expr):
            return isinstance(one.value, ast.Constant) or called_name(one) in known
        return isinstance(one, ast.Assign) or bool(refusal_of(one))

    return all(map(harmless, body)) and any(
        refusal_of(one) or called_name(one) in known for part in body for one in ast.walk(part)
    )


def called_name(node: ast.AST) -> str:
    """The last name of a statement that is nothing but a call."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func).split(".")[-1]
    return ""


def _asks_about_a_person(node: ast.FunctionDef) -> bool:
    says_yes_or_no = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
    return says_yes_or_no and "actor" in {one.arg for one in node.args.args}


@dataclass
class Instrument(ast.NodeTransformer):
    """Rewrites one module; the guards it found are appended to `found`, whose places are their numbers."""

    module: str
    refusers: frozenset[str]
    found: list[Guard]
    within: list[str] = field(default_factory=list)
    about_a_person: list[bool] = field(default_factory=list)

    def number(self, node: ast.AST, how: str, refusal: str = "") -> ast.Constant:
        words = " ".join(ast.unparse(node).split())
        at = Guard(self.module.removeprefix("moderation."), ".".join(self.within), words, how, refusal)
        alike = sum(replace(one, again=1) == at for one in self.found)
        self.found.append(replace(at, again=alike + 1))
        return ast.Constant(len(self.found) - 1)

    def holds(self, node: ast.AST, how: str, refusal: str = "") -> ast.expr:
        return ast.Call(ast.Name(SWITCH, ast.Load()), [self.number(node, how, refusal)], [])

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, False)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._inside(node, _asks_about_a_person(node))

    def _inside(self, node: ast.ClassDef | ast.FunctionDef, about_a_person: bool) -> ast.AST:
        self.within.append(node.name)
        self.about_a_person.append(about_a_person)
        self.generic_visit(node)
        self.about_a_person.pop()
        self.within.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        refusal = refusal_of(node)
        if refusal:
            whole = self.holds(node.test, "dropped", refusal)
            node.test = ast.BoolOp(ast.And(), [self._operands(node.test, refusal), whole])
            node.orelse = [self.visit(one) for one in node.orelse]
            return node
        self.generic_visit(node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        asked = node.value is not None and bool(self.about_a_person) and self.about_a_person[-1]
        if node.value is None or not asked or isinstance(node.value, ast.Constant):
            self.generic_visit(node)
            return node
        off = ast.UnaryOp(ast.Not(), self.holds(node.value, "always yes"))
        no = self.holds(node.value, "always no")
        weaker = ast.BoolOp(ast.Or(), [self._operands(node.value, ""), off])
        node.value = ast.BoolOp(ast.And(), [weaker, no])
        return node

    def _operands(self, test: ast.expr, refusal: str) -> ast.expr:
        """The condition, each operand of its `and` and `or` with a switch: off, it is as if it were not written."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._operands(test.operand, refusal)
            return test
        if not isinstance(test, ast.BoolOp):
            return test
        for at, one in enumerate(test.values):
            holds = self.holds(one, "without the operand", refusal)
            inner = self._operands(one, refusal)
            if isinstance(test.op, ast.Or):
                test.values[at] = ast.BoolOp(ast.And(), [inner, holds])
            else:
                test.values[at] = ast.BoolOp(ast.Or(), [inner, ast.UnaryOp(ast.Not(), holds)])
        return test

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if called_name(node) not in self.refusers:
            self.generic_visit(node)
            return node
        again = ast.If(self.holds(node, "not asked"), [ast.Raise()], [])
        kinds = ast.Name("_guard_refusals", ast.Load())
        return ast.Try([node], [ast.ExceptHandler(ast.Call(kinds, [], []), None, [again])], [], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "where":
            node.args = [self._of_ones_own(one) for one in node.args]
        return node

    def _of_ones_own(self, condition: ast.expr) -> ast.expr:
        if isinstance(condition, ast.Compare) and "actor.id" in ast.unparse(condition):
            return ast.Call(ast.Name(QUERY, ast.Load()), [self.number(condition, "anybody's rows"), condition], [])
        return condition


def instrument() -> tuple[dict[str, ast.Module], list[Guard]]:
    """Every module of the floors, rewritten, by its name; and its guards, in the order of their numbers."""
    trees = {name: ast.parse(path.read_text("utf-8"), str(path)) for name, path in modules()}
    known = refusers(trees)
    found: list[Guard] = []
    for name, tree in trees.items():
        before = len(found)
        Instrument(name, known, found).visit(tree)
        if len(found) == before:
            continue
        ast.fix_missing_locations(tree)
    return trees, found
