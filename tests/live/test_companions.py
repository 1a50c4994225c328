"""The real Open WebUI with companions: documents, a search and tools go through the names that the stack gives them.

Tika and SearXNG are stand-ins, mcpo and the MCP server that it runs are real. What the recorded security groups do not
let through is not wired.
"""

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from live import ROOT
from live.programs import Program
from live.stage import WEBUI
from tests.live.companions import FOUND
from tests.live.open_webui import DOCUMENT, QUESTION, Person
from tests.live.running import MODEL, STACK, VENV, Live, applications
from tests.support.program import plan

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
WITHOUT_PAGES = {"env": {"BYPASS_WEB_SEARCH_WEB_LOADER": "true"}}
"""The page that a search finds is not fetched: it does not exist."""


def stand_in(name: str) -> Program:
    return Program(folder=ROOT, command=(sys.executable, "-m", "tests.live.companions", name))


def mcpo() -> Program:
    """From its package, installed once."""
    folder = Path(f"{VENV}-mcpo")
    if not (folder / "bin/mcpo").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin/pip", "install", "-q", "-r", HERE / "mcpo-requirements.txt"], check=True)
    return Program(folder=ROOT / ".try", bin=folder / "bin")


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    harbour = {"command": "python", "args": [str(HERE / "mcp_harbour.py")]}
    companions = {"tika": {}, "searxng": {}, "mcpo": {"servers": {"harbour": harbour}}}
    recording = plan({"companions": companions, "webui": WITHOUT_PAGES}, stack=STACK)
    programs = {"tika": stand_in("tika"), "searxng": stand_in("searxng"), "mcpo": mcpo()}
    with applications("companions", recording, others=programs) as started:
        yield started


@pytest.fixture(scope="module")
def person(live: Live) -> Person:
    """An ordinary user."""
    return live.new_user("skipper")


def test_a_document_goes_through_tika(person: Person) -> None:
    file = person.upload("harbour.docx", "000" + DOCUMENT, "application/vnd.openxmlformats-officedocument")
    assert "xylophone" in "".join(person.ask(QUESTION, MODEL, (file,)))
    assert "000" not in person.get(f"/api/v1/files/{file}/data/content")["content"]


def test_a_search_goes_through_searxng(person: Person) -> None:
    found = person.post("/api/v1/retrieval/process/web/search", queries=["crane of the harbour"])
    assert str(FOUND["url"]) in str(found)


def test_a_tool_is_called_through_mcpo(person: Person) -> None:
    tools = {tool["id"]: tool["name"] for tool in person.get("/api/v1/tools/")}
    assert "server:harbour" in tools
    answer = "".join(person.ask("Who is the harbour master?", MODEL, tools=("server:harbour",)))
    assert "Wilhelmina" in answer


def test_a_name_that_the_security_groups_close_leads_nowhere(live: Live) -> None:
    stage = live.stage
    for app in ("gateway", "tika", "searxng", "mcpo"):
        reached = [row for row in stage.substitutions(app) if "Envoy" in row.why]
        assert reached == [], app
    assert len([row for row in stage.substitutions(WEBUI) if "Envoy" in row.why]) == 3
