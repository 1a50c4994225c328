"""A stand-in of Open WebUI's API for accounts, with the answers of 0.12.4."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
PAGE = 30
TAKEN = "Uh-oh! This email is already registered. Sign in with your existing account or choose another email."
WRONG = "The email or password provided is incorrect. Please check for typos and try logging in again."


@dataclass
class StandIn:
    """Its accounts by e-mail, with their passwords, and what it was asked."""

    url: str = ""
    accounts: dict[str, Body] = field(default_factory=dict)
    front: str = ""
    """What a sign-in page in front answers in Open WebUI's place."""
    sign_in: tuple[int, Body] | None = None
    """What a sign-in is answered, whoever it is."""
    asked: list[str] = field(default_factory=list)

    def add(self, email: str, **given: object) -> None:
        account = {"email": email, "name": email, "role": "user", "password": "made-up"}
        number = {"id": f"id-{len(self.accounts)}", "last_active_at": 1_790_000_000}
        self.accounts[email] = {**account, **number, **given}

    def answer(self, method: str, path: str, body: Body, token: str) -> tuple[int, Body]:
        path, _, query = path.partition("?")
        if path == "/api/version":
            return 200, {"version": "0.12.4", "deployment_id": ""}
        if path == "/api/v1/auths/signin":
            account = self.accounts.get(body["email"], {})
            good = account.get("password") == body["password"]
            signed = 200, {"token": f"session of {account.get('email')}"}
            return self.sign_in or (signed if good else (400, {"detail": WRONG}))
        if self.accounts.get(token.removeprefix("Bearer session of "), {}).get("role") != "admin":
            return 401, {"detail": "You do not have permission to access this resource."}
        match method, path.split("/")[3:]:
            case "GET", ["users", ""]:
                begin = (int(query.rpartition("page=")[2]) - 1) * PAGE
                return 200, {"users": [*self.accounts.values()][begin : begin + PAGE], "total": len(self.accounts)}
            case "POST", ["auths", "add"]:
                if body["email"] in self.accounts:
                    return 400, {"detail": TAKEN}
                self.add(**body)
                return 200, body
            case "POST", ["users", number, "update"]:
                account = next(each for each in self.accounts.values() if each["id"] == number)
                account.update(body)
                return 200, account
        return 404, {"detail": "Not Found"}


@contextmanager
def webui_stand_in() -> Iterator[StandIn]:
    """Answer at an address of this machine, until the block ends."""
    there = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(f"{self.command} {self.path.partition('?')[0]}")
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            if there.front and self.headers["Host"] == there.url.removeprefix("http://"):
                status, answer = 200, there.front.encode()
            else:
                status, told = there.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
                answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815  (the base class's names)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield there
        server.shutdown()
