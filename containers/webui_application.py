"""Open WebUI itself, whose SIGTERM waits for the answers that are being written.

It writes them in background tasks, of which uvicorn knows nothing: told to stop, it ends at once and leaves them
unfinished for ever.
"""

import asyncio
import json
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from containers.webui_page import DETAIL

# Seconds from SIGTERM until answers are cut, and until uvicorn gives up: Fargate kills a container after 120.
ANSWERS_END = 100
REQUESTS_END = 110
# Seconds in which a cut answer saves what there is of it.
SAVING = 5
PAUSE = 1
CHAT = "/chat/completions"


def run_application(listener: str) -> None:
    """Be uvicorn with Open WebUI, whose SIGTERM waits for the answers that are being written."""
    drain = Drain()
    server = import_module("uvicorn.server").Server
    ends_at_once = server.handle_exit

    def ends_after_answers(self: Any, number: int, frame: object) -> None:
        if number == signal.SIGTERM and not self.should_exit:
            drain.begin()
            threading.Thread(target=finish, args=(self,), daemon=True).start()
        else:
            ends_at_once(self, number, frame)

    def finish(self: Any) -> None:
        drain.finish_answers()
        self.config.timeout_graceful_shutdown = drain.seconds_until(REQUESTS_END)
        ends_at_once(self, signal.SIGTERM, None)

    server.handle_exit = ends_after_answers
    lifespan = import_module("uvicorn.lifespan.on").LifespanOn
    shuts_down = lifespan.shutdown

    async def shuts_down_after_answers(self: Any) -> None:
        # Of questions that were on their way when the last answer ended.
        await asyncio.to_thread(drain.finish_answers)
        await shuts_down(self)

    lifespan.shutdown = shuts_down_after_answers
    proxy = import_module("uvicorn.middleware.proxy_headers").ProxyHeadersMiddleware
    believes_all = proxy.__call__

    async def believes_the_load_balancer(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if drain.refuses(scope):
            await ask_later(send)
            return
        if "headers" in scope:
            scope["headers"] = last_hop(scope["headers"])
        await believes_all(self, scope, receive, send)

    proxy.__call__ = believes_the_load_balancer
    with tempfile.NamedTemporaryFile("w", suffix=".json") as own_loggers:
        # Without uvicorn's own formats its lines are JSON as all others, each once: Open WebUI gives the logger of
        # requests a handler beside the root's.
        once = {"uvicorn.access": {"propagate": False}}
        json.dump({"version": 1, "disable_existing_loggers": False, "loggers": once}, own_loggers)
        own_loggers.flush()
        import_module("uvicorn").main(["open_webui.main:app", "--fd", listener, "--log-config", own_loggers.name])


def last_hop(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Of X-Forwarded-For only what the load balancer added: a caller in its own subnets may have written the rest."""
    name = b"x-forwarded-for"
    hops = [hop for key, value in headers if key == name for hop in value.split(b",")]
    return [(key, value) for key, value in headers if key != name] + [(name, hop.strip()) for hop in hops[-1:]]


class Drain:
    """The end of the application: no new answers are begun, and those that are being written come to their end."""

    def __init__(self) -> None:
        self.asked: float | None = None

    def begin(self) -> None:
        """Handle SIGTERM; the seconds count from the first one."""
        self.asked = time.monotonic() if self.asked is None else self.asked

    def seconds_until(self, limit: int) -> int:
        """What is left of so many seconds since SIGTERM."""
        return int((self.asked or 0) + limit - time.monotonic())

    def refuses(self, scope: Any) -> bool:
        """Whether a request would begin another answer: with people who go on asking there would be no end."""
        return self.asked is not None and scope["type"] == "http" and scope["path"].endswith(CHAT)

    def finish_answers(self) -> None:
        """Wait until Open WebUI writes no answer any more; late ones are ended as by the stop button."""
        module = sys.modules.get("open_webui.tasks")
        if module is None or self.asked is None:
            return
        tasks = module.tasks
        while tasks and self.seconds_until(ANSWERS_END) > 0:
            time.sleep(PAUSE / 4)
        for task in list(tasks.values()):
            with suppress(RuntimeError):  # the loop has ended
                task.get_loop().call_soon_threadsafe(task.cancel)
        saved = time.monotonic() + SAVING
        while tasks and time.monotonic() < saved:
            time.sleep(PAUSE / 4)


async def ask_later(send: Any) -> None:
    """Answer a question as the page does: the task ends, and the next request reaches another one."""
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"5"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": DETAIL})
