"""A person at a real browser: Chromium without a window, told what to do over its DevTools protocol."""

import json
import os
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""

_PATIENCE: Final = 120
"""Seconds for what a page has to show, on a machine that has more to do."""


class Browser:
    """One page. The browser speaks over two pipes, so it needs neither a port nor a library."""

    def __init__(self, profile: Path) -> None:
        to_read, to_write = os.pipe()
        answers_read, answers_write = os.pipe()
        words = [
            "--headless=new",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ]
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        # It takes commands from descriptor 3 and answers on 4.
        shell = f'exec "$0" "$@" 3<&{to_read} 4>&{answers_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, CHROMIUM, *words, *sandbox, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            pass_fds=(to_read, answers_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(answers_write)
        self._commands = os.fdopen(to_write, "wb", buffering=0)
        self._answers = os.fdopen(answers_read, "rb")
        self._count = 0
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._commands.close()
        self._answers.close()

    def _call(self, method: str, **parameters: object) -> Any:
        self._count += 1
        command: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        for message in self._messages():
            if message.get("id") == self._count:
                assert "error" not in message, message
                return message["result"]
        raise AssertionError(f"the browser has ended with {self._process.wait()}")

    def _messages(self) -> Iterator[Any]:
        received = b""
        while piece := self._answers.read(1):
            if piece == b"\0":
                yield json.loads(received)
                received = b""
            else:
                received += piece

    def open(self, url: str) -> None:
        """Go to a page."""
        self._call("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        return self._call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_for(self, script: str, again: Callable[[], None] = lambda: None) -> None:
        """Wait until an expression is true, and do something `again` and again until then."""
        deadline = time.monotonic() + _PATIENCE
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < deadline, f"{script}: {self.text[:1000]!r}"
            again()
            time.sleep(0.5)

    @property
    def text(self) -> str:
        """What a person reads."""
        return str(self.run("document.body ? document.body.innerText : ''"))

    def type_into(self, selector: str, text: str) -> None:
        """Write into a field, as a keyboard does."""
        self.wait_for(f"document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self._call("Input.insertText", text=text)

    def press_enter(self) -> None:
        """Send what was written."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, **key)

    def choose_file(self, selector: str, file: Path) -> None:
        """Give a file to a field for files."""
        self.wait_for(f"document.querySelector({json.dumps(selector)})")
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node = self._call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self._call("DOM.setFileInputFiles", nodeId=node, files=[str(file)])

    def photograph(self, file: Path) -> None:
        """Keep what the page looks like."""
        file.write_bytes(b64decode(self._call("Page.captureScreenshot", format="png")["data"]))
