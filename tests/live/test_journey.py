"""What people do with the real applications, as `make try` starts them; `make live` asks for it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from live import ROOT
from tests.live.browser import CHROMIUM, Browser
from tests.live.open_webui import DOCUMENT, QUESTION, Person, open_web_socket
from tests.live.running import SRC, STACK, VENV

pytestmark = pytest.mark.real

FILES = "input[type=file][multiple]"
SCREENSHOT = os.environ.get("LIVE_SCREENSHOT", "")
"""The file that keeps what the browser showed."""


class Stage:
    """The applications of one stack, started as a person starts them."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self.data = data
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        """Wait until it says that it is ready."""
        command = [sys.executable, "-u", "-m", "live", "--stack", STACK, "--port", str(self.port), "--venv", VENV]
        command += ["--data", str(self.data), *(["--src", SRC] if SRC else [])]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.said = ""
        for line in self.process.stdout or ():
            self.said += line
            if "Ctrl-C" in line:
                return
        raise AssertionError(f"it ended with {self.process.wait()}: {self.said}")

    def stop(self) -> int:
        """Press Ctrl-C and wait for the end."""
        self.process.send_signal(signal.SIGINT)
        self.said, _ = self.process.communicate(timeout=120)
        return self.process.returncode

    def told(self, what: str) -> str:
        """What it printed beside a word, such as the password."""
        found = re.search(rf"^{what} +(.+)$", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    @property
    def takes_documents(self) -> bool:
        """Whether the stack has a database with vectors."""
        return "No documents:" not in self.said

    @property
    def administrator(self) -> Person:
        """The first administrator, signed in."""
        return Person(url=self.url).sign_in(self.told("user"), self.told("password"))

    def new_user(self, name: str) -> Person:
        """An ordinary user whom the administrator adds, signed in."""
        account = {"email": f"{name}@example.com", "password": "a long made-up password"}
        self.administrator.post("/api/v1/auths/add", name=name, role="user", profile_image_url="", **account)
        return Person(url=self.url).sign_in(**account)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    # Below the project: PostgreSQL does not run as root, and nobody may not enter pytest's folders.
    running = Stage(ROOT / ".try" / f"live-{os.getpid()}")
    yield running
    running.stop()
    subprocess.run(["rm", "-rf", str(running.data)], check=True)


def test_the_administrator_signs_in_with_what_is_printed_and_sees_the_models_of_the_stack(stage: Stage) -> None:
    models = stage.administrator.models()
    assert "amazon.nova-pro-v1:0" in models
    assert not [model for model in models if "embed" in model]


def test_an_answer_arrives_in_pieces_as_it_is_written(stage: Stage) -> None:
    answer = stage.administrator.ask_timed("Is anybody there?", "amazon.nova-pro-v1:0")
    assert "You wrote: Is anybody there?" in "".join(text for _, text in answer)
    assert answer[-1][0] - answer[0][0] > 0.3


def test_a_document_is_taken_in_and_found(stage: Stage) -> None:
    if not stage.takes_documents:
        pytest.skip("Open WebUI's slim packages keep vectors in PostgreSQL only")
    person = stage.administrator
    document = person.upload("harbour.txt", DOCUMENT)
    assert "xylophone" in "".join(person.ask(QUESTION, "amazon.nova-pro-v1:0", (document,)))


def test_an_ordinary_user_sees_the_same_models_and_chats(stage: Stage) -> None:
    user = stage.new_user("grace")
    assert user.models() == stage.administrator.models()
    assert "You wrote: hello" in "".join(user.ask("hello", "amazon.nova-pro-v1:0"))


def test_a_web_socket_passes_the_load_balancer(stage: Stage) -> None:
    path = "/ws/socket.io/?EIO=4&transport=websocket"
    status, frame = open_web_socket(stage.port, path, {"Origin": stage.url})
    assert status.startswith("HTTP/1.1 101")
    assert b'"sid"' in frame


def test_the_gateway_answers_at_its_path_and_refuses_another_key(stage: Stage) -> None:
    request = urllib.request.Request(f"{stage.url}/api/v1/models", headers={"Authorization": "Bearer another"})
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as answer:
        assert (answer.code, json.loads(answer.read())) == (401, {"detail": "Invalid API Key"})


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on PATH")
def test_a_browser_signs_in_uploads_a_document_and_gets_its_answer(stage: Stage) -> None:
    if not stage.takes_documents:
        pytest.skip("Open WebUI's slim packages keep vectors in PostgreSQL only")
    stage.new_user("joan")
    document = stage.data / "harbour.txt"
    document.write_text(DOCUMENT)
    with Browser(stage.data / "browser") as page:
        page.open(f"{stage.url}/auth")
        page.type_into("#email", "joan@example.com")
        page.type_into("#password", "a long made-up password")
        page.press_enter()
        page.choose_file(FILES, document)
        page.wait_for(f"document.body.innerText.includes({json.dumps(document.name)})")
        page.type_into("#chat-input", QUESTION)
        page.wait_for("document.body.innerText.includes('xylophone')", page.press_enter)  # it waits for the upload
        if SCREENSHOT:
            page.photograph(ROOT / SCREENSHOT)


def test_accounts_chats_and_documents_outlive_a_restart(stage: Stage) -> None:
    user = stage.new_user("ada")
    documents = (user.upload("harbour.txt", DOCUMENT),) if stage.takes_documents else ()
    chat = user.post("/api/v1/chats/new", chat={"title": "kept", "models": [], "messages": []})
    assert stage.stop() == 0
    stage.start()
    again = Person(url=stage.url).sign_in("ada@example.com", "a long made-up password")
    assert again.get(f"/api/v1/chats/{chat['id']}")["title"] == "kept"
    answer = "".join(again.ask(QUESTION, "amazon.nova-pro-v1:0", documents))
    assert ("xylophone" in answer) == stage.takes_documents


def test_nothing_runs_after_ctrl_c(stage: Stage) -> None:
    assert stage.stop() == 0
    assert "nothing runs any more" in stage.said
    commands = subprocess.run(["ps", "-eo", "command"], capture_output=True, text=True, check=True).stdout
    assert str(stage.data) not in commands
    stage.start()
