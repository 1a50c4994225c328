"""What a tag names in its registry today: the digest, by which the same image is pulled tomorrow."""

import json
import re
import urllib.request
from http.client import HTTPResponse
from typing import Final
from urllib.error import HTTPError, URLError

from aws_rules import image_reference
from aws_rules.image_reference import ImageReference
from health.aws import Aws
from problems.command import CommandError
from scripts import push_image

_SECONDS: Final = 20
_MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json,application/vnd.docker.distribution.manifest.list.v2+json,"
    "application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.v2+json"
)
_HOSTS: Final = {"docker.io": "registry-1.docker.io"}
_CHALLENGE: Final = re.compile(r'(\w+)="([^"]*)"')


class NoImageError(CommandError):
    """The registry has no image under the tag."""


def digest_of(text: str, aws: Aws) -> str:
    """The digest of a reference whose placeholders are filled in.

    Raises NoImageError when there is no such image, CommandError when the registry does not answer a stranger, and one
    of AWS_ERRORS.
    """
    image = image_reference.parse(text)
    if image is None or image.tag is None:
        raise CommandError(f"{text} names no tag")
    found = _in_ecr(image, aws) if image.in_ecr else _in_registry(image)
    if not found:
        raise NoImageError(f"There is no {text}")
    return found


def _in_ecr(image: ImageReference, aws: Aws) -> str | None:
    ecr = aws.client("ecr")
    try:
        return push_image.digest_of(ecr, image.repository, str(image.tag))
    except ecr.exceptions.RepositoryNotFoundException:
        return None


def _in_registry(image: ImageReference) -> str | None:
    """As the OCI distribution specification and Docker's token authentication say, for those who have no account."""
    host = _HOSTS.get(image.registry, image.registry)
    address = f"https://{host}/v2/{image.repository}/manifests/{image.tag}"
    headers = {"Accept": _MANIFESTS}
    try:
        try:
            return _ask(address, headers)
        except HTTPError as error:
            if error.code != 401:  # noqa: PLR2004  (a registry asks everybody for a token)
                raise
            token = _token(error.headers.get("WWW-Authenticate", ""))
            return _ask(address, {**headers, "Authorization": f"Bearer {token}"})
    except HTTPError as error:
        if error.code == 404:  # noqa: PLR2004
            return None
        raise CommandError(f"{host} answers {error.code}") from error
    except (URLError, TimeoutError, ValueError, KeyError) as error:
        raise CommandError(f"{host} cannot be asked: {getattr(error, 'reason', error)}") from error


def _ask(address: str, headers: dict[str, str]) -> str | None:
    with _open(address, headers, "HEAD") as answer:
        digest: str | None = answer.headers.get("Docker-Content-Digest")
        return digest


def _token(challenge: str) -> str:
    asked = dict(_CHALLENGE.findall(challenge))
    address = f"{asked['realm']}?service={asked.get('service', '')}&scope={asked.get('scope', '')}"
    with _open(address, {}, "GET") as answer:
        return str(json.load(answer)["token"])


def _open(address: str, headers: dict[str, str], method: str) -> HTTPResponse:
    if not address.startswith("https://"):
        raise ValueError(f"{address} is no https address")
    request = urllib.request.Request(address, headers=headers, method=method)  # noqa: S310  (https, as looked at above)
    answer: HTTPResponse = urllib.request.urlopen(request, timeout=_SECONDS)  # noqa: S310
    return answer
