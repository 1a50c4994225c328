"""A release of Open WebUI, by its package on PyPI: the variables that it reads, its paths and its migrations."""

import ast
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from problems.command import CommandError
from scripts import open_webui_source, stack_file

VARIABLES: Final = stack_file.ROOT / "settings/open_webui_variables.txt"
PATHS: Final = stack_file.ROOT / "settings/open_webui_paths.txt"
"""What the release reads and answers that this program was written for."""

_VERSION: Final = re.compile(r"v?(\d+\.\d+\.\d+)")
_PAGE: Final = re.compile(r'"(/[^"\s]*)":\[')
"""A page in SvelteKit's table of routes, which the built frontend carries."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """One version of Open WebUI."""

    version: str
    """Such as `0.12.4`."""
    variables: frozenset[str]
    paths: frozenset[str]
    """A sample of each path."""
    migrations: frozenset[str] = frozenset()
    """The files by which Alembic changes its database; only the package tells them."""


def version_of(text: str) -> str:
    """`0.12.4` of `v0.12.4`. Raises CommandError for what is no release."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise CommandError(f"VERSION is {text or 'not given'}: name a release of Open WebUI, such as VERSION=v0.12.4")
    return found[1]


def known() -> Release:
    """The release that this program was written for."""
    first, *variables = VARIABLES.read_text(encoding="utf-8").splitlines()
    paths = PATHS.read_text(encoding="utf-8").splitlines()
    return Release(version=first.split()[-1], variables=frozenset(variables), paths=frozenset(paths[1:]))


def write(release: Release) -> None:
    """Renew the lists."""
    for file, lines in ((VARIABLES, release.variables), (PATHS, release.paths)):
        text = "\n".join([f"# make open-webui: Open WebUI {release.version}", *sorted(lines)])
        file.write_text(f"{text}\n", encoding="utf-8")


def download(version: str) -> Release:
    """Read the package of a version, from where pip finds it. Raises CommandError when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"Reading Open WebUI {version} from PyPI (100 MB)", file=sys.stderr, flush=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        # A wheel is unpacked by nobody here; another interpreter than this one runs it.
        wanted = ["--only-binary=:all:", "--python-version=3.11", f"--dest={folder}", f"open-webui=={version}"]
        done = subprocess.run([*pip, *wanted], capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip does not say why"]
            raise CommandError(f"No package of Open WebUI {version}: {reason[0].removeprefix('ERROR: ')}")
        return read(next(Path(folder).glob("*.whl")), version)


def read(wheel: Path, version: str) -> Release:
    """Read the files of a package."""
    with zipfile.ZipFile(wheel) as files:
        names = [name.removeprefix("open_webui/") for name in files.namelist() if name.startswith("open_webui/")]
        trees = {
            name.removesuffix(".py").replace("/", "."): ast.parse(files.read(f"open_webui/{name}"))
            for name in names
            if name.endswith(".py")
        }
        tables = [name for name in names if re.fullmatch(r"frontend/_app/immutable/entry/app\.[^/]*\.js", name)]
        pages = "".join(files.read(f"open_webui/{name}").decode() for name in tables)
    paths = {*map(_sample, open_webui_source.routes(trees)), *map(_page, _PAGE.findall(pages)), *_files(names)}
    return Release(
        version=version,
        variables=frozenset(open_webui_source.variables(trees.values())),
        paths=frozenset(paths - {""}),
        migrations=frozenset(name for name in trees if name.startswith("migrations.versions.")),
    )


def _sample(route: str) -> str:
    """`/api/chats/some-id` of `/api/chats/{id}`; a path within a path is two parts."""
    return re.sub(r"\{([^}]*)\}", r"some-\1", re.sub(r"\{\w+:path\}", "one/two", route))


def _page(route: str) -> str:
    """`/c/some-id` of `/(app)/c/[id]`: groups in brackets are no part of the address."""
    return re.sub(r"\[(\w+)\]", r"some-\1", re.sub(r"/\(\w+\)", "", route)) or "/"


def _files(names: Iterable[str]) -> Iterator[str]:
    """What the frontend's folder holds: the files at its top, and of each folder the first one.

    Those near its top come first: deeper down their names have a hash of each build.
    """
    seen = set()
    for name in sorted(names, key=lambda name: (name.count("/"), name)):
        path = PurePosixPath(name)
        if path.parts[0] != "frontend" or path.suffix in {".md", ".map"}:
            continue
        inside = path.relative_to("frontend")
        if len(inside.parts) == 1 or inside.parts[0] not in seen:
            seen.add(inside.parts[0])
            yield f"/{inside}"
