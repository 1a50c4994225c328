"""The account behind HTTP: every call through the rules, then to an answer of ours or to moto.

`POST /_strict` takes a JSON object with "cmd" and is answered with it and what `control.py` adds.
"""

import json
import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.engine.stand_in import calls, model
from tests.engine.stand_in.account import REGION
from tests.engine.stand_in.calls import Answer, Call
from tests.engine.stand_in.rules import ANSWERS, EFFECTS, RULES, RefusedError

CONTROL = "/_strict"
MOST_OF_A_BODY = 6000
READS = ("Describe", "List", "Get", "Head", "GET", "HEAD", "BatchGet")
"""How operations begin that change nothing; they are logged only when they fail."""
Commands = Callable[[dict[str, Any]], Answer]
"""Does what comes in at CONTROL."""
REFUSED = 400
"""The first HTTP status of a failure."""


@dataclass(kw_only=True)
class Injection:
    """An error that a test wants AWS to answer with."""

    action: str
    """The operation's name."""
    match: str = ""
    """What the request's body must hold."""
    times: int = 1
    code: str = "InternalFailure"
    message: str = "injected"
    after: bool = False
    """Whether the operation is carried out before the caller is told that it failed."""


@dataclass(kw_only=True)
class StandIn:
    """One account. Its state is moto's and the service modules', so a process holds one."""

    port: int = 0
    log: list[dict[str, Any]] = field(default_factory=list)
    """Every change and every failure: t (seconds since 1970), service, action, status, body, out, rule."""
    injections: list[Injection] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while a call is answered: neither moto nor the rules are made for two at once."""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one signed request."""
        with self.lock:
            call = calls.read(method, target, headers, body)
            REGION.set(call.region)
            answer, refused_by = self._judge(call, body)
            if answer.status >= REFUSED or not call.operation.startswith(READS):
                self._write(call, body, answer, refused_by)
            return answer

    def _judge(self, call: Call, body: bytes) -> tuple[Answer, str | None]:
        """The answer, and the rule that refused the call."""
        if injection := self._injection(call, body):
            if injection.after:
                _carry_out(call)
            return calls.write(call, RefusedError(injection.code, injection.message)), "injected"
        name = "model"
        try:
            model.check(call)
            for rule in RULES.get((call.service, call.operation), []):
                name = rule.name
                rule.check(call.params)
            name = "answer"
            return _carry_out(call), None
        except RefusedError as refused:
            return calls.write(call, refused), name
        except Exception:  # noqa: BLE001  # moto breaks where AWS refuses; that is an answer too
            traceback.print_exc()
            broken = RefusedError("InternalFailure", f"the stand-in broke at {call.operation}")
            return calls.write(call, broken), "broken"

    def _injection(self, call: Call, body: bytes) -> Injection | None:
        for injection in self.injections:
            if injection.times > 0 and injection.action == call.operation and injection.match.encode() in body:
                injection.times -= 1
                return injection
        return None

    def _write(self, call: Call, body: bytes, answer: Answer, refused_by: str | None) -> None:
        failed = answer.status >= REFUSED
        entry = {
            "t": round(time.time(), 2),
            "service": call.service,
            "action": call.operation,
            "status": answer.status,
            "body": body.decode(errors="replace")[:MOST_OF_A_BODY],
            "out": answer.body.decode(errors="replace")[:MOST_OF_A_BODY] if failed else "",
            "rule": refused_by,
        }
        self.log.append(entry)
        if path := os.environ.get("STRICT_LOG"):
            with Path(f"{path}.{self.port}").open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


def _carry_out(call: Call) -> Answer:
    operation = (call.service, call.operation)
    result = ANSWERS[operation](call.params) if operation in ANSWERS else NotImplemented
    answer = calls.ask_moto(call) if result is NotImplemented else calls.write(call, result)
    if answer.status < REFUSED:
        for effect in EFFECTS.get(operation, []):
            effect(call.params)
    return answer


def listen(account: StandIn, commands: Commands, port: int) -> ThreadingHTTPServer:
    """A server that listens on a port of this machine (0: a free one) and waits to be started."""

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1
        """An answer leaves in one piece: between head and body of one that comes in two, AWS's SDK may close."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == CONTROL:
                self._send(commands(json.loads(body)))
            else:
                self._send(account.answer(self.command, self.path, dict(self.headers.items()), body))

        do_GET = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_POST  # noqa: N815

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet: the log is the account's."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # a provider calls for a hundred resources at once; five is Python's own

    return Server(("127.0.0.1", port), Handler)


def start(account: StandIn, server: ThreadingHTTPServer) -> None:
    """Serve, in threads of its own."""
    account.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
