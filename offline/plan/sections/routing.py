"""Who gets which request: the listeners' rules in the order in which the load balancer evaluates them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from rich.console import Group, RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource
from offline.services import service_name
from offline.table import Table

_LOOK_UP: Final = "aws:lb/getListener:getListener"


@dataclass(frozen=True, kw_only=True)
class RecordedRule:
    """One line of a listener's routing table; all conditions must hold, one value of each suffices."""

    priority: int | None
    """None for the default action, which comes last."""
    conditions: dict[str, tuple[str, ...]]
    action: str
    services: tuple[str, ...]
    """ECS services that a `forward` reaches."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A port of the load balancer with its rules in the order of evaluation."""

    name: str
    protocol: str
    port: int
    rules: tuple[RecordedRule, ...]


def listeners_of(recording: Recording) -> list[Listener]:
    """All listeners, by port; of one that is given, the stack's own rules."""
    own = recording.of_type(aws.lb.Listener)
    listeners = [_listener(recording, resource) for resource in own]
    listeners += [_given(recording, found.result) for found in recording.invokes if found.token == _LOOK_UP]
    return sorted(listeners, key=lambda listener: (listener.port, listener.name))


def _listener(recording: Recording, listener: Resource) -> Listener:
    own = recording.users_of(listener, "listenerArn", aws.lb.ListenerRule)
    rules = [_rule(recording, rule, rule.inputs["priority"], "actions") for rule in own if "priority" in rule.inputs]
    rules.sort(key=lambda rule: rule.priority or 0)
    default = _rule(recording, listener, None, "defaultActions")
    return Listener(
        name=listener.name,
        protocol=listener.inputs.get("protocol", "HTTP"),
        port=int(listener.inputs.get("port", 80)),
        rules=(*rules, default),
    )


def _given(recording: Recording, listener: Mapping[str, Any]) -> Listener:
    rules = [
        _rule(recording, rule, rule.inputs["priority"], "actions")
        for rule in recording.of_type(aws.lb.ListenerRule)
        if rule.inputs["listenerArn"] == listener["arn"]
    ]
    rules.sort(key=lambda rule: rule.priority or 0)
    others = RecordedRule(priority=None, conditions={}, action="what others have there, also in between", services=())
    name = listener["loadBalancerArn"].split("/")[-2]
    return Listener(name=name, protocol=listener["protocol"], port=int(listener["port"]), rules=(*rules, others))


def _rule(recording: Recording, resource: Resource, priority: int | None, actions: str) -> RecordedRule:
    services = {
        service_name(service)
        for group in recording.used_by(resource, actions, aws.lb.TargetGroup)
        for service in recording.users_of(group, "loadBalancers", aws.ecs.Service)
    }
    return RecordedRule(
        priority=priority,
        conditions=dict(_conditions(resource.inputs.get("conditions") or [])),
        action=", then ".join(_action(action) for action in resource.inputs.get(actions) or []),
        services=tuple(sorted(services)),
    )


def _conditions(conditions: list[dict[str, Any]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for condition in conditions:
        for kind, label in (("hostHeader", "host"), ("pathPattern", "path"), ("sourceIp", "from")):
            if condition.get(kind):
                yield label, tuple(condition[kind].get("values") or condition[kind].get("regexValues") or ())
        if method := condition.get("httpRequestMethod"):
            yield "method", tuple(method["values"])
        if header := condition.get("httpHeader"):
            yield f"header {header['httpHeaderName']}", tuple(header["values"])
        if queries := condition.get("queryStrings"):
            yield "query", tuple(f"{query.get('key', '')}={query['value']}" for query in queries)


def _action(action: dict[str, Any]) -> str:
    if action["type"] == "redirect":
        to = action["redirect"]
        target = "{protocol}://{host}:{port}".format_map(
            {"protocol": "#{protocol}", "host": "#{host}", "port": "#{port}"} | to
        )
        return f"redirect to {target} ({to['statusCode'].removeprefix('HTTP_')})"
    if action["type"] == "fixed-response":
        return f"answer {action['fixedResponse'].get('statusCode', '200')}"
    return str(action["type"])


def _what_follows(rule: RecordedRule) -> str:
    """Who gets the request, and what it has to pass before."""
    return rule.action.removesuffix("forward") + ", ".join(rule.services) if rule.services else rule.action


def render(recording: Recording) -> RenderableType | None:
    """A table per listener; the first line that fits decides."""
    tables: list[RenderableType] = []
    for listener in listeners_of(recording):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        table.add_column(justify="right", no_wrap=True, style="cyan")
        table.add_column(overflow="fold")
        table.add_column(overflow="fold", style="green")
        for rule in listener.rules:
            priority = "default" if rule.priority is None else str(rule.priority)
            table.add_row(priority, Text(_condition_text(rule)), Text(_what_follows(rule)))
        tables += [Text(f"{listener.protocol} :{listener.port}", style="bold"), table]
    return Group(*tables) if tables else None


def _condition_text(rule: RecordedRule) -> str:
    if rule.priority is None:
        return "anything else"
    return " and ".join(f"{label} {' or '.join(values)}" for label, values in rule.conditions.items())
