"""Whom an app is told to call: the addresses in its environment variables, by Open WebUI's table and by their look."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from settings.egress import HTTPS_PORT

_PORTS = {"http": 80, "https": HTTPS_PORT, "ws": 80, "wss": HTTPS_PORT}
_ALONE = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
"""A host's name or address, perhaps with a port."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """What a client connects to."""

    host: str
    port: int
    by_http: bool = False
    """Whether a client asks by HTTP, which a proxy passes on."""


@cache
def open_webui_table() -> Mapping[str, Mapping[str, Any]]:
    """Open WebUI's variables that hold an address, and how."""
    table: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("open_webui_addresses.yaml").read_text(encoding="utf-8")
    )
    return table


def open_webui_addresses(name: str, env: Mapping[str, str]) -> Iterator[Address]:
    """The addresses in a variable of Open WebUI; none in one that holds no address."""
    row = open_webui_table().get(name)
    if row is None:
        return
    port = row.get("port")
    if (given := env.get(row.get("portFrom", ""), "")).isdecimal():
        port = int(given)
    for text in _urls_in_json(env[name]) if row.get("json") else re.split(r"[;,]", env[name]):
        yield from _address(text.strip(), port)


def other_addresses(name: str, env: Mapping[str, str]) -> Iterator[Address]:
    """The addresses in a variable that nothing is known of: web addresses, or a host beside a variable for its port."""
    for text in env[name].split(";"):
        if _scheme(text.strip()) in _PORTS:
            yield from _address(text.strip(), None)
    port = env.get(f"{name.removesuffix('_HOST')}_PORT", "") if name.endswith("_HOST") else ""
    if port.isdecimal():
        yield from _address(env[name], int(port))


def _scheme(text: str) -> str | None:
    try:
        return urlsplit(text).scheme
    except ValueError:
        return None


def _address(text: str, port: int | None) -> Iterator[Address]:
    """The address that a text names, if it names one: a path to a file is none, for example."""
    try:
        url = urlsplit(text if "://" in text or not _ALONE.fullmatch(text) else f"//{text}")
        found = url.port or port or _PORTS.get(url.scheme)
    except ValueError:
        return
    if url.hostname and found:
        yield Address(host=url.hostname, port=found, by_http=url.scheme in _PORTS)


def _urls_in_json(text: str) -> Iterator[str]:
    try:
        listed = json.loads(text)
    except ValueError:
        return
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and isinstance(item.get("url"), str):
            yield item["url"]
