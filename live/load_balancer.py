"""The recorded listeners as a configuration of Caddy: rules in order, default actions, health checks, timeouts."""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pulumi_aws as aws

from live import LOOPBACK, TryError
from live.installation import Installation
from live.processes import Processes, answers, free_port
from live.stack import app_of
from live.targets import INTERVAL, TARGET, UNHEALTHY_AFTER, Targets
from offline.engine.recording import Recording, Resource

_UNAVAILABLE: Final = 503
"""What a load balancer answers for a target group without targets."""

_NANOSECONDS: Final = 1_000_000_000

Json = dict[str, Any]


_PROCESS: Final = "load-balancer"


class LoadBalancer:
    """Caddy, and which tasks it sends requests to. `ports` are `configuration`'s, `slots` an app's addresses here."""

    def __init__(
        self, recording: Recording, ports: Mapping[int, int], slots: Mapping[str, Sequence[int]], data: Path
    ) -> None:
        self.targets = Targets()
        self._configuration = configuration(recording, ports, slots, self.targets.port)
        self._data = data
        self._admin = f"{LOOPBACK}:{free_port()}"

    def start(self, there: Installation, processes: Processes) -> None:
        """Start it with the targets that are registered by now."""
        self.targets.start()
        file = self._data / "load-balancer.json"
        file.write_text(
            json.dumps({**self._configuration, "admin": {"listen": self._admin, "config": {"persist": False}}})
        )
        environment = {"PATH": os.defpath, "HOME": str(self._data)}
        processes.start(_PROCESS, [there.bin / "caddy", "run", "--config", file], environment, self._data)
        processes.wait_until(_PROCESS, lambda: answers(f"http://{self._admin}/config/"), seconds=60)

    def register(self, port: int) -> None:
        """Send requests to a task too, as long as it is healthy."""
        self.targets.change(port, is_registered=True)

    def deregister(self, port: int) -> None:
        """Send nothing new to a task; what it answers and its web sockets go on."""
        self.targets.change(port, is_registered=False)


def listener_ports(recording: Recording) -> list[int]:
    """The ports of the load balancer; users call the last one, which is the HTTPS listener's where there is one."""
    if ports := sorted(int(listener.inputs["port"]) for listener in recording.of_type(aws.lb.Listener)):
        return ports
    raise TryError(
        "loadBalancer.listenerArn: nobody here knows others' listener; take it out of the file to try the stack"
    )


def configuration(
    recording: Recording, ports: Mapping[int, int], slots: Mapping[str, Sequence[int]], targets: int
) -> Json:
    """Caddy's configuration. `ports`: a listener's port -> the one here; `slots`: app -> ports of its tasks, if any.

    On port `targets` it asks `Targets` which of them get requests.

    TryError for a condition or an action that Caddy is not told of here.
    """
    idle = int(recording.of_type(aws.lb.LoadBalancer)[-1].inputs["idleTimeout"]) * _NANOSECONDS
    servers = {
        listener.name: {
            "listen": [f"{LOOPBACK}:{ports[int(listener.inputs['port'])]}"],
            "routes": _routes(recording, listener, ports, slots, targets, idle),
            "automatic_https": {"disable": True},
            "idle_timeout": idle,
            "protocols": ["h1"],
        }
        for listener in recording.of_type(aws.lb.Listener)
    }
    return {
        "logging": {"logs": {"default": {"level": "WARN"}}},
        "apps": {"http": {"servers": servers}},
    }


def _routes(
    recording: Recording,
    listener: Resource,
    ports: Mapping[int, int],
    slots: Mapping[str, Sequence[int]],
    targets: int,
    idle: int,
) -> list[Json]:
    rules = recording.users_of(listener, "listenerArn", aws.lb.ListenerRule)
    rules.sort(key=lambda rule: int(rule.inputs["priority"]))

    def handler(resource: Resource, actions: str) -> Json:
        action = resource.inputs[actions][-1]
        if action["type"] == "redirect":
            return _redirect(action["redirect"], ports)
        if action["type"] == "fixed-response":
            return _fixed(action["fixedResponse"])
        (group,) = recording.used_by(resource, actions, aws.lb.TargetGroup)
        return _forward(group, slots.get(_app_behind(recording, group), ()), targets, idle)

    matched = [
        {"match": [matcher(rule.inputs["conditions"])], "handle": [handler(rule, "actions")], "terminal": True}
        for rule in rules
        # Nobody checks tokens here.
        if rule.inputs["actions"][0]["type"] != "jwt-validation"
    ]
    return [*matched, {"handle": [handler(listener, "defaultActions")]}]


def _app_behind(recording: Recording, group: Resource) -> str:
    services = recording.users_of(group, "loadBalancers", aws.ecs.Service)
    return next((app_of(recording, service) for service in services), "")


def matcher(conditions: Sequence[Json]) -> Json:
    """Caddy's matcher for the conditions of a rule, all of which must hold."""
    return {
        name: value
        for condition in conditions
        for kind, details in condition.items()
        if details
        for name, value in [_condition(kind, details)]
    }


def _condition(kind: str, details: Any) -> tuple[str, object]:
    known: dict[str, Callable[[list[str]], tuple[str, object]]] = {
        "httpHeader": lambda values: ("header", {details["httpHeaderName"]: values}),
        "pathPattern": lambda values: ("path_regexp", {"pattern": _pattern(values)}),
        "hostHeader": lambda values: ("host", values),
        # Callers from the VPC are the tasks, which are here too.
        "sourceIp": lambda values: ("remote_ip", {"ranges": [*values, "127.0.0.0/8"]}),
    }
    values = details.get("values") if kind in known else None
    if not values:
        raise TryError(f"a listener rule has a condition of kind {kind}, which make try cannot follow")
    return known[kind](values)


def _pattern(patterns: Sequence[str]) -> str:
    """A load balancer's path patterns as one regular expression: `*` is anything, `?` one character."""
    escaped = (re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns)
    return f"^(?:{'|'.join(escaped)})$"


def _redirect(redirect: Json, ports: Mapping[int, int]) -> Json:
    port = ports[int(redirect["port"])]
    status = int(redirect["statusCode"].removeprefix("HTTP_"))
    location = f"http://localhost:{port}{{http.request.uri}}"
    return {"handler": "static_response", "status_code": status, "headers": {"Location": [location]}}


def _fixed(response: Json) -> Json:
    return {
        "handler": "static_response",
        "status_code": int(response["statusCode"]),
        "body": response.get("messageBody", ""),
        "headers": {"Content-Type": [response["contentType"]]},
    }


def _forward(group: Resource, ports: Sequence[int], targets: int, idle: int) -> Json:
    if not ports:
        return {"handler": "static_response", "status_code": _UNAVAILABLE}
    check = group.inputs["healthCheck"]
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"{LOOPBACK}:{port}"} for port in ports],
        # Not Caddy's round robin, which answers 503 when it passes over a target that is out for two requests at once.
        "load_balancing": {"selection_policy": {"policy": "least_conn"}},
        "health_checks": {
            "active": {
                "uri": check["path"],
                "port": targets,
                "headers": {
                    TARGET: ["{http.reverse_proxy.active.target_upstream}"],
                    UNHEALTHY_AFTER: [str(check["unhealthyThreshold"])],
                },
                "expect_status": int(check["matcher"]),
                # People wait for the first healthy answer: not as long as in AWS.
                "interval": int(INTERVAL * _NANOSECONDS),
                "timeout": int(check["timeout"]) * _NANOSECONDS,
            }
        },
        "transport": {
            "protocol": "http",
            "read_timeout": idle,
            "write_timeout": idle,
            "compression": False,
            # A connection kept longer than a task keeps it would give errors.
            "keep_alive": {"idle_timeout": 2 * _NANOSECONDS},
        },
    }
