"""What the recorded task role may call, and whether a request is signed by it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from live.http_server import Request

Statement = Mapping[str, Any]

CREDENTIALS: Final = Credentials("AKIASTANDIN", "stand-in")  # pragma: allowlist secret
"""Of the task role here."""

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/bedrock/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>\w+)"
)
_PROFILE: Final = "bedrock:InferenceProfileArn"


def is_signed(request: Request) -> bool:
    """Whether AWS would accept the Signature Version 4, computed anew by botocore."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not found or found["key"] != CREDENTIALS.access_key:
        return False
    url = f"http://{request.headers['host']}{request.raw_path}"
    headers = {name: request.headers[name] for name in found["headers"].split(";") if name in request.headers}
    again = AWSRequest(request.method, url, headers=headers, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(CREDENTIALS, "bedrock", found["region"])
    return bool(
        signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again) == found["signature"]
    )


def is_allowed(statements: Iterable[Statement], action: str, resource: str, profile: str = "") -> bool:
    """Whether an identity policy allows an action on an ARN, called through an inference profile or without one."""
    matching = [s for s in statements if _covers(s, action, resource, profile)]
    return bool(matching) and all(statement["Effect"] == "Allow" for statement in matching)


def _covers(statement: Statement, action: str, resource: str, profile: str) -> bool:
    through = statement.get("Condition", {}).get("ArnLike", {}).get(_PROFILE)
    return (
        _matches(action, statement["Action"])
        and _matches(resource, statement["Resource"])
        and (through is None or _matches(profile, through))
    )


def _matches(value: str, patterns: str | Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))
