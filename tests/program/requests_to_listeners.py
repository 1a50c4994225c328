"""What a recorded load balancer answers: its listener rules evaluated from the ELB user guide, not by the planner."""

import ipaddress
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pulumi_aws as aws

from offline.engine.recording import Recording


class LoadBalancer:
    """The listeners of one recording; `answer` names the app, or the default action, that a request gets."""

    def __init__(self, recording: Recording) -> None:
        services = recording.of_type(aws.ecs.Service)
        targets = [(target["targetGroupArn"], found) for found in services for target in found.inputs["loadBalancers"]]
        self._app_of_group = {arn: found.name.removesuffix("-service") for arn, found in targets}
        self._groups = {group.outputs["arn"] for group in recording.of_type(aws.lb.TargetGroup)}
        self._listeners = {listener.inputs["port"]: listener for listener in recording.of_type(aws.lb.Listener)}
        self._rules = [rule.inputs for rule in recording.of_type(aws.lb.ListenerRule)]

    def ports(self) -> list[int]:
        """Where it listens."""
        return sorted(self._listeners)

    def rules(self, port: int) -> list[dict[str, Any]]:
        """The rules of one listener in the order of their evaluation; AssertionError when two share a priority."""
        arn = self._listeners[port].outputs["arn"]
        rules = sorted((rule for rule in self._rules if rule["listenerArn"] == arn), key=lambda rule: rule["priority"])
        priorities = [rule["priority"] for rule in rules]
        assert len(set(priorities)) == len(priorities), f"priorities of port {port} are not unique: {priorities}"
        assert all(1 <= priority <= 50_000 for priority in priorities), priorities
        return rules

    def apps(self, port: int) -> set[str]:
        """The apps that any rule of a listener leads to."""
        return {self._app(rule["actions"]) for rule in self.rules(port)}

    def signs_in(self, port: int, path: str, headers: Mapping[str, str] | None = None) -> bool:
        """Whether a request has to pass the provider first."""
        return any(kind.startswith("authenticate-") for kind in self.actions(port, path, headers))

    def actions(self, port: int, path: str, headers: Mapping[str, str] | None = None) -> list[str]:
        """What the first rule that fits does, in order."""
        for rule in self.rules(port):
            here = "chat.example.com", "10.0.1.2", headers or {}
            if all(_holds(condition, path, *here) for condition in rule["conditions"]):
                return [str(action["type"]) for action in rule["actions"]]
        return []

    def answer(
        self,
        port: int,
        path: str,
        *,
        host: str = "chat.example.com",
        source: str = "10.0.1.2",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """The name of the app that gets the request, or the type of the default action."""
        for rule in self.rules(port):
            if all(_holds(condition, path, host, source, headers or {}) for condition in rule["conditions"]):
                return self._app(rule["actions"])
        (default,) = self._listeners[port].inputs["defaultActions"]
        return str(default["type"])

    def _app(self, actions: list[dict[str, Any]]) -> str:
        *before, action = actions
        assert action["type"] == "forward", action
        assert {one["type"] for one in before} <= {"authenticate-cognito", "authenticate-oidc", "jwt-validation"}, (
            before
        )
        assert action["targetGroupArn"] in self._groups, action
        return self._app_of_group[action["targetGroupArn"]]


def _holds(condition: dict[str, Any], path: str, host: str, source: str, headers: Mapping[str, str]) -> bool:
    ((kind, wanted),) = condition.items()
    values = wanted["values"]
    if kind == "pathPattern":
        return any(matches(value, path) for value in values)
    if kind == "hostHeader":
        return any(matches(value.lower(), host.lower()) for value in values)
    if kind == "httpHeader":
        return any(matches(value.lower(), headers.get(wanted["httpHeaderName"], "").lower()) for value in values)
    assert kind == "sourceIp", f"no test knows the condition {kind}"
    return any(ipaddress.ip_address(source) in ipaddress.ip_network(value) for value in values)


def matches(pattern: str, text: str) -> bool:
    """Whether a path, or a host in lower case, meets the value of a condition."""
    return _expression(pattern).fullmatch(text) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """`*` is any number of characters, slashes included, and `?` exactly one; case counts in paths."""
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(character, re.escape(character)) for character in pattern), re.DOTALL)
