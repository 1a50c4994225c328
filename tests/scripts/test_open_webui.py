"""What a release of Open WebUI reads and answers is read from its package, and the lists are renewed by it."""

import zipfile
from pathlib import Path

import pytest

from scripts import open_webui, open_webui_release
from scripts.open_webui_release import Release, known, version_of
from tests.scripts.standins import Machine

MAIN = """
import os
from os import environ, getenv
app.include_router(chats.router, prefix='/api/v1/chats', tags=['chats'])
app.include_router(audio.router, prefix='/api/v1/audio')
app.mount('/ws', socket_app)
app.mount('/', frontend)
A = os.environ.get('A_NAME', 'x')
B = environ['B_NAME'] + getenv('C_NAME')
D = os.getenv(name)
if 'D_NAME' in os.environ: pass
flask = request.environ.get('asgi.scope')

@app.get('/health')
async def health(): pass

@other.get('/elsewhere')
def elsewhere(): pass

def number(name, default):
    return int(os.getenv(name) or default)

LIMIT = number('LIMIT', 3)

def headers():
    setters = {'CACHE_CONTROL': a, 'HSTS': b}
    for variable, setter in setters.items():
        os.environ.get(variable)
    return {'x-header': 1}
"""
FILES = {
    "open_webui/main.py": MAIN,
    "open_webui/routers/chats.py": "@router.post('/{id}')\ndef a(): pass\n@router.get('/f/{path:path}')\ndef b(): pass",
    "open_webui/routers/audio/speech.py": "@router.get('/voices')\ndef voices(): pass",
    "open_webui/routers/idle.py": "@router.get('/idle')\ndef idle(): pass",
    "open_webui/migrations/versions/1a2b_first.py": "import os",
    "open_webui/frontend/_app/immutable/entry/app.D3Bk.js": 'x={"/(app)":[2],"/(app)/c/[id]":[3,[1]],"/auth":[4]}',
    "open_webui/frontend/robots.txt": "",
    "open_webui/frontend/README.md": "",
    "open_webui/frontend/audio/b.mp3": "",
    "open_webui/frontend/audio/a.mp3": "",
}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    file = tmp_path / "open_webui-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as files:
        for name, text in FILES.items():
            files.writestr(name, text)
    return file


def test_a_package_tells_its_variables_paths_and_migrations(wheel: Path) -> None:
    release = open_webui_release.read(wheel, "1.2.3")
    names = {f"{letter}_NAME" for letter in "ABCD"}
    assert release.variables == names | {"LIMIT", "CACHE_CONTROL", "HSTS"}
    assert release.paths == {
        *("/", "/c/some-id", "/auth", "/robots.txt", "/audio/a.mp3", "/_app/immutable/entry/app.D3Bk.js"),
        *("/health", "/ws/", "/api/v1/chats/some-id", "/api/v1/chats/f/one/two", "/api/v1/audio/voices"),
    }
    assert release.migrations == {"migrations.versions.1a2b_first"}


@pytest.fixture
def lists(machine: Machine) -> Release:
    """Lists of an older release in place of the project's."""
    for name in ("VARIABLES", "PATHS"):
        machine.patch.setattr(open_webui_release, name, machine.project / name)
    old = Release(version="1.2.2", variables=frozenset({"OLD", "LIMIT"}), paths=frozenset({"/", "/old"}))
    open_webui_release.write(old)
    return old


def test_the_lists_are_renewed_and_what_changed_is_told(machine: Machine, wheel: Path, lists: Release) -> None:
    assert known() == lists
    machine.patch.setattr(open_webui, "download", lambda version: open_webui_release.read(wheel, version))
    told = machine.run(open_webui.main, "--version", "v1.2.3").out.splitlines()
    assert told[0] == "Open WebUI 1.2.2 -> 1.2.3"
    assert {"  new variable: HSTS", "  gone variable: OLD", "  new path: /auth", "  gone path: /old"} <= set(told)
    assert "  new variable: LIMIT" not in told
    after = known()
    assert (after.version, after.variables) == ("1.2.3", open_webui_release.read(wheel, "1.2.3").variables)


@pytest.mark.parametrize("text", ["", "latest", "main", "v1.2", "1.2.3-rc1"])
def test_what_is_no_release_is_refused(machine: Machine, text: str) -> None:
    ended = machine.run(open_webui.main, "--version", text, status=1)
    assert "name a release of Open WebUI, such as VERSION=v0.12.4" in ended.err


def test_a_version_may_have_a_v() -> None:
    assert version_of("v0.13.0") == version_of("0.13.0") == "0.13.0"


def test_a_version_without_a_package_is_told_in_pips_words(machine: Machine) -> None:
    machine.write_program(machine.bin / "python", "echo 'ERROR: No matching distribution found' >&2; exit 1")
    machine.patch.setattr("sys.executable", str(machine.bin / "python"))
    ended = machine.run(open_webui.main, "--version", "v9.9.9", status=1)
    assert "error: No package of Open WebUI 9.9.9: No matching distribution found" in ended.err
