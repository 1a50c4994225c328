"""Writes down whom a Python process asks for and calls; `PYTHONPATH` with this folder puts it into one."""

import os
import sys
from pathlib import Path

# They would ask and call from C, where no audit hook sees it: without them asyncio and aiohttp do it from Python.
_modules: dict[str, object] = vars(sys)["modules"]
_modules |= {"aiodns": None, "uvloop": None}


def _write_down(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        whom = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        whom = arguments[1][0]
    else:
        return
    with Path(os.environ["CALLS"]).open("a") as file:
        file.write(f"{whom if isinstance(whom, str) else repr(whom)}\n")


if "CALLS" in os.environ:
    sys.addaudithook(_write_down)
