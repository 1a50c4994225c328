"""One measurement for `offline.bench`, in a process of its own: the parts of a plan, and the memory it took."""

import contextlib
import cProfile
import gc
import importlib
import io
import json
import os
import pstats
import resource
import runpy
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from offline.engine.recording import Recording
    from offline.stack_files import StackConfig

ROOT: Final = Path(__file__).resolve().parents[2]
STACK: Final = "dev"
_ROUTED: Final = 40
"""Services with a listener rule; further ones are background workers. A load balancer takes 100 rules, but priorities
follow the names, and of more names than these two meet in one priority, which settings refuse."""


def overrides(services: int) -> dict[str, Any]:
    """Config for so many services, the WebUI and the gateway among them: some of the further ones have a path."""
    routed = min((services - 2) // 2, _ROUTED)
    further: dict[str, Any] = {}
    for number in range(services - 2):
        service: dict[str, Any] = {"image": "public.ecr.aws/team/app:1.4.2", "port": 8080, "env": {"MODE": "quiet"}}
        if number < routed:
            service["paths"] = [f"/app{number}", f"/app{number}/*"]
        further[f"app{number}"] = service
    return {"services": further} if further else {}


def measure(services: int, modules: list[str], profile: str) -> dict[str, Any]:
    """Seconds of each part, MiB at the peak, and the modules that the program loaded.

    `modules` are loaded beforehand, in this order, so that imports do not count as the program's time. With
    `profile`, the name of a file, the program runs under cProfile.
    """
    # Imported here, so that the clock runs.
    clock = _Clock()
    from rich.console import Console

    from offline import stack_files
    from offline.engine import record, record_stack
    from offline.plan import report

    _load(modules)
    clock.stop("imports")
    config = overrides(services)
    merged = stack_files.load(ROOT, STACK, config)
    # The program's own package, by its name only: nothing of offline depends on it.
    record(lambda: importlib.import_module("settings").load(), config=merged.values, project=merged.project)
    clock.stop("settings")
    if profile:
        recording, profiler = _profiled(merged)
        pstats.Stats(profiler).dump_stats(profile)
    else:
        recording = record_stack(ROOT, STACK, overrides=config)
    clock.stop("program")
    report.as_text(recording, Console(file=io.StringIO(), width=120, highlight=False))
    clock.stop("report")
    return {
        "services": services,
        "resources": len(recording.resources),
        **clock.seconds,
        "memory": _peak_memory(),
        "modules": [name for name in sys.modules if name != "__main__"],
    }


def _load(modules: list[str]) -> None:
    """Imports modules. A service's package in Pulumi's SDKs loads whole, at the first use of an attribute."""
    for name in modules:
        package, *parts = name.split(".")
        if package.startswith("pulumi_") and parts:
            # Alone, a service's name stands for a package that nobody has used.
            if len(parts) > 1:
                hasattr(importlib.import_module(f"{package}.{parts[0]}"), "outputs")
        else:
            with contextlib.suppress(ImportError):  # some only exist as a side effect of others
                importlib.import_module(name)


def _profiled(merged: "StackConfig") -> tuple["Recording", cProfile.Profile]:
    """The recording, and a profile of the thread that the program runs in, which only the program can begin."""
    from offline.engine import record

    profiler = cProfile.Profile()

    def program() -> None:
        profiler.enable()
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")

    recording = record(
        program,
        config=merged.values,
        stack=STACK,
        project=merged.project,
        secret_keys=merged.secret_keys,
    )
    return recording, profiler


class _Clock:
    """Seconds by part, each from the end of the one before."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def stop(self, part: str) -> None:
        now = time.perf_counter()
        self.seconds[part] = now - self._since
        self._since = now


def _peak_memory() -> float:
    """MiB; the kernel counts in KiB on Linux and in bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    gc.disable()  # as `make plan` runs
    wanted = json.load(sys.stdin)
    print(json.dumps(measure(wanted["services"], wanted["modules"], wanted["profile"])), flush=True)
    os._exit(0)
