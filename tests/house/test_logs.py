"""Law 10 in the log: every line of the program is a fixed sentence and ids; errors are told without what they quote."""

import ast
import json
import logging
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from moderation import logs
from moderation.rules.roles import Role
from moderation.settings import SettingsError, load
from tests.builders import School, copy_of
from workers.__main__ import QueueWorker

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
# What may stand behind the sentence of a log line, as it is written there. Think twice before adding to it: each is a
# number, a count, the name of a kind, or a part of the program, and none can hold a name, an address or a caption.
HARMLESS = {
    "detector", "job", "job.func_name", "count", "RETRY_SECONDS", "self.name", "why",
    "self.delay", "process.pid", "aside", "trouble", "request.method", "rule",
    "settings.key", "settings.key or 'the school'",  # which school of a trust
    "response.status_code", "milliseconds",
}  # fmt: skip


def log_calls() -> list[tuple[str, ast.Call]]:
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for floor in ("moderation", "workers")
        for path in sorted((ROOT / floor).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS
        if ast.unparse(node.func.value) in ("log", "logger", "logging", "app.logger", "self.log")
    ]


def is_harmless(argument: ast.expr) -> bool:
    text = ast.unparse(argument)
    return text in HARMLESS or text.endswith(("_id", ".id")) or bool(re.fullmatch(r"type\(\w+\).__name__", text))


def test_law_10_every_line_is_a_fixed_sentence_and_ids() -> None:
    calls = log_calls()
    assert len(calls) > 20
    odd = [
        (place, ast.unparse(call))
        for place, call in calls
        if not (isinstance(call.args[0], ast.Constant) and all(map(is_harmless, call.args[1:])))
    ]
    assert odd == []


@pytest.fixture
def raised() -> tuple[object, ...]:
    try:
        raise ValueError("Philippa Quennell")
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [logs.AsJson(), logs.AsText()])
def test_an_error_is_told_by_kind_and_place_without_what_it_quotes(
    formatter: logging.Formatter, raised: tuple[object, ...]
) -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "post %d broke", (7,), raised)  # type: ignore[arg-type]
    record.exc_text = "as another handler wrote it: Philippa Quennell"
    line = formatter.format(record)
    assert "post 7 broke" in line and "ValueError" in line and "test_logs.py" in line
    assert "Quennell" not in line


def test_json_is_one_object_a_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, 'one\ntwo "three"', (), None)
    token = logs.request_id.set("abc")
    line = logs.AsJson().format(record)
    logs.request_id.reset(token)
    assert "\n" not in line
    read = json.loads(line)
    assert (read["says"], read["level"], read["request"]) == ('one\ntwo "three"', "info", "abc")
    assert read["at"].endswith("+00:00")


def test_a_job_that_breaks_is_told_without_what_the_error_quotes(
    caplog: pytest.LogCaptureFixture, raised: tuple[object, ...]
) -> None:
    worker = QueueWorker.__new__(QueueWorker)
    worker.handle_exception(SimpleNamespace(func_name="workers.jobs.scan"), *raised)  # type: ignore[arg-type]
    assert caplog.messages == ["the job workers.jobs.scan broke"]


def test_a_request_leaves_its_number_its_rule_and_no_secret(
    school: School, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, logs.ACCESS)
    browser = school.browser(Role.TEACHER)
    browser.get("/posts/7?caption=Philippa")
    browser.get("/phone/open/a-secret-of-a-link?x=Quennell")
    lines = [record.getMessage() for record in caplog.records if record.name == logs.ACCESS]
    assert f"GET /posts/<int:post_id> post_id=7 404 user={school.teacher.id}" in lines[-2]
    assert lines[-1].startswith("GET /") and "<" in lines[-1]
    assert not any(word in line for line in lines for word in ("Philippa", "Quennell", "secret", "@"))


def test_the_page_of_an_error_gives_the_number_that_the_log_has(
    school: School, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = school.browser(Role.TEACHER)
    monkeypatch.setattr("moderation.web.views.posts.board.own", broken, raising=False)
    monkeypatch.setattr("moderation.web.views.posts.render_template", broken)
    browser.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = browser.get("/posts/?who=Philippa")
    assert answer.status_code == 500
    assert logs.request_id.get() in answer.text
    assert any("a request broke: GET /posts/" in message for message in caplog.messages)
    assert not any("Philippa" in message for message in caplog.messages)


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken on purpose")


def test_over_tls_the_cookie_is_of_this_host_alone_and_browsers_stay_with_tls(school: School, tmp_path: Path) -> None:
    there = copy_of(school, tmp_path / "tls", GATEPOST_PUBLIC_URL="https://gatepost.school.example")
    client = there.browser()
    answer = client.get("/sign-in", base_url="https://gatepost.school.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-gatepost=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in school.browser().get("/sign-in").headers


def test_a_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="text or json"):
        load({"GATEPOST_LOG": "xml"})
