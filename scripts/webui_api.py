"""Open WebUI's own API, as far as accounts take it (0.12.4)."""

import http.client
import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

from problems.command import CommandError

TIMEOUT = 30
LOOK = 5
"""Seconds after which an address counts as one that this machine does not reach."""


class RefusedError(CommandError):
    """Open WebUI answered that it does not do it."""

    def __init__(self, detail: str, code: int) -> None:
        super().__init__(f"Open WebUI refuses: {detail}")
        self.code = code


@dataclass(frozen=True, kw_only=True)
class User:
    """An account."""

    id: str
    email: str
    name: str
    role: str
    """`admin`, `user`, or `pending` until an administrator lets it in."""
    last_active: int
    """Seconds since 1970."""


class WebuiApi:
    """The API at an address, with the rights of whoever has signed in; nobody yet after it is made."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ""
        # No proxy leads to this machine itself.
        proxies: dict[str, str] | None = {} if url.startswith("http://localhost:") else None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))

    def is_reached(self) -> bool:
        """Whether Open WebUI itself answers, and not a sign-in page in front of it."""
        try:
            return "version" in self._call("GET", "/api/version", timeout=LOOK)
        except CommandError:
            return False

    def sign_in(self, email: str, password: str) -> None:
        """Call with this account's rights from now on. Raises RefusedError, CommandError."""
        answer = self._call("POST", "/api/v1/auths/signin", {"email": email, "password": password})
        if not answer.get("token"):
            raise CommandError(f"{email} has a second factor, or waits for an administrator: use another account.")
        self.token = str(answer["token"])

    def users(self) -> Iterator[User]:
        """All accounts, the oldest first."""
        page, seen = 1, 0
        while True:
            answer = self._call("GET", f"/api/v1/users/?order_by=created_at&direction=asc&page={page}")
            yield from map(_user, answer["users"])
            page, seen = page + 1, seen + len(answer["users"])
            if not answer["users"] or seen >= answer["total"]:
                return

    def add(self, email: str, name: str, password: str) -> None:
        """Make an account of an ordinary user."""
        account = {"email": email, "name": name, "password": password, "role": "user"}
        self._call("POST", "/api/v1/auths/add", account)

    def update(self, user: User, **changes: str) -> None:
        """Change `role` or `password`."""
        self._call("POST", f"/api/v1/users/{quote(user.id, safe='')}/update", changes)

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None, timeout: int = TIMEOUT) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        url = self.url + path
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  (the stack's own address)
        try:
            with self._opener.open(request, timeout=timeout) as response:
                answer = json.load(response)
        except HTTPError as error:
            raise RefusedError(_detail(error), error.code) from error
        except (OSError, http.client.HTTPException) as error:
            raise CommandError(f"{self.url} does not answer: {getattr(error, 'reason', error)}") from error
        except ValueError as error:
            raise CommandError(f"{self.url} answers something else than Open WebUI does.") from error
        if not isinstance(answer, dict):
            raise CommandError(f"{self.url} answers something else than Open WebUI does.")
        return answer


def _user(body: Mapping[str, Any]) -> User:
    texts = {name: str(body[name]) for name in ("id", "email", "name", "role")}
    return User(**texts, last_active=int(body["last_active_at"]))


def _detail(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{error.code} {error.reason}"
