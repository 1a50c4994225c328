"""`python -m live --stack dev`: runs the stack's applications on this machine until Ctrl-C."""

import argparse
import fcntl
import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from live import ROOT, TryError, installation
from live.first_chat import first_chat
from live.installation import Checkout, Installation
from live.processes import free_port, is_free
from live.stack import tasks_of
from live.stage import GATEWAY, WEBUI, Account, Stage
from offline import stack_files
from offline.engine import record_stack
from offline.engine.recording import Recording
from problems.command import command, leave

_DIFFERENCES: Final = (
    "Not as in AWS: all tasks on your processor; PostgreSQL, Valkey and Caddy without TLS for Aurora,",
    "ElastiCache and the load balancer; a folder for EFS; no VPC, WAF or Envoy; Open WebUI's slim set: no PDF files.",
)
_NO_DOCUMENTS: Final = "No documents: without database their vectors are in Chroma, which the slim packages leave out."


_MOST_TASKS: Final = 5
"""Each takes a third of a gigabyte of memory."""


@command()
def main(arguments: Sequence[str]) -> int:
    """Run until interrupted; 1 with one message when the stack cannot run here."""
    parser = argparse.ArgumentParser(prog="python -m live", description=__doc__)
    parser.add_argument("--stack", default="dev", help="name of a Pulumi.<stack>.yaml (default: dev)")
    parser.add_argument("--port", default="8080", help="where Open WebUI is to be reached (default: 8080)")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-try", help="the applications' environment")
    parser.add_argument("--data", type=Path, default=ROOT / ".try", help="a folder per stack is kept there")
    parser.add_argument("--python", default="", help="the Python that Open WebUI runs on")
    parser.add_argument("--src", type=Path, help="a checkout of the Bedrock Access Gateway, in place of its stand-in")
    parser.add_argument("--tasks", default="1", help="how many tasks of Open WebUI run (default: 1)")
    parser.add_argument("--bedrock", choices=("stand-in", "aws"), default="stand-in", help="aws: the real one, as you")
    parser.add_argument("--fresh", action="store_true", help="forget chats, files and accounts of earlier runs")
    parser.add_argument("--image", help="run this image of Open WebUI in place of the stack's")
    parser.add_argument("--once", action="store_true", help="sign in, ask a model something, and stop")
    parser.add_argument("--install-only", action="store_true", help="install, and start nothing")
    options = parser.parse_args(arguments)
    try:
        _run(options)
    except KeyboardInterrupt:
        print("\nStopped; nothing runs any more.")
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace) -> None:
    tasks, port = check_tasks(options.tasks), free_port() if options.once else check_port(options.port)
    recording = _record(options.stack, options.image)
    version = installation.version_of(_image_of_webui(recording))
    there = installation.install(options.venv.resolve(), version, options.python, print)
    checkout = _gateway(options, recording)
    if options.install_only:
        return
    # Beside the data of `make try`, which an older version may still have to open.
    folder, fresh = (f"{options.stack}-once", True) if options.once else (options.stack, options.fresh)
    with _data_of(options.data.resolve(), folder, fresh=fresh) as data:
        in_aws = options.bedrock == "aws"
        stage = Stage(recording, there, data, port, gateway=checkout, tasks=tasks, in_aws=in_aws)
        started = time.monotonic()

        def tell(text: str) -> None:
            print(f"{time.monotonic() - started:5.1f} s  {text}", flush=True)

        try:
            account = stage.start(tell)
            tell("ready")
            if options.once:
                tell(f"signed in, and {first_chat(account)} has answered")
                return
            print(_welcome(stage, account), flush=True)
            while not (ended := stage.processes.ended()):
                time.sleep(1)
            raise stage.processes.failed(ended, "ended by itself")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C would leave processes behind
            stage.processes.stop()


def _record(stack: str, image: str | None) -> Recording:
    """The stack, perhaps with another image of Open WebUI."""
    if image is None:
        return record_stack(ROOT, stack)
    written = stack_files.load(ROOT, stack).values.get(f"{stack_files.project_name(ROOT)}:{WEBUI}", "{}")
    return record_stack(ROOT, stack, overrides={WEBUI: {**json.loads(written), "image": image}})


def _gateway(options: argparse.Namespace, recording: Recording) -> Checkout | Installation | None:
    """The gateway of the stack's engine, as far as it is not replaced by a stand-in."""
    gateway = tasks_of(recording).get(GATEWAY)
    litellm = installation.litellm_version(gateway.main.image) if gateway else None
    if litellm:
        folder = options.venv.resolve().with_name(f"{options.venv.name}-litellm")
        return installation.install_litellm(folder, litellm, options.python, print)
    if options.src is None:
        return None
    source: Path = options.src.expanduser().resolve()
    folder = options.venv.resolve().with_name(f"{options.venv.name}-gateway")
    return Checkout(source=source, installation=installation.install_gateway(folder, source, print))


def check_port(text: str) -> int:
    """The port, when one may listen on it."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:  # noqa: PLR2004  (what an ordinary user may use)
        raise TryError(f"PORT is {text}; it must be a number from 1024 to 65535, such as PORT=8081")
    if not is_free(int(text)):
        raise TryError(f"port {text} is in use; choose another one: make try PORT={int(text) % 65535 + 1}")
    return int(text)


def _image_of_webui(recording: Recording) -> str:
    return tasks_of(recording)[WEBUI].main.image


def check_tasks(text: str) -> int:
    """The number of tasks, when this machine may run as many."""
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_TASKS:
        raise TryError(f"TASKS is {text}; it must be a number from 1 to {_MOST_TASKS}, such as TASKS=3")
    return int(text)


@contextmanager
def _data_of(base: Path, stack: str, *, fresh: bool) -> Iterator[Path]:
    """The stack's folder, which no other run uses at the same time."""
    base.mkdir(parents=True, exist_ok=True)
    folder, lock = base / stack, base / f"{stack}.lock"
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise TryError(f"stack {stack} runs here already; stop that run with Ctrl-C first") from None
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        # As the scratch volume of a new task.
        shutil.rmtree(folder / "scratch", ignore_errors=True)
        folder.mkdir(exist_ok=True)
        yield folder


def _welcome(stage: Stage, account: Account) -> str:
    lines = [
        "",
        f"Open WebUI  {account.url}",
        f"user        {account.email}",
        f"password    {account.password}",
        f"logs        tail -f {_short(stage.processes.logs)}/*.log",
        f"data        {_short(stage.data)}, used again next time; FRESH=1 begins anew",
        "",
        *_DIFFERENCES,
        _models(stage),
        *([] if stage.takes_documents else [_NO_DOCUMENTS]),
        *(f"Not run here, because there is no package of its image: {name}" for name in stage.left_out),
        "",
        "Ctrl-C stops all of it.",
    ]
    return "\n".join(lines)


def _models(stage: Stage) -> str:
    if stage.in_aws:
        return f"{'The' if stage.gateway else 'A stand-in for the'} gateway calls Bedrock as you, and you pay for it."
    who = "Bedrock is a stand-in" if stage.gateway else "Gateway and Bedrock are stand-ins"
    return f"{who}: models, rights and streams are the stack's, answers are made up."


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    for _signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell's background jobs ignore the first
        signal.signal(_signal, _interrupt)
    leave(main(sys.argv[1:]))
