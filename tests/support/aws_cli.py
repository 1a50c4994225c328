"""Whether the AWS CLI takes a command line, by the models of the API that it is made from."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from botocore import xform_name
from botocore.model import OperationModel
from botocore.session import Session

GLOBAL_OPTIONS = {"cli-input-json", "max-items", "output", "query", "region"}
"""Options that every operation takes, or every list."""

OWN: dict[tuple[str, str], set[str]] = {
    ("logs", "tail"): {"filter-pattern", "follow", "format", "log-stream-name-prefix", "since"},
    ("sso", "login"): {"profile"},
}
"""The CLI's own commands that this project names, which are no operations of the API, with their options."""

_CALL = re.compile(r"\baws ([a-z0-9-]+) ([a-z0-9-]+)")


def calls(text: str) -> Iterator[str]:
    """Every call of the AWS CLI in a text, up to the next one or the end of its line; a backslash continues one."""
    for line in re.sub(r" *\\\n *", " ", text).splitlines():
        starts = [match.start() for match in _CALL.finditer(line)]
        yield from (line[start:end] for start, end in pairwise([*starts, len(line)]))


def faults(command: str) -> list[str]:
    """Options that a call has and its command does not take, and those that it lacks; StopIteration for no command."""
    service, name = _CALL.findall(command)[0]
    service = {"s3api": "s3"}.get(service, service)  # the CLI's own name
    options = set(re.findall(r"(?<=\s)--([a-z0-9-]+)", command))
    if (service, name) in OWN:
        return [f"unknown: {option}" for option in sorted(options - OWN[service, name] - GLOBAL_OPTIONS)]
    called = _operation(service, command.split()[3] if name == "wait" else name, waits=name == "wait")
    shape = called.input_shape
    members = {xform_name(member, "-"): shape.members[member] for member in shape.members}
    flags = {f"no-{option}" for option, member in members.items() if member.type_name == "boolean"}
    required = {xform_name(member, "-") for member in {*shape.required_members} - {*called.idempotent_members}}
    unknown = options - members.keys() - flags - GLOBAL_OPTIONS
    lacking = set() if "cli-input-json" in options else required - options
    return [*(f"unknown: {option}" for option in sorted(unknown)), *(f"lacks: {option}" for option in sorted(lacking))]


@cache
def _operation(service: str, name: str, *, waits: bool) -> OperationModel:
    """The operation behind a command; `aws ecs wait services-stable` takes the options of what it polls."""
    model = Session().get_service_model(service)
    if waits:
        waiters = Session().get_waiter_model(service)
        return model.operation_model(waiters.get_waiter(_named(name, waiters.waiter_names)).operation)
    return model.operation_model(_named(name, model.operation_names))


def _named(command: str, names: list[str]) -> str:
    return next(name for name in names if xform_name(name, "-") == command)
