"""What deploy/ holds is what the tools that read it take, and every command in it is one that Gatepost has."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from moderation.cli import main
from moderation.web import REQUEST_BYTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
CLUSTER: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text())["items"]
SETTINGS = (ROOT / "docs/technicians/settings.md").read_text()


def understood(arguments: list[str]) -> bool:
    """Whether the gatepost command takes these words; raises click's own error for an option that it has not."""
    command = main.commands[arguments[0]]
    command.make_context(arguments[0], arguments[1:], parent=click.Context(main), resilient_parsing=False)
    return True


def pods() -> list[dict[str, Any]]:
    return [item["spec"]["template"] for item in CLUSTER if "template" in item.get("spec", {})]


@pytest.mark.parametrize("unit", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_each_unit_begins_a_command_that_there_is(unit: Path) -> None:
    command = re.search(r"^ExecStart=/srv/gatepost/.venv/bin/gatepost (.+)$", unit.read_text(), re.MULTILINE)
    assert command and understood(command[1].replace("%i", "8000").split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_each_unit(unit: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    for one in UNITS:
        there = one.read_text().replace("/srv/gatepost/.venv/bin/gatepost", "/bin/true")
        (tmp_path / one.name).write_text(there)
    asked = tmp_path / unit.name
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(asked)], capture_output=True, text=True, check=False
    )
    about = [line for line in found.stderr.splitlines() if unit.name.partition("@")[0].partition(".")[0] in line]
    assert (found.returncode, about) == (0, []), found.stderr


def test_compose_takes_the_file(tmp_path: Path) -> None:
    schema = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]
    found = subprocess.run([str(ROOT / ".venv/bin" / schema[0]), *schema[1:]], capture_output=True, check=False)
    assert found.returncode == 0, found.stdout.decode()


def test_each_container_begins_a_command_that_there_is() -> None:
    own = [service for service in COMPOSE["services"].values() if service["image"] == "gatepost"]
    assert len(own) == 4
    assert all(understood(service["command"]) for service in own)
    assert all(understood(pod["spec"]["containers"][0]["args"]) for pod in pods())


@pytest.mark.parametrize("item", CLUSTER, ids=lambda item: f"{item['kind']} {item['metadata']['name']}")
def test_kubernetes_takes_each_object(item: dict[str, Any]) -> None:
    kubernetes_validate.validate(item, kubernetes_validate.latest_version(), strict=True)


def test_what_selects_pods_finds_some() -> None:
    labels = [pod["metadata"]["labels"].items() for pod in pods()]
    selectors = [item["spec"]["selector"] for item in CLUSTER if "selector" in item.get("spec", {})]
    selectors += [item["spec"]["podSelector"] for item in CLUSTER if "podSelector" in item.get("spec", {})]
    for selector in selectors:
        assert any(selector.get("matchLabels", selector).items() <= own for own in labels), selector


def test_every_setting_that_is_given_is_one_that_the_page_explains() -> None:
    named = set(re.findall(r"GATEPOST_[A-Z_]+", "".join(path.read_text() for path in DEPLOY.rglob("*.*"))))
    assert {name for name in named if f"`{name}`" not in SETTINGS} == set()


def test_the_proxies_let_as_much_through_as_gatepost_takes() -> None:
    wanted = f"{-(-REQUEST_BYTES // 10**6) + 1}m"
    assert f"client_max_body_size {wanted};" in (DEPLOY / "nginx.conf").read_text()
    (ingress,) = [item for item in CLUSTER if item["kind"] == "Ingress"]
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"] == wanted


def test_only_the_ingress_reaches_the_pages() -> None:
    (policy,) = [item for item in CLUSTER if item["kind"] == "NetworkPolicy"]
    assert all(rule["from"] and rule["ports"] for rule in policy["spec"]["ingress"])


def test_the_image_is_built_of_the_program_and_nothing_that_a_school_keeps() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"Makefile", "pyproject.toml", "uv.lock", "LICENSE", project["project"]["readme"]}
    assert lines[0] == "*"  # all is left out but what is named
    assert {line[1:] for line in lines if line.startswith("!")} == needed | {
        *wheel["packages"],
        *wheel["force-include"],
    }


def test_every_image_is_named_in_full() -> None:
    """Podman asks no registry for a short name."""
    foreign = [service["image"] for service in COMPOSE["services"].values() if service["image"] != "gatepost"]
    based = re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert all(image.startswith("docker.io/") for image in foreign + based)


def test_the_commands_of_the_page_wait_for_nothing_that_needs_a_school() -> None:
    page = (ROOT / "docs/technicians/installing.md").read_text()
    (service,) = re.findall(r"docker compose run --rm (\S+) setup", page)
    waits = COMPOSE["services"][service].get("depends_on", {})
    assert {about["condition"] for about in waits.values()} == {"service_healthy"}


def test_no_container_runs_as_root_or_may_become_it() -> None:
    assert "USER 10001" in (DEPLOY / "Containerfile").read_text()
    for pod in pods():
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        for container in pod["spec"]["containers"]:
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert not container["securityContext"]["allowPrivilegeEscalation"]
