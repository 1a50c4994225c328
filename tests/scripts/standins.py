"""A machine and an AWS account that are not real: recording programs on PATH, and answers of STS and ECR."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.handlers
import pytest
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

Body = dict[str, Any]

ACCOUNT = "123456789012"
DIGEST = "sha256:" + "a" * 64
REGISTRY = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"

RECORDER = """#!/bin/bash
{{ printf '%s\\x1f' "${{0##*/}}" "$@"; printf '\\x1e'; }} >> '{record}'
printf '%s\\x1f%s\\x1f%s\\x1e' "$PULUMI_BACKEND_URL" "$PULUMI_CONFIG_PASSPHRASE_FILE" "$PWD" >> '{record}.env'
{body}
"""


@dataclass(frozen=True)
class Outcome:
    """What a command printed."""

    out: str
    err: str

    @property
    def printed(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Machine:
    """A home, a project and a PATH that holds nothing but what a test installs."""

    home: Path
    project: Path
    bin: Path
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, main: Callable[..., int], *words: str, status: int = 0, **options: Any) -> Outcome:
        """Call a command in the project, which ends with this status."""
        ended = main(words, self.project, **options)
        printed = self.capsys.readouterr()
        assert ended == status, printed.out + printed.err
        return Outcome(printed.out, printed.err)

    def setenv(self, **variables: str) -> None:
        for name, value in variables.items():
            self.patch.setenv(name, value)

    def sign_in(self) -> None:
        self.setenv(AWS_ACCESS_KEY_ID="made-up", AWS_SECRET_ACCESS_KEY="made-up")

    @property
    def state(self) -> Path:
        """The default backend's folder."""
        return self.project / ".pulumi-state"

    @property
    def record(self) -> Path:
        return self.home / "record"

    def install(self, *names: str, body: str = "") -> None:
        """Put recording programs on PATH; `body` is what each does besides."""
        for name in names:
            self.write_program(self.bin / name, body)

    def install_pulumi(
        self, *resources: Body, pending: Sequence[Body] = (), exists: bool = True, body: str = ""
    ) -> None:
        """Put a recording CLI on PATH whose `stack export` prints this state, or that knows no such stack.

        What `stack import` reads is kept in `imported`. `body` is what any other command does.
        """
        deployment = {"resources": list(resources), "pending_operations": list(pending)}
        (self.home / "state.json").write_text(json.dumps({"version": 3, "deployment": deployment}))
        made, body = f"'{self.home}/made'", body or ":"
        known = "true" if exists else f"[ -e {made} ] || {{ echo 'error: no stack named dev found' >&2; exit 6; }}"
        export = f"{known}; cat '{self.home}/state.json'"
        arms = f"'stack export') {export};; 'stack import') cat > '{self.home}/imported';; *) {body};;"
        arms = f"'stack init') {body}; : > {made};; {arms}"
        self.install("pulumi", body=f'case "$1 $2" in {arms} esac')

    def keep_state(self) -> None:
        """Leave the default backend behind, as an earlier command did."""
        self.state.mkdir(exist_ok=True)
        (self.state / "passphrase").write_text("made-up")

    def write_program(self, path: Path, body: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RECORDER.format(record=self.record, body=body))
        path.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """Every program that was called, with its arguments."""
        return self._rows(self.record)

    @property
    def commands(self) -> list[list[str]]:
        """Every call that can do something: an export of the state only reads it."""
        return [call for call in self.calls if call[:3] != ["pulumi", "stack", "export"]]

    @property
    def environments(self) -> list[list[str]]:
        """For every call: backend, passphrase file, working directory."""
        return self._rows(self.record.with_suffix(".env"))

    def write_stack(self, text: str, stack: str = "dev") -> None:
        (self.project / f"Pulumi.{stack}.yaml").write_text(text)

    @staticmethod
    def _rows(record: Path) -> list[list[str]]:
        text = record.read_text() if record.exists() else ""
        return [row.removesuffix("\x1f").split("\x1f") for row in text.split("\x1e")[:-1]]


@dataclass
class Aws:
    """One account's STS and ECR."""

    images: dict[str, set[str]] = field(default_factory=dict)
    """Repository -> the tags and digests that it holds."""
    refused: dict[str, str] = field(default_factory=dict)
    """Operation -> the error code that it answers with."""
    requests: list[tuple[str, Body]] = field(default_factory=list)
    pushed: Callable[[], set[str]] = set
    """The addresses that Docker has pushed by now."""

    def called(self, operation: str) -> list[Body]:
        return [body for name, body in self.requests if name == operation]

    def answer(self, operation: str, body: Body) -> Body | str:
        """Give the answer, or the code of an error."""
        self.requests.append((operation, body))
        if operation in self.refused:
            return self.refused[operation]
        match operation:
            case "DescribeRepositories":
                name = body["repositoryNames"][0]
                return self._repository(name) if name in self.images else "RepositoryNotFoundException"
            case "CreateRepository":
                self.images[body["repositoryName"]] = set()
                return {"repository": self._repository(body["repositoryName"])["repositories"][0]}
            case "DescribeImages" | "BatchGetImage":
                return self._image(body["repositoryName"], body["imageIds"][0])
            case "GetAuthorizationToken":
                token = base64.b64encode(b"AWS:the-password").decode()
                return {"authorizationData": [{"authorizationToken": token, "proxyEndpoint": f"https://{REGISTRY}"}]}
            case "GetCallerIdentity":
                return {"Account": ACCOUNT}
            case "PutImage":
                return {"image": {}}
        return "UnknownOperationException"

    def _repository(self, name: str) -> Body:
        return {"repositories": [{"repositoryUri": f"{REGISTRY}/{name}"}]}

    def _image(self, repository: str, wanted: Body) -> Body | str:
        if repository not in self.images:
            return "RepositoryNotFoundException"
        held = self.images[repository] | {address.rpartition(":")[2] for address in self.pushed()}
        if not held & set(wanted.values()):
            return "ImageNotFoundException"
        image = {
            "imageManifest": "{}",
            "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        }
        return {"imageDetails": [{"imageDigest": DIGEST}], "images": [image]}


@contextmanager
def answering(aws: Aws) -> Iterator[None]:
    """Answer STS and ECR in the account's place, before a request is sent."""

    def reply(model: OperationModel, params: Body, **_: object) -> tuple[AWSResponse, Body]:
        body = json.loads(params["body"]) if isinstance(params["body"], bytes) else {}
        answer = aws.answer(model.name, body)
        if isinstance(answer, str):
            return AWSResponse("", 400, {}, None), {"Error": {"Code": answer, "Message": "as asked for"}}
        return AWSResponse("", 200, {}, None), answer

    with listening("before-call.sts", reply), listening("before-call.ecr", reply):
        yield


@contextmanager
def listening(event: str, handler: Callable[..., Any]) -> Iterator[None]:
    """Have every client that is created meanwhile call `handler` at one of botocore's events."""
    entry = (event, handler)
    # Ahead of those that are there already: the first answer counts.
    botocore.handlers.BUILTIN_HANDLERS.insert(0, entry)
    try:
        yield
    finally:
        botocore.handlers.BUILTIN_HANDLERS.remove(entry)
