"""The `companions` map: services that are set up beside Open WebUI, and its variables for them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field

from aws_rules import names
from settings import formats
from settings.services import ServiceSettings
from settings.types import Check, Section, Words

Preset = Mapping[str, Any]

MCPO = "mcpo"
PIPELINES = "pipelines"

PIPELINES_KEY = "PIPELINES_API_KEY"
"""The variable that holds the key of the pipelines, in their task and in Open WebUI's."""
MCP_SERVERS = "MCP_SERVERS"
"""The variable of mcpo's task that holds its servers."""

TOOL_SERVERS = "TOOL_SERVER_CONNECTIONS"
"""The variable of Open WebUI that holds the addresses of tools."""

_EVERYBODY = {"principal_type": "user", "principal_id": "*", "permission": "read"}


class McpServerSettings(Section):
    """A server of the Model Context Protocol: a command that mcpo runs, or the URL of one that runs elsewhere."""

    command: Annotated[str, Check(formats.text_problem, "uvx")] | None = Field(
        default=None, description="Program that mcpo runs and speaks with by standard input; either this or `url`."
    )
    args: Words = Field(default=(), description="Arguments of the command (default none).")
    env: dict[str, str] = Field(
        default_factory=dict,
        description="Environment variables of the command; secrets go to companions.mcpo.secrets (default none).",
    )
    url: Annotated[str, Check(formats.http_url_problem, "https://tools.example.com/mcp")] | None = Field(
        default=None, description="Where it answers, by streamable HTTP, or by SSE where it ends in /sse."
    )


class CompanionSettings(ServiceSettings):
    """A companion: what is said of it goes before what it has by itself."""

    servers: dict[str, McpServerSettings] = Field(
        default_factory=dict, description="MCP servers of mcpo, by the name that people see (default none)."
    )


@cache
def presets() -> Mapping[str, Preset]:
    """The companions that there are, by name: `service`, `variables` and perhaps `internet`."""
    found: Mapping[str, Preset] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


def service_of(name: str, companion: CompanionSettings) -> ServiceSettings:
    """The companion as a service like any other."""
    given = companion.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"servers"})
    known = dict(presets()[name]["service"])
    port = given.get("port") or known["port"]
    known = _filled(known, port)
    if "build" in given:
        del known["image"]
    env = {**known.get("env", {}), **given.get("env", {})}
    merged = {"internal": True, **known, **given, **({"env": env} if env else {})}
    return ServiceSettings.model_validate_json(json.dumps(merged), strict=True)


def variables_of(name: str, companion: CompanionSettings) -> dict[str, str]:
    """Open WebUI's variables for it."""
    port = companion.port or presets()[name]["service"]["port"]
    found: dict[str, str] = _filled(presets()[name]["variables"], port)
    if name == MCPO:
        connections = [_tool_server(server, f"http://{MCPO}:{port}/{server}") for server in companion.servers]
        found[TOOL_SERVERS] = json.dumps(connections)
    return found


def mcp_servers(companion: CompanionSettings) -> str:
    """The servers in the form of mcpo's own file, which is that of Claude Desktop."""
    servers: dict[str, Any] = {}
    for name, server in companion.servers.items():
        if server.url:
            kind = "sse" if server.url.rstrip("/").endswith("/sse") else "streamable-http"
            servers[name] = {"type": kind, "url": server.url}
        else:
            servers[name] = {"command": server.command, "args": list(server.args), "env": server.env}
    return json.dumps({"mcpServers": servers})


def server_name_problem(name: str) -> str | None:
    """What is wrong with the name of an MCP server, which is a part of its URL."""
    return names.service_name_problem(name)


def _filled(value: Any, port: int) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, port) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, port) for inner in value]
    return value.replace("{port}", str(port)) if isinstance(value, str) else value


def _tool_server(name: str, url: str) -> dict[str, Any]:
    """A connection as Open WebUI's own page for administrators saves it, for everybody who is signed in."""
    return {
        "type": "openapi",
        "url": url,
        "path": "openapi.json",
        "auth_type": "none",
        "key": "",
        "config": {"enable": True, "access_grants": [_EVERYBODY]},
        "info": {"id": name, "name": name, "description": ""},
    }
