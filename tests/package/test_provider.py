"""What `pulumi package add` gives to programs in other languages."""

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components.ecs_app_service.args import Container, Routing
from components.network import VpcToCreate
from offline.engine import record
from offline.engine.recording import Recording
from package import surface
from package.provider import COMPONENTS, NAME, VERSION, ProjectComponents, build
from tests.support.component_args import SERVICE, WORKER
from tests.support.component_recording import FACTS, record_one

ROOT = Path(__file__).parents[2]
SCHEMA = ProjectComponents().package


def as_sent(value: Any) -> Any:
    """Args as they arrive from another language: camelCase mappings, lists, every number a float."""
    if is_dataclass(value):
        return {camel(field.name): as_sent(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: as_sent(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_sent(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def construct(component: str, inputs: pulumi.Inputs, name: str = "app") -> Recording:
    """What the package asks the engine for when a program in another language declares the component."""
    return record(lambda: ProjectComponents().construct(name, f"{NAME}:index:{component}", inputs), aws=FACTS)


def requests(recording: Recording) -> list[tuple[str, str, Any]]:
    return sorted((resource.type, resource.name, resource.inputs) for resource in recording.resources)


def test_inputs_outputs_and_types_are_those_written_down() -> None:
    written = yaml.safe_load(surface.FILE.read_text())
    assert surface.surface() == written, "deliberate? then `make components`, and an entry in CHANGELOG.md"


def test_every_component_of_the_project_is_served() -> None:
    in_files = {
        name
        for file in (ROOT / "components").rglob("*.py")
        for name in re.findall(r"^class (\w+)\(pulumi\.ComponentResource\)", file.read_text(), re.MULTILINE)
    }
    assert {component.__name__ for component in COMPONENTS} == in_files
    assert set(SCHEMA["resources"]) == {f"{NAME}:index:{name}" for name in in_files}


def test_the_package_has_the_name_that_every_type_token_begins_with() -> None:
    assert yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["name"] == NAME


def test_the_changelog_has_an_entry_for_the_version_that_is_served() -> None:
    assert f"## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("args", [WORKER, SERVICE], ids=["smallest", "largest"])
def test_another_language_gets_what_python_gets(args: Any) -> None:
    [python_class] = [component for component in COMPONENTS if component.__name__ == "EcsAppService"]
    in_python = record_one(python_class, "app", args)
    assert requests(construct("EcsAppService", as_sent(args))) == requests(in_python)


def test_what_has_a_default_may_be_left_out() -> None:
    routing = {
        "port": 80.0,
        "load_balancer_arn_suffix": "app/a/1",
        "load_balancer_scheme": "internal",
        "rules": [],
        "health_check": {"path": "/"},
    }
    built = build(Routing, routing)
    assert (built.port, built.deregistration_delay, built.health_check.timeout) == (80, 60, 5)
    required = SCHEMA["types"][f"{NAME}:index:Routing"]["required"]
    assert sorted(required) == ["healthCheck", "loadBalancerArnSuffix", "loadBalancerScheme", "port", "rules"]


def test_a_tuple_arrives_as_one_and_a_choice_as_its_value() -> None:
    sent = {"cidr": "10.0.0.0/16", "zones": ["a", "b"], "nat_gateways": "Single"}
    built = build(VpcToCreate, {**sent, "interface_endpoints": False, "flow_logs": False, "kms_key_arn": "arn"})
    assert (built.zones, built.nat_gateways) == (("a", "b"), "Single")


def test_what_has_no_default_is_asked_for_by_its_name() -> None:
    inputs = as_sent(WORKER)
    del inputs["sizing"]["memory"]
    with pytest.raises(Exception, match=re.escape("Missing required input 'sizing.memory' on 'EcsAppService'")):
        construct("EcsAppService", inputs)


def test_an_output_of_another_resource_stays_an_output() -> None:
    kept: list[bool] = []

    def program() -> None:
        image = pulumi.Output.from_input("nginx:1.27")
        kept.append(build(Container, {"name": "app", "image": image}).image is image)

    record(program)
    assert kept == [True]


def test_the_plugin_starts_and_says_its_port() -> None:
    command = [sys.executable, str(ROOT / "package"), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT.parent) as plugin:
        assert plugin.stdout
        try:
            assert int(plugin.stdout.readline()) > 0
        finally:
            plugin.terminate()


def test_the_plugin_installs_what_the_program_installs() -> None:
    plugin = yaml.safe_load((ROOT / "package/PulumiPlugin.yaml").read_text())
    assert plugin["runtime"]["name"] == "python"
    assert "-r ../requirements.txt" in (ROOT / "package/requirements.txt").read_text().splitlines()
