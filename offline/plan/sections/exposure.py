"""What is exposed: every way in from outside and between the parts, and what every role may do."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from rich.console import Group, RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource
from offline.plan import reach
from offline.table import Table
from policy.policies.model import as_list

_NOT_KNOWN: Final = "(known at deployment)"
_SHOWN: Final = 2
"""ARNs of a statement that are written out."""


@dataclass(frozen=True, kw_only=True, order=True)
class Way:
    """A connection that security groups or AWS itself let through."""

    outside: bool
    """Whether it begins outside the stack, at a range of addresses or at an AWS API."""
    source: str
    target: str
    port: str


@dataclass(frozen=True, kw_only=True)
class Right:
    """One statement of a role's policies."""

    principal: str
    """Logical name of the role."""
    taken_by: str
    """The AWS service that takes the role, such as `ecs-tasks`."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    """Keys of the request that a condition compares."""


def ways_of(recording: Recording) -> list[Way]:
    """Who may open connections to what, those from outside first."""
    ways = {_way(way, _protocol(recording, way)) for way in reach.openings_in(recording)}
    ways |= {
        Way(outside=True, source="aws ecs execute-command (IAM)", target=reach.tasks_label(service), port="a shell")
        for service in recording.of_type(aws.ecs.Service)
        if service.inputs.get("enableExecuteCommand") is True
    }
    return sorted(ways, key=lambda way: (not way.outside, way.source, way.target, way.port))


def ways_out_of(recording: Recording) -> list[Way]:
    """Which parts may open connections to ranges of addresses."""
    return sorted(_way(way) for way in reach.openings_out(recording))


def rights_of(recording: Recording) -> list[Right]:
    """What every role may do, by role."""
    rights = [right for role in recording.of_type(aws.iam.Role) for right in _rights(recording, role)]
    return sorted(rights, key=lambda right: right.principal)


def _way(way: reach.Opening, protocol: str = "") -> Way:
    port = f"{_port(way.rule)}{protocol}"
    return Way(outside=way.outside, source=way.source.label, target=way.target.label, port=port)


def _port(rule: Resource) -> str:
    first, last = rule.inputs.get("fromPort"), rule.inputs.get("toPort")
    if rule.inputs.get("ipProtocol") == "-1" or first is None:
        return "all ports"
    return f"{first}" if first == last else f"{first} to {last}"


def _protocol(recording: Recording, way: reach.Opening) -> str:
    """What the load balancer speaks at the port."""
    port = way.rule.inputs.get("fromPort")
    listener = next((li for li in recording.of_type(aws.lb.Listener) if li.inputs.get("port") == port), None)
    if listener is None or way.target.label != "load balancer":
        return ""
    default = (listener.inputs.get("defaultActions") or [{}])[0]
    redirects = ", redirects to HTTPS" if default.get("type") == "redirect" else ""
    return f" {listener.inputs.get('protocol', 'HTTP')}{redirects}"


def _rights(recording: Recording, role: Resource) -> Iterator[Right]:
    taken_by = ", ".join(_services(role))
    for policy in recording.users_of(role, "role", aws.iam.RolePolicy):
        for statement in _statements(policy.inputs.get("policy")):
            yield Right(
                principal=role.name,
                taken_by=taken_by,
                actions=tuple(as_list(statement.get("Action"))),
                resources=tuple(as_list(statement.get("Resource"))),
                conditions=tuple(key for keys in statement.get("Condition", {}).values() for key in keys),
            )
    for attachment in recording.users_of(role, "role", aws.iam.RolePolicyAttachment):
        name = str(attachment.inputs.get("policyArn")).rsplit("/", 1)[-1]
        yield Right(principal=role.name, taken_by=taken_by, actions=(f"policy {name}",), resources=(), conditions=())


def _services(role: Resource) -> list[str]:
    statements = _statements(role.inputs.get("assumeRolePolicy"))
    principals = [statement.get("Principal") or {} for statement in statements]
    return [name.split(".", 1)[0] for principal in principals for name in as_list(principal.get("Service"))]


def _statements(document: object) -> list[dict[str, Any]]:
    """The statements of a policy; one that says so when the policy is not known before the deployment."""
    if not isinstance(document, str):
        return [{"Action": _NOT_KNOWN, "Resource": []}]
    statements: list[dict[str, Any]] = as_list(json.loads(document)["Statement"])
    return statements


def render(recording: Recording) -> RenderableType | None:
    """Two tables: connections, and what each role may do."""
    ways, rights = [*ways_of(recording), *ways_out_of(recording)], rights_of(recording)
    if not ways and not rights:
        return None
    connections, allowed = _table(3), _table(2)
    for way in ways:
        style = "bold" if way.outside else ""
        connections.add_row(Text(way.source, style=style), Text(f"-> {way.target}"), Text(way.port))
    for principal in dict.fromkeys(right.principal for right in rights):
        own = [right for right in rights if right.principal == principal]
        allowed.add_row(Text(principal.removesuffix("-role"), style="bold"), Text("; ".join(map(right_text, own))))
    return Group(
        Text("Connections", style="bold"),
        connections,
        Text("Rights of roles", style="bold"),
        allowed,
    )


def _table(columns: int) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def right_text(right: Right) -> str:
    """One line: `logs:CreateLogStream, PutLogEvents on log-group:/ecs/stack:*, if SourceAccount`."""
    resources = list(dict.fromkeys(short_arn(arn) for arn in right.resources))
    more = f" and {len(resources) - _SHOWN} more" if len(resources) > _SHOWN else ""
    where = f" on {', '.join(resources[:_SHOWN])}{more}" if resources else ""
    keys = [key.rpartition(":")[2] for key in right.conditions]
    condition = f", if {', '.join(keys)}" if keys else ""
    return f"{_short_actions(right.actions)}{where}{condition}"


def short_arn(arn: str) -> str:
    """The part after region and account, without the random endings of names and ids."""
    resource = re.sub(r"^arn:(?:[^:]*:){4}", "", arn)
    resource = re.sub(r"^(key/[0-9a-f]{8})-[0-9a-f-]+$", r"\1", resource)
    return re.sub(r"^secret:(.*?)(-secret)?(-[0-9a-f]{7})?-[0-9A-Za-z]{6}$", r"secret:\1", resource)


def _short_actions(actions: tuple[str, ...]) -> str:
    """The service's prefix once: `ecr:BatchGetImage, GetDownloadUrlForLayer`."""
    words = []
    prefix = ""
    for action in actions:
        service, colon, name = action.partition(":")
        words.append(name if colon and service == prefix else action)
        prefix = service
    return ", ".join(words)
