"""Companions: each is a service that Open WebUI reaches, and is told of by the variables that it reads."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

import settings
from aws_rules import image_reference
from offline.difference import compare
from offline.engine.recording import Recording
from scripts.open_webui_release import known
from settings.companions import presets
from tests.program.test_private_services import check_private_names
from tests.support.program import GATEWAY_IMAGE, containers, environment, plan, secrets, service
from tests.support.program import task_definition as task_of

KNOWN = known().variables
"""The variables that Open WebUI reads."""
SERVERS = {"time": {"command": "uvx", "args": ["mcp-server-time"]}, "wiki": {"url": "https://wiki.example.com/mcp"}}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf"
EACH = {name: {"servers": SERVERS} if name == "mcpo" else {} for name in presets()}


def with_companions(**companions: Any) -> Recording:
    return plan({"companions": companions})


@pytest.mark.parametrize("name", EACH)
def test_a_companion_is_a_service_that_open_webui_alone_reaches(name: str) -> None:
    recording = with_companions(**{name: EACH[name]})
    parsed = settings.parse({"gateway": {"image": GATEWAY_IMAGE}, "companions": {name: EACH[name]}})
    check_private_names(recording, parsed)
    assert parsed.private_names[name].clients == ("webui",)
    assert (
        "loadBalancers" not in service(recording, name).inputs or not service(recording, name).inputs["loadBalancers"]
    )


@pytest.mark.parametrize("name", EACH)
def test_open_webui_is_told_where_the_companion_answers(name: str) -> None:
    before, after = environment(plan(), "webui"), environment(with_companions(**{name: EACH[name]}), "webui")
    told = {variable: value for variable, value in after.items() if before.get(variable) != value}
    assert told.keys() <= KNOWN | {"OPENAI_API_KEYS_FROM"}
    port = presets()[name]["service"]["port"]
    assert any(f"://{name}:{port}" in value for value in told.values()), told


@pytest.mark.parametrize("name", EACH)
def test_the_port_of_a_companion_is_its_own_and_what_open_webui_calls(name: str) -> None:
    recording = with_companions(**{name: {**EACH[name], "port": 4321}})
    container = containers(recording, name)[name]
    assert container["portMappings"][0]["containerPort"] == 4321
    started = json.dumps([container.get("command"), container["environment"]])
    assert "4321" in started
    assert "4321" in container["healthCheck"]["command"][-1]
    assert f"//{name}:4321" in json.dumps(environment(recording, "webui"))


@pytest.mark.parametrize("name", EACH)
def test_the_image_of_a_companion_is_fixed_by_its_version(name: str) -> None:
    image = image_reference.parse(presets()[name]["service"]["image"])
    assert image is not None
    assert not image.moving


def test_what_is_said_of_a_companion_goes_before_what_it_has_by_itself() -> None:
    given = {"cpu": 4096, "memory": 8192, "env": {"MODE": "x"}, "scaling": {"max": 3}, "secrets": {"KEY": SECRET}}
    recording = with_companions(searxng={**given, "image": "registry.example.com/searxng:1.2"})
    assert (task_of(recording, "searxng").inputs["cpu"], task_of(recording, "searxng").inputs["memory"]) == (
        "4096",
        "8192",
    )
    assert containers(recording, "searxng")["searxng"]["image"] == "registry.example.com/searxng:1.2"
    assert environment(recording, "searxng")["MODE"] == "x"
    assert "SETTINGS" in environment(recording, "searxng")
    assert secrets(recording, "searxng") == {"KEY": SECRET}


def test_the_tools_of_each_mcp_server_are_told_to_open_webui_for_everybody() -> None:
    recording = with_companions(mcpo=EACH["mcpo"])
    connections = json.loads(environment(recording, "webui")["TOOL_SERVER_CONNECTIONS"])
    assert [(one["info"]["id"], one["url"], one["type"]) for one in connections] == [
        ("time", "http://mcpo:8000/time", "openapi"),
        ("wiki", "http://mcpo:8000/wiki", "openapi"),
    ]
    assert all(one["config"]["enable"] and one["config"]["access_grants"] for one in connections)
    assert json.loads(environment(recording, "mcpo")["MCP_SERVERS"]) == {
        "mcpServers": {
            "time": {"command": "uvx", "args": ["mcp-server-time"], "env": {}},
            "wiki": {"type": "streamable-http", "url": "https://wiki.example.com/mcp"},
        }
    }


def test_pipelines_are_a_source_of_models_with_a_key_of_their_own() -> None:
    recording = with_companions(pipelines={"port": 9100})
    variables = environment(recording, "webui")
    assert variables["OPENAI_API_BASE_URLS"].split(";")[-1] == "http://pipelines:9100"
    assert variables["OPENAI_API_KEYS_FROM"].split(";")[-1] == "PIPELINES_API_KEY"
    both = {secrets(recording, app)["PIPELINES_API_KEY"] for app in ("webui", "pipelines")}
    assert len(both) == 1
    assert "OPENAI_API_KEY" not in secrets(recording, "pipelines")


def test_searxng_answers_json_which_open_webui_asks_for() -> None:
    assert "json" in json.loads(environment(with_companions(searxng={}), "searxng")["SETTINGS"])["search"]["formats"]


def test_every_companion_at_once_but_the_two_that_read_documents() -> None:
    recording = with_companions(**{name: one for name, one in EACH.items() if name != "docling"})
    hosts = {urlsplit(value).hostname for value in environment(recording, "webui").values() if "://" in value}
    assert {"tika", "searxng", "playwright"} <= hosts


def test_the_difference_tells_what_goes_with_a_companion() -> None:
    found = compare(with_companions(tika={}), plan())
    assert [(change.name, "tika:9998" in change.hides) for change in found.out_of_sight] == [("tika-service", True)]
    kept = compare(with_companions(tika={}), with_companions(tika={"cpu": 512}))
    assert kept.out_of_sight == []
