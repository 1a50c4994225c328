"""A person at a browser, as far as Open WebUI's API shows one."""

import json
import os
import socket
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

SECRET = "The secret word of the harbour is xylophone."
DOCUMENT = "\n\n".join([*(f"Ship number {n} brings tea and leaves with wool." for n in range(40)), SECRET])
QUESTION = "What is the secret word of the harbour?"
LONG = "Tell me: " + " ".join(f"word{n}" for n in range(250))
"""A question that is repeated for eight seconds."""
LAST = "word249"

TIMEOUT = 120
"""Seconds for one request, on a machine that has more to do."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who has signed in; nobody yet without a token."""

    url: str
    token: str = ""

    def sign_in(self, email: str, password: str) -> "Person":
        """The same place, signed in."""
        return Person(url=self.url, token=self.post("/api/v1/auths/signin", email=email, password=password)["token"])

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return json.loads(self._request(path))

    def post(self, path: str, **body: object) -> Any:
        """The JSON that answers a JSON body."""
        return json.loads(self._request(path, json.dumps(body).encode(), "application/json"))

    def models(self) -> list[str]:
        """The models that the person may choose."""
        return sorted(model["id"] for model in self.get("/api/models")["data"])

    def ask(self, question: str, model: str, files: tuple[str, ...] = (), tools: tuple[str, ...] = ()) -> list[str]:
        """The pieces of a streamed answer, as they came."""
        return [piece for _, piece in self.ask_timed(question, model, files, tools)]

    def ask_timed(
        self, question: str, model: str, files: tuple[str, ...] = (), tools: tuple[str, ...] = ()
    ) -> list[tuple[float, str]]:
        """When each piece of a streamed answer came, and the piece."""
        body = {
            "model": model,
            "stream": True,
            "messages": [{"role": "user", "content": question}],
            "files": [{"type": "file", "id": file} for file in files],
        }
        if tools:  # by a prompt: the stand-in for Bedrock calls none by itself
            body |= {"tool_ids": list(tools), "params": {"function_calling": "legacy"}}
        request = self._prepare("/api/chat/completions", json.dumps(body).encode(), "application/json")
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return list(pieces(response))

    def begin(self, question: str, model: str, **more: object) -> "Answer":
        """Ask as a browser does: the answer is written by a background task, and into the chat; `more` go with it."""
        asked, answered, now = str(uuid4()), str(uuid4()), int(time.time())
        ask = {"id": asked, "parentId": None, "childrenIds": [answered], "role": "user", "content": question}
        reply = {"id": answered, "parentId": asked, "childrenIds": [], "role": "assistant", "content": ""}
        messages = {str(one["id"]): {**one, "timestamp": now} for one in (ask, reply)}
        history = {"messages": messages, "currentId": answered}
        chat = self.post("/api/v1/chats/new", chat={"title": "a chat", "models": [model], "history": history})
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": question}], **more}
        ids = {"chat_id": chat["id"], "id": answered, "session_id": str(uuid4())}
        task = self.post("/api/chat/completions", **body, **ids)["task_ids"][0]
        return Answer(person=self, chat=chat["id"], message=answered, task=task)

    def upload(self, name: str, text: str, kind: str = "text/plain", seconds: float = TIMEOUT) -> str:
        """The id of a document, once Open WebUI has taken it in."""
        mark = uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = f"{head}Content-Type: {kind}\r\n\r\n{text}\r\n--{mark}--\r\n".encode()
        file = json.loads(self._request("/api/v1/files/?process=true", body, f"multipart/form-data; boundary={mark}"))
        deadline = time.monotonic() + seconds
        while (state := self.get(f"/api/v1/files/{file['id']}/process/status"))["status"] in ("pending", "processing"):
            assert time.monotonic() < deadline, state
            time.sleep(0.5)
        assert state["status"] == "completed", self.get(f"/api/v1/files/{file['id']}")["data"].get("error")
        return str(file["id"])

    def download(self, file: str) -> str:
        """A document as it was uploaded."""
        return self._request(f"/api/v1/files/{file}/content").decode()

    def delete(self, file: str) -> None:
        """Delete a document."""
        self._request(f"/api/v1/files/{file}", method="DELETE")

    def _request(self, path: str, body: bytes | None = None, kind: str = "", method: str | None = None) -> bytes:
        request = self._prepare(path, body, kind)
        request.method = method or request.get_method()
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return bytes(response.read())
        except HTTPError as error:
            raise AssertionError(f"{path} answers {error.code}: {error.read()[:500]!r}") from error

    def _prepare(self, path: str, body: bytes | None, kind: str) -> urllib.request.Request:
        headers = {"Content-Type": kind} if kind else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return urllib.request.Request(self.url + path, data=body, headers=headers)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer that is being written into a chat."""

    person: Person
    chat: str
    message: str
    task: str

    @property
    def saved(self) -> dict[str, Any]:
        """The message as the chat has it."""
        chat = self.person.get(f"/api/v1/chats/{self.chat}")["chat"]
        return dict(chat["history"]["messages"][self.message])

    def finished(self, seconds: float = TIMEOUT, pause: float = 0.5) -> str:
        """The text, once the message is marked as done."""
        deadline = time.monotonic() + seconds
        while not (message := self.saved).get("done"):
            assert time.monotonic() < deadline, message
            time.sleep(pause)
        return text_of(message)


def text_of(message: Mapping[str, Any]) -> str:
    """What a message says: a finished one has its text, one that was cut has the parts that had come."""
    parts = [part for item in message.get("output") or [] for part in item.get("content") or []]
    return message.get("content") or "".join(part.get("text", "") for part in parts)


class Watch:
    """Somebody who asks for the page again and again."""

    def __init__(self, url: str, pause: float = 0.2) -> None:
        self.looks: list[tuple[float, str]] = []
        """When, and `ok` or what went wrong."""
        self._url, self._pause, self._stopped = url, pause, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            try:
                with urllib.request.urlopen(f"{self._url}/api/version", timeout=10) as answer:
                    answer.read()
                look = "ok"
            except OSError as error:
                look = str(error)
            self.looks.append((time.monotonic(), look))

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    @property
    def failed(self) -> list[str]:
        """What went wrong."""
        return [look for _, look in self.looks if look != "ok"]

    @property
    def gap(self) -> float:
        """Seconds from the first look that failed until the first that did well again; 0 without one."""
        wrong = [at for at, look in self.looks if look != "ok"]
        after = min((at for at, _ in self.looks if wrong and at > wrong[-1]), default=self.looks[-1][0])
        return after - wrong[0] if wrong else 0


def pieces(lines: Iterator[bytes]) -> Iterator[tuple[float, str]]:
    """The texts in a stream of server-sent events."""
    for line in lines:
        data = line.removeprefix(b"data: ").strip()
        if not line.startswith(b"data: {"):
            continue
        for choice in json.loads(data).get("choices") or []:
            if text := choice.get("delta", {}).get("content"):
                yield time.monotonic(), text


def open_web_socket(port: int, path: str, headers: Mapping[str, str]) -> tuple[str, bytes]:
    """The status line and the first frame of a WebSocket."""
    key = b64encode(os.urandom(16)).decode()
    wanted = {"Host": f"localhost:{port}", "Upgrade": "websocket", "Connection": "Upgrade", **headers}
    wanted |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items()), "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        received = b""
        while b"sid" not in received:
            more = connection.recv(4096)
            if not more:
                break
            received += more
    status, _, rest = received.partition(b"\r\n")
    return status.decode(), rest.partition(b"\r\n\r\n")[2]
