"""How tasks leave a company's network: its HTTP proxy, and whose certificates they trust besides."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from aws_rules.cidrs import range_problem
from settings.types import Check, Section

PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where a proxy answers that is called by a name (RFC 1918)."""

_URL = re.compile(r"http://(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}:[0-9]{1,5}/?")
_ADDRESS = re.compile(r"[0-9.]+")
_HOST = re.compile(r"\.?(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}(?::[0-9]{1,5})?")
_MOST_PORT = 65535


def proxy_url_problem(url: str) -> str | None:
    """The address of a proxy as every client takes it; a password in it would stand in the task definition."""
    if _URL.fullmatch(url) and 0 < (urlsplit(url).port or 0) <= _MOST_PORT:
        return None
    return "must be http://host:port, without user and password"


def no_proxy_problem(host: str) -> str | None:
    """A host that is reached without the proxy: all clients take names and their endings, few take ranges."""
    if _HOST.fullmatch(host):
        return None
    return "must be a host name, an ending such as .corp.example.com, or an address; clients know no ranges and no *"


class ProxySettings(Section):
    """The HTTP proxy through which tasks reach the world."""

    url: Annotated[str, Check(proxy_url_problem, "http://proxy.corp.example.com:3128")] = Field(
        description="Address of the HTTP proxy that tasks reach the world through."
    )
    no_proxy: tuple[Annotated[str, Check(no_proxy_problem, ".corp.example.com")], ...] = Field(
        default=(), description="Hosts and endings of names that tasks reach without it, beside the stack's own parts."
    )
    cidrs: tuple[Annotated[str, Check(range_problem, "10.0.0.0/8")], ...] = Field(
        default=(), description="Ranges that it answers from (default: its address, or the private ranges)."
    )

    @property
    def port(self) -> int:
        """Where it answers."""
        return urlsplit(self.url).port or 0

    @property
    def ranges(self) -> tuple[str, ...]:
        """The addresses that tasks may connect to on its port."""
        host = urlsplit(self.url).hostname or ""
        return self.cidrs or ((f"{host}/32",) if _ADDRESS.fullmatch(host) else PRIVATE_RANGES)
