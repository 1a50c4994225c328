"""A stack's real applications, running for tests that are marked `real`."""

import functools
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from live import ROOT
from live.installation import Checkout, Installation, install_litellm, litellm_version
from live.processes import free_port
from live.programs import Program
from live.stack import tasks_of
from live.stage import GATEWAY, WEBUI, Account, Stage
from offline.engine import record_stack
from offline.engine.recording import Recording
from offline.services import services_of
from tests.live.open_webui import Person

VENV = os.environ.get("LIVE_VENV", "")
SRC = os.environ.get("LIVE_SRC", "")
STACK = os.environ.get("LIVE_STACK", "dev")
MODEL = "amazon.nova-pro-v1:0"
_SHOWN = 3000
"""Characters of each log that a failed test shows."""
TWICE = 200
"""Per cent of its tasks that a service may have during a deployment which starts new ones beside the old ones."""


class Live:
    """The stage with its account, and what tests do to it. Nothing runs before `begin`."""

    def __init__(self, data: Path, recording: Recording, tasks: int, others: Mapping[str, Program] | None) -> None:
        port = free_port()
        there = Installation(folder=Path(VENV))
        self.stage = Stage(recording, there, data, port, gateway=_gateway(recording), tasks=tasks, others=others)
        self.url = f"http://localhost:{port}"
        self.count = tasks
        self.running = list(range(1, 1 + tasks))
        self.old: list[int] = []
        service = next(service for service in services_of(recording) if service.app == WEBUI)
        self.overlaps = service.maximum_percent >= TWICE
        self.started = time.monotonic()

    def begin(self) -> None:
        """Start everything."""
        self.account: Account = self.stage.start(self.tell)
        self.seconds = time.monotonic() - self.started

    def tell(self, text: str) -> None:
        """What a failed test shows."""
        print(f"{time.monotonic() - self.started:6.1f} s  {text}")

    @functools.cached_property
    def person(self) -> Person:
        """Signed in once: a session is good on every task and after every deployment."""
        return Person(url=self.url).sign_in(self.account.email, self.account.password)

    @property
    def people(self) -> list[Person]:
        """The same person at each task, past the load balancer."""
        ports = (self.stage.slots[WEBUI][number - 1].port for number in self.running)
        return [Person(url=f"http://127.0.0.1:{port}", token=self.person.token) for port in ports]

    def new_user(self, name: str) -> Person:
        """An ordinary user whom the administrator adds, signed in."""
        account = {"email": f"{name}@example.com", "password": "a long made-up password"}
        self.person.post("/api/v1/auths/add", name=name, role="user", profile_image_url="", **account)
        return Person(url=self.url).sign_in(**account)

    def start_others(self, changed: Mapping[str, str]) -> None:
        """The first half of a deployment as ECS makes it: new tasks, until they are healthy.

        They start beside the old ones, unless the recorded percentages leave no room for them.
        """
        if not self.overlaps:
            self.old, self.running = self.running, []
            self.stop_old()
        new = [number for number in range(1, 1 + 2 * self.count) if number not in self.running][: self.count]
        with ThreadPoolExecutor(self.count) as starting:
            for task in [starting.submit(self.start, number, changed) for number in new]:
                task.result()
        self.old, self.running = self.running, new

    def stop_old(self) -> None:
        """The second half."""
        with ThreadPoolExecutor(self.count) as stopping:
            assert set(stopping.map(self.stop, self.old)) <= {0}
        self.old = []

    def scale_in(self) -> None:
        """Stop one task, which nothing replaces before the next deployment."""
        assert self.stop(self.running.pop()) == 0

    def start(self, number: int, changed: Mapping[str, str] | None = None) -> None:
        """Start a task of Open WebUI, with some variables changed."""
        self.stage.start_task(WEBUI, number, self.tell, changed)

    def stop(self, number: int) -> int:
        """Stop a task as ECS does; its exit code."""
        self.tell(f"SIGTERM to task {number}")
        code = self.stage.stop_task(WEBUI, number)
        self.tell(f"task {number} has ended with {code}")
        return code


def _gateway(recording: Recording) -> Checkout | Installation | None:
    """LiteLLM where the stack has it, else a checkout of the Access Gateway where there is one, else the stand-in."""
    gateway = tasks_of(recording).get(GATEWAY)
    if version := litellm_version(gateway.main.image) if gateway else None:
        return install_litellm(Path(f"{VENV}-litellm"), version, "", print)
    folder = Path(f"{VENV}-gateway")
    return Checkout(source=Path(SRC).resolve(), installation=Installation(folder=folder)) if SRC else None


@contextmanager
def applications(
    name: str,
    recording: Recording | None = None,
    *,
    tasks: int = 1,
    others: Mapping[str, Program] | None = None,
    begin: bool = True,
) -> Iterator[Live]:
    """The applications of a recording, by default the stack's, in a folder of their own, which goes with them."""
    with data_folder(name) as data:
        live = Live(data, recording or record_stack(ROOT, STACK), tasks, others)
        try:
            if begin:
                live.begin()
            yield live
        except BaseException:
            for log in sorted(live.stage.processes.logs.glob("*.log")):
                live.tell(f"the end of {log.name}:\n{log.read_text(errors='replace')[-_SHOWN:]}")
            raise
        finally:
            live.stage.processes.stop()


@contextmanager
def data_folder(name: str) -> Iterator[Path]:
    """A folder below the project: PostgreSQL does not run as root, and nobody may not enter pytest's folders."""
    data = ROOT / ".try" / f"{name}-{os.getpid()}"
    data.mkdir(parents=True)
    try:
        yield data
    finally:
        subprocess.run(["rm", "-rf", str(data)], check=True)
