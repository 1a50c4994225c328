"""Docker and the AWS CLI of a machine that has neither: `python tools.py docker|aws ARGUMENTS`.

Docker pushes an image without layers to the stand-in of AWS. `aws ssm start-session` prints what the Session Manager
plugin prints, and forwards a port of this machine to the address in WEBUI_IN_TASK.
"""

import json
import os
import shutil
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

import boto3

SESSION = "made-up-0123456789abcdef0"


def install(folder: Path) -> None:
    """Put the tools into a folder for PATH."""
    folder.mkdir()
    for name in ("docker", "aws", "session-manager-plugin"):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).resolve()}" {name} "$@"\n')
        (folder / name).chmod(0o755)


def docker(words: list[str]) -> None:
    """`login`, `buildx version`, `buildx inspect`, and `buildx build --push`."""
    if words[0] == "login":
        assert sys.stdin.read(), "the password comes on standard input"
    elif words[:2] == ["buildx", "inspect"]:
        print("Platforms: linux/amd64, linux/arm64")
    elif words[:2] == ["buildx", "build"]:
        assert "--push" in words
        assert (Path(words[-1]) / Path(words[words.index("--file") + 1]).name).is_file()
        _push(words[words.index("--tag") + 1])


def _push(address: str) -> None:
    repository, _, tag = address.partition("/")[2].rpartition(":")
    media_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "layers": []})
    boto3.client("ecr", region_name=address.split(".")[3]).put_image(
        repositoryName=repository, imageManifest=manifest, imageManifestMediaType=media_type, imageTag=tag
    )


def aws(words: list[str]) -> None:
    """`--version`, and `ssm start-session` until Ctrl-C."""
    if words == ["--version"]:
        print("aws-cli/2.31.1 Python/3.13.7 Linux/6.8")
        return
    assert words[:2] == ["ssm", "start-session"], words
    ports = json.loads(words[words.index("--parameters") + 1])
    with socket.create_server(("127.0.0.1", int(ports["localPortNumber"][0]))) as listener:
        print(f"\nStarting session with SessionId: {SESSION}")
        print(f"Port {ports['localPortNumber'][0]} opened for sessionId {SESSION}.")
        print("Waiting for connections...", flush=True)
        while True:
            _forward(listener.accept()[0])


def _forward(caller: socket.socket) -> None:
    host, _, port = os.environ["WEBUI_IN_TASK"].removeprefix("http://").partition(":")
    called = socket.create_connection((host, int(port)))
    for source, target in ((caller, called), (called, caller)):
        files = source.makefile("rb", buffering=0), target.makefile("wb", buffering=0)
        threading.Thread(target=shutil.copyfileobj, args=files, daemon=True).start()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        {"docker": docker, "aws": aws}[sys.argv[1]](sys.argv[2:])
