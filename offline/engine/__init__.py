"""Runs a Pulumi program against an in-process engine that records every request and answers like AWS.

Follows what the Python language host does, so exports, `pulumi.run`, dangling applies and errors behave as in
a real run. Runs are isolated from each other: any number in one process, also in threads.
"""

import asyncio
import contextvars
import os
import runpy
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pulumi import RunError
from pulumi.runtime import settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.stack import run_in_stack

from offline import stack_files
from offline.engine.aws_facts import AwsFacts
from offline.engine.monitor import Engine, Monitor
from offline.engine.recording import Recording
from offline.engine.sdk_shortcuts import InlineExecutor, report_calling_line_only
from problems.command import CommandError

__all__ = ["AwsFacts", "Program", "Recording", "record", "record_stack"]

Program = Callable[[], object] | Path
"""A function that creates resources, or the path of a `__main__.py`."""

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Where the AWS provider looks for a region that `aws:region` does not name, in this order."""

report_calling_line_only()

_working_directory = threading.RLock()
"""Guards what a process has only one of while a program file runs: its folder, import path and `__main__`."""


def record(
    program: Program,
    *,
    config: Mapping[str, object] | None = None,
    stack: str = "dev",
    project: str = "webui-bedrock",
    preview: bool = False,
    aws: AwsFacts | None = None,
    secret_keys: Collection[str] = (),
) -> Recording:
    """Runs `program` once and returns what it asked for.

    `config` keys without a namespace belong to the project; values that are no strings are passed as JSON, as
    the host does. With `preview`, outputs that only AWS can give are unknown. Whatever the program raises,
    in an apply too, comes out with its own type.
    """
    values = stack_files.encode(config or {}, project)
    named = values.get("aws:region") or next(filter(None, map(os.environ.get, REGION_VARIABLES)), None)
    facts = aws or (AwsFacts(region=named) if named else AwsFacts())
    monitor = Monitor(facts, config=values, stack=stack, project=project, preview=preview)
    if aws is None and not named:
        monitor.assume(f"the region is {facts.region}: neither aws:region nor {REGION_VARIABLES[0]} names one")
    engine = Engine()

    def run() -> None:
        settings.reset_options()
        set_all_config(values, stack_files.secret_names(secret_keys, project))
        settings.configure(
            settings.Settings(
                project=project,
                stack=stack,
                monitor=monitor,
                engine=engine,
                dry_run=preview,
                organization="organization",
            )
        )
        asyncio.run(_main(program))

    # In a thread of its own: asyncio.run takes the event loop of its thread away, and a caller may have one running.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(contextvars.copy_context().run, run).result()
    return monitor.recording(engine.messages)


def record_stack(
    root: Path,
    stack: str,
    *,
    preview: bool = False,
    overrides: Mapping[str, object] | None = None,
    aws: AwsFacts | None = None,
) -> Recording:
    """Runs the `__main__.py` in `root` with the config that Pulumi.yaml and the stack's file give together.

    `overrides` replace whole top-level keys; None takes a key away. Encrypted values become `[secret]`.
    Raises CommandError where the CLI refuses the files, and whatever the program raises.
    """
    merged = stack_files.load(root, stack, overrides)
    try:
        recording = record(
            root / "__main__.py",
            config=merged.values,
            stack=stack_files.short_name(stack),
            project=merged.project,
            preview=preview,
            aws=aws,
            secret_keys=merged.secret_keys,
        )
    except RunError as error:
        for doubt in merged.doubts:
            error.add_note(doubt)
        raise
    if merged.mistyped:
        # Only now: what the program says of its config says more.
        raise CommandError("\n".join(merged.mistyped))
    return replace(recording, log=[*recording.log, *(("warning", doubt) for doubt in merged.doubts)])


async def _main(program: Program) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(InlineExecutor())
    # A failing program leaves failed tasks behind; the error itself is raised, so their own noise is dropped.
    loop.set_exception_handler(lambda _loop, _context: None)
    if isinstance(program, Path):
        with _in_directory_of(program):
            await run_in_stack(lambda: _run_file(program))
    else:
        await run_in_stack(lambda: _call(program))


def _call(program: Callable[[], object]) -> None:
    program()


def _run_file(path: Path) -> None:
    runpy.run_path(str(path.resolve()), run_name="__main__")


@contextmanager
def _in_directory_of(path: Path) -> Iterator[None]:
    """The program's folder is where it runs and what it imports from first, as under the Pulumi host."""
    folder = str(path.resolve().parent)
    with _working_directory:
        before = Path.cwd()
        os.chdir(folder)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            os.chdir(before)
