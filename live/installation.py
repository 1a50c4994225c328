"""The environments that `make try` installs once: Open WebUI with PostgreSQL, Valkey and Caddy, and the gateway's."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from live import ROOT, TryError

REQUIREMENTS: Final = ROOT / "live" / "requirements.txt"
PYTHONS: Final = ("3.12", "3.11")
"""What Open WebUI 0.12 runs on (its package: Requires-Python >=3.11,<3.13)."""

_GIGABYTES: Final = 1.5
"""Free disk space to begin with: 0.8 GB stay, and pip needs as much again for a while."""

_SLIM: Final = "requirements-slim.txt"
"""Upstream's own list for external models and PostgreSQL, which its package carries: without torch and CUDA."""

_LITELLM: Final = re.compile(r"/litellm[\w-]*:v(\d+\.\d+\.\d+)(?:@.*)?$")
_IMAGE: Final = re.compile(r"(?:^|/)open-webui/open-webui:v?(\d+\.\d+\.\d+)(?:-slim)?(?:@.*)?$")


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Where the programs are."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Python, uvicorn and Caddy."""
        return self.folder / "bin"

    @property
    def packages(self) -> Path:
        """The packages of PyPI."""
        return next(self.folder.glob("lib/python3*/site-packages"))


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The Bedrock Access Gateway itself, in place of its stand-in."""

    source: Path
    installation: Installation


def version_of(image: str) -> str:
    """The Open WebUI version in the name of an image of upstream's; TryError for any other image."""
    found = _IMAGE.search(image)
    if not found:
        raise TryError(
            f"webui.image is {image}, of which PyPI has no package: make try runs upstream's releases, such as "
            "ghcr.io/open-webui/open-webui:v0.12.4. Take one in the stack's file, or in a copy of it for here"
        )
    return found[1]


def install(folder: Path, version: str, python: str, tell: Callable[[str], None]) -> Installation:
    """Make the environment when it is missing, or is for another version; TryError when that cannot be."""
    there = Installation(folder=folder)
    with _once(there, version, REQUIREMENTS, tell) as is_missing:
        if is_missing:
            interpreter = find_python(python, version)
            check_space(folder.parent, shutil.disk_usage(folder.parent).free)
            tell(f"Installing Open WebUI {version}, PostgreSQL, Valkey and Caddy into {folder.name}: about 250 MB")
            _run([interpreter, "-m", "venv", "--clear", str(folder)], "make a virtual environment")
            # Its own requirements bring torch and 3 GB of CUDA.
            _pip(there, ["--no-deps", f"open-webui=={version}"], tell)
            slim = there.packages / _SLIM
            if not slim.is_file():
                raise TryError(f"Open WebUI {version} does not carry {_SLIM}; make try runs 0.12 and later")
            _pip(there, ["--requirement", str(slim), "--requirement", str(REQUIREMENTS)], tell)
    return there


def install_gateway(folder: Path, source: Path, tell: Callable[[str], None]) -> Installation:
    """Make the environment of a checkout of the Bedrock Access Gateway, as its Dockerfile_ecs makes the image."""
    requirements = source / "src" / "requirements.txt"
    if not requirements.is_file():
        raise TryError(
            f"SRC={source} is no checkout of aws-samples/bedrock-access-gateway: it has no src/requirements.txt"
        )
    there = Installation(folder=folder)
    with _once(there, "", requirements, tell) as is_missing:
        if is_missing:
            tell(f"Installing the requirements of {source} into {folder.name}")
            _run([sys.executable, "-m", "venv", "--clear", str(folder)], "make a virtual environment")
            _pip(there, ["--requirement", str(requirements)], tell)
            script = "import tiktoken_ext.openai_public as public; public.cl100k_base()"
            environment = {**os.environ, "TIKTOKEN_CACHE_DIR": str(vocabulary(there))}
            what = "fetch tiktoken's vocabulary (TIKTOKEN_CACHE_DIR names a folder that has it, such as LiteLLM's)"
            _run([str(there.bin / "python"), "-c", script], what, environment=environment)
    return there


def litellm_version(image: str) -> str | None:
    """The LiteLLM version in the name of an image of upstream's; None for any other image."""
    found = _LITELLM.search(image)
    return found[1] if found else None


def install_litellm(folder: Path, version: str, python: str, tell: Callable[[str], None]) -> Installation:
    """Make the environment of LiteLLM's proxy: it wants another boto3 than Open WebUI."""
    there = Installation(folder=folder)
    with _once(there, version, REQUIREMENTS, tell) as is_missing:
        if is_missing:
            tell(f"Installing LiteLLM {version} into {folder.name}: about 150 MB")
            interpreter = find_python(python, version)
            _run([interpreter, "-m", "venv", "--clear", str(folder)], "make a virtual environment")
            _pip(there, [f"litellm[proxy]=={version}"], tell)
    return there


def vocabulary(gateway: Installation) -> Path:
    """The folder with tiktoken's vocabulary, which the gateway's image has inside."""
    return Path(os.environ.get("TIKTOKEN_CACHE_DIR", gateway.folder / "tiktoken"))


@contextmanager
def _once(there: Installation, version: str, requirements: Path, tell: Callable[[str], None]) -> Iterator[bool]:
    """Whether the body has to install; what it installed is marked when it comes to its end."""
    mark = there.folder / ".installed"
    wanted = f"{version} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"
    is_missing = not mark.is_file() or mark.read_text() != wanted
    started = time.monotonic()
    yield is_missing
    if is_missing:
        mark.write_text(wanted)
        tell(f"Installed in {time.monotonic() - started:.0f} s; not again next time")


def find_python(named: str, version: str) -> str:
    """An interpreter that Open WebUI runs on: the named one, this one or one on PATH."""
    candidates = [named] if named else [sys.executable, *(f"python{wanted}" for wanted in PYTHONS)]
    for candidate in candidates:
        if _version(candidate) in PYTHONS:
            return candidate
    looked = f"{named} is {_version(named) or 'none'}" if named else f"neither is on PATH: {', '.join(candidates[1:])}"
    raise TryError(
        f"Open WebUI {version} runs on Python {' or '.join(reversed(PYTHONS))}; {looked}. Install one, or name it: "
        "make try PYTHON=/path/to/python3.12"
    )


def _version(python: str) -> str:
    """`3.11`; empty when there is no such program, or it cannot make environments."""
    script = "import ensurepip, sys, venv; print('{}.{}'.format(*sys.version_info))"
    try:
        result = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return result.stdout.strip()


def check_space(folder: Path, free: int) -> None:
    """TryError when so many free bytes are too few."""
    if free < _GIGABYTES * 1e9:
        raise TryError(
            f"{folder} has {free / 1e9:.1f} GB free, and the applications take {_GIGABYTES} GB. Make room, "
            "or choose another disk: make try TRY_VENV=/path/to/folder"
        )


def _pip(there: Installation, words: Sequence[str], tell: Callable[[str], None]) -> None:
    pip = [str(there.bin / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    _run([*pip, *words], "install the packages", lambda lines: _tell_progress(lines, tell))


def _tell_progress(lines: Iterable[str], tell: Callable[[str], None]) -> Iterable[str]:
    """Pass pip's lines on, and say where it is every now and then."""
    collected, told = 0, time.monotonic()
    for line in lines:
        yield line
        collected += line.startswith("Collecting ")
        if line.startswith("Installing collected packages") and collected > 1:
            tell(f"  writing {line.count(',') + 1} packages")
        elif time.monotonic() - told > 10:  # noqa: PLR2004  (seconds, in which people begin to wonder)
            told = time.monotonic()
            tell(f"  {collected} packages found so far")


def _run(
    command: Sequence[str],
    what: str,
    watch: Callable[[Iterable[str]], Iterable[str]] = lambda lines: lines,
    environment: Mapping[str, str] | None = None,
) -> None:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        lines = list(watch(process.stdout or ()))
    if process.returncode:
        raise TryError("\n".join([f"cannot {what}:", *(f"  {line.rstrip()}" for line in lines[-4:])]))
