"""An OpenID Connect provider on this machine (oidc-provider of npm, run by Node.js), and browsers that sign in."""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin

import pytest

from live import LOOPBACK
from live.processes import Processes, answers
from tests.live.running import VENV

HERE = Path(__file__).parent / "openid_provider"
CLIENT, SECRET = "open-webui", "a made-up client secret"
TOKENS_LAST = 60
"""Seconds: Open WebUI renews a token that lasts less than five minutes whenever it uses it."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider that runs."""

    issuer: str
    processes: Processes

    @property
    def discovery(self) -> str:
        """Its discovery document."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def count(self, event: str) -> int:
        """How often something happened there, such as `grant.success`."""
        return self.processes.log("openid").read_text().splitlines().count(event)


def start_provider(
    processes: Processes, port: int, webui: str, accounts: Mapping[str, Mapping[str, object]], callback: str
) -> Provider:
    """Start the provider for Open WebUI at an address; `accounts` are claims by the name that signs in."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("the provider of the sign-in tests needs Node.js and npm on PATH")
    folder = Path(f"{VENV}-openid")
    if not (folder / "node_modules").exists():
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    # It finds its packages beside itself.
    shutil.copy(HERE / "provider.mjs", folder)
    provider = Provider(issuer=f"http://{LOOPBACK}:{port}", processes=processes)
    client = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [f"{webui}{callback}"],
        "post_logout_redirect_uris": [webui],
        "backchannel_logout_uri": f"{webui}/oauth/backchannel-logout",
    }
    told = {"issuer": provider.issuer, "client": client, "accounts": accounts, "seconds": TOKENS_LAST}
    processes.start("openid", [node, "provider.mjs", json.dumps(told)], {"PATH": str(Path(node).parent)}, folder)
    processes.wait_until("openid", lambda: answers(provider.discovery), seconds=30)
    return provider


@dataclass
class Page:
    """What a browser shows."""

    url: str
    text: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def json(self) -> Any:
        """What it is to a program."""
        return json.loads(self.text)


@dataclass
class Visitor:
    """A browser without JavaScript: it follows redirects, keeps cookies and sends forms."""

    cookies: CookieJar = field(default_factory=CookieJar)

    def open(self, url: str, form: Mapping[str, str] | None = None) -> Page:
        """Go to a page, or send a form there."""
        return self._request(urllib.request.Request(url, data=urlencode(form).encode() if form is not None else None))

    def send(
        self, url: str, body: object, token: str = "", method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> Page:
        """Send JSON, as the page's scripts do."""
        data = None if body is None else json.dumps(body).encode()
        own = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        return self._request(urllib.request.Request(url, data, {**own, **(headers or {})}, method=method))

    def _request(self, request: urllib.request.Request) -> Page:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        try:
            with opener.open(request, timeout=60) as response:
                return Page(response.url, response.read().decode(), response.status, tuple(response.getheaders()))
        except HTTPError as error:
            return Page(error.url or request.full_url, error.read().decode(), error.code)

    def cookie(self, name: str) -> str:
        """A cookie's value; empty without it."""
        return next((str(cookie.value) for cookie in self.cookies if cookie.name == name), "")

    def sign_in(self, login: str, url: str) -> Page:
        """Open a page that leads to the provider, sign in there and agree; the page that comes of it."""
        page = self.open(url)
        while forms := list(_forms(page)):
            address, fields = forms[0]
            asked = {"login": login, "password": "any"} if fields.get("prompt") == "login" else {}
            page = self.open(address, {**fields, **asked})
        return page

    def sign_out(self, url: str) -> Page:
        """Confirm at the provider that the session ends."""
        address, fields = next(_forms(self.open(url)))
        return self.open(address, {**fields, "logout": "yes"})


def _forms(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """The forms of a page of the provider: where they go, and what is filled in."""
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        action = re.search(r'action="([^"]*)"', form)
        fields = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form)
        if action:
            yield urljoin(page.url, unescape(action[1])), {name: unescape(value) for name, value in fields}


Claims = dict[str, dict[str, Any]]
