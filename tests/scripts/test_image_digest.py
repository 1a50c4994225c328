"""What a tag names is asked of its registry: of ECR with the account's rights, of others as a stranger."""

import io
from collections.abc import Callable
from email.message import Message
from typing import Any
from urllib.error import HTTPError, URLError

import boto3
import pytest

from health.aws import Aws
from problems.command import CommandError
from scripts.image_digest import NoImageError, digest_of
from tests.scripts import standins
from tests.scripts.standins import DIGEST, REGISTRY

UPSTREAM = "ghcr.io/open-webui/open-webui:v0.12.4"
Answer = Callable[[str, dict[str, str]], Any]


@pytest.fixture
def account(aws: standins.Aws) -> Aws:
    aws.images["open-webui"] = {"v0.12.4"}
    return Aws(boto3.Session("made-up", "made-up", region_name="eu-west-1"))


class Response(io.BytesIO):
    """What a registry answers."""

    def __init__(self, body: bytes = b"", **headers: str) -> None:
        super().__init__(body)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def refusal(code: int, **headers: str) -> HTTPError:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return HTTPError("https://ghcr.io", code, "no", message, None)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], list[str]]:
    def play(answer: Answer) -> list[str]:
        asked: list[str] = []

        def open_(request: Any, timeout: float) -> Any:
            assert timeout
            asked.append(f"{request.get_method()} {request.full_url}")
            found = answer(request.full_url, dict(request.header_items()))
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr("urllib.request.urlopen", open_)
        return asked

    return play


def test_an_image_in_ecr_is_asked_for_with_the_accounts_rights(account: Aws) -> None:
    assert digest_of(f"{REGISTRY}/open-webui:v0.12.4", account) == DIGEST
    for absent in ("open-webui:v0.13.0", "another:v0.12.4"):
        with pytest.raises(NoImageError, match=absent):
            digest_of(f"{REGISTRY}/{absent}", account)


def test_another_registry_gives_a_stranger_a_token_first(account: Aws, registry: Callable[[Answer], list[str]]) -> None:
    challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:open-webui/open-webui:pull"'

    def answer(url: str, headers: dict[str, str]) -> Any:
        if "/token?" in url:
            return Response(b'{"token": "for-strangers"}')
        if headers.get("Authorization") != "Bearer for-strangers":
            return refusal(401, WWW_Authenticate=challenge)
        return Response(Docker_Content_Digest=DIGEST)

    asked = registry(answer)
    assert digest_of(UPSTREAM, account) == DIGEST
    manifest = "HEAD https://ghcr.io/v2/open-webui/open-webui/manifests/v0.12.4"
    token = "GET https://ghcr.io/token?service=ghcr.io&scope=repository:open-webui/open-webui:pull"
    assert asked == [manifest, token, manifest]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (refusal(404), "There is no ghcr.io/open-webui/open-webui:v0.12.4"),
        (refusal(403), "ghcr.io answers 403"),
        (refusal(401, WWW_Authenticate='Bearer realm="http://elsewhere/token"'), "is no https address"),
        (refusal(401), "cannot be asked"),
        (URLError("no route to host"), "ghcr.io cannot be asked: no route to host"),
    ],
)
def test_why_there_is_no_digest_is_told(
    account: Aws, registry: Callable[[Answer], list[str]], answer: Exception, told: str
) -> None:
    registry(lambda *_: answer)
    with pytest.raises(CommandError, match=told):
        digest_of(UPSTREAM, account)


def test_docker_hubs_registry_has_another_name_than_its_images(
    account: Aws, registry: Callable[[Answer], list[str]]
) -> None:
    asked = registry(lambda *_: Response(Docker_Content_Digest=DIGEST))
    digest_of("team/app:1.2.3", account)
    assert asked == ["HEAD https://registry-1.docker.io/v2/team/app/manifests/1.2.3"]
