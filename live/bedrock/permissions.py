"""What the recorded task role may call, and whether a request is signed by it, and for which region."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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
PROFILE: Final = "bedrock:InferenceProfileArn"
MANTLE_MODEL: Final = "bedrock-mantle:Model"
"""The condition keys that the gateway's policies name."""


def signed_for(request: Request) -> str | None:
    """The region that a request is signed for; None where AWS would not accept its Signature Version 4.

    botocore computes it anew.
    """
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not found or found["key"] != CREDENTIALS.access_key:
        return None
    url = f"http://{request.headers['host']}{request.raw_path}"
    headers = {name: request.headers[name] for name in found["headers"].split(";") if name in request.headers}
    again = AWSRequest(request.method, url, headers=headers, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(CREDENTIALS, "bedrock", found["region"])
    anew = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    return found["region"] if anew == found["signature"] else None


def is_allowed(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """Whether an identity policy allows an action on an ARN; `context` has the values of condition keys."""
    matching = [s for s in statements if _covers(s, action, resource, context or {})]
    return bool(matching) and all(statement["Effect"] == "Allow" for statement in matching)


def _covers(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    return (
        _matches(action, statement["Action"])
        and _matches(resource, statement["Resource"])
        and all(
            key in context and _OPERATORS[operator](context[key], wanted)
            for operator, conditions in statement.get("Condition", {}).items()
            for key, wanted in conditions.items()
        )
    )


def _matches(value: str, patterns: str | Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


_OPERATORS: Final[Mapping[str, Callable[[str, str | Sequence[str]], bool]]] = {
    "ArnLike": _matches,
    "StringEquals": lambda value, wanted: value in ([wanted] if isinstance(wanted, str) else wanted),
}
