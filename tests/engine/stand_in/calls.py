"""From an HTTP request to an operation with its parameters and back: AWS's protocols, by botocore and moto."""

import re
from dataclasses import dataclass, replace
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.responses import XFormedAttributePicker
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from tests.engine.stand_in.account import ACCOUNT, DEFAULT_REGION
from tests.engine.stand_in.rules import Params

SERVICES = {"elasticfilesystem": "efs", "monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}
"""The name in a signature to the name of the model, where they differ."""
SCOPE = re.compile(r"Credential=[^/]*/\d+/([^/]+)/([^/]+)/aws4_request")
WITHOUT_PARAMETERS = ("s3", "s3control")
"""Their rules ask for the state only; a bucket's name is in the path or in the host."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back to the caller."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to AWS."""

    service: str
    region: str
    operation: str
    """As AWS names it, or method and path where the model knows no such operation."""
    params: Params
    request: Any
    """The request as moto takes it, addressed to AWS's own host."""
    shape: Any = None
    """The operation's input in the service's model."""

    @property
    def protocol(self) -> str:
        """The protocol that the request came in."""
        return str(determine_request_protocol(get_service_model(self.service), self.request.content_type))


def read(method: str, target: str, headers: dict[str, str], body: bytes) -> Call:
    """Tell what a signed request asks for; `target` is its path and query."""
    scope = SCOPE.search(headers.get("Authorization", ""))
    region, signed = scope.groups() if scope else (DEFAULT_REGION, "s3")
    service, host = SERVICES.get(signed, signed), f"{signed}.{region}"
    if signed == "elasticloadbalancing":
        service = "elbv2" if b"Version=2015-12-01" in body else "elb"
    elif signed == "s3" and target.startswith("/v20180820/"):
        service, host = "s3control", f"{ACCOUNT}.s3-control.{region}"
    sent = {name: value for name, value in headers.items() if name.lower() != "host"}
    request = Request.from_primitives(method, f"https://{host}.amazonaws.com{target}", sent, body)
    call = Call(service=service, region=region, operation=f"{method} {target}", params={}, request=request)
    try:
        matched, in_path = get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        return call
    call = replace(call, operation=matched.name)
    if service in WITHOUT_PARAMETERS:
        return call
    return replace(call, shape=matched.input_shape, params=_parameters(call, matched, in_path))


def _parameters(call: Call, operation: Any, in_path: dict[str, Any]) -> Params:
    request = call.request
    parts = {
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": request.data,
        "url_path": request.path,
        "url_params": in_path,
    }
    parsed: Params = PROTOCOL_PARSERS[call.protocol](operation, map_type=dict).parse(parts)
    return parsed


def ask_moto(call: Call) -> Answer:
    """Let moto carry the call out."""
    answered = BotocoreStubber().process_request(call.request)
    if answered is None:
        return Answer(status=404, headers={}, body=b"moto knows no such service")
    status, headers, body = answered
    plain = {name: str(value) for name, value in headers.items() if name.lower() not in ("status", "content-length")}
    return Answer(status=int(status), headers=plain, body=body.encode() if isinstance(body, str) else bytes(body))


def write(call: Call, result: Any) -> Answer:
    """Put a result, or an error with `code` and `message`, into the protocol of the call."""
    operation = get_service_model(call.service).operation_model(call.operation)
    serializer = get_serializer_class(call.service, call.protocol)
    written = serializer(operation, value_picker=XFormedAttributePicker()).serialize(result)
    body = written["body"]
    return Answer(
        status=int(written["status_code"]),
        headers={name: str(value) for name, value in written["headers"].items()},
        body=body.encode() if isinstance(body, str) else bytes(body),
    )
