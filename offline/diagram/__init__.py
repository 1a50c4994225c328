"""Draws a stack from its recording: the system, and the way of a request through it. `write` is what commands call.

Reads what the plan reads; the plan knows nothing of it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pulumi_aws as aws

from offline.diagram.mermaid import Flowchart
from offline.engine.recording import Recording
from offline.plan.reach import calls_of, edges_of, services_that_may
from offline.plan.sections.routing import Listener, RecordedRule, listeners_of
from offline.services import EcsService, services_of

COMMAND: Final = "make diagram"
_INVOKE: Final = "bedrock:InvokeModel"
_CLIENTS: Final = "clients"
_BEDROCK: Final = "bedrock"
STORES: Final = (aws.rds.Cluster, aws.elasticache.ReplicationGroup, aws.efs.FileSystem)
"""What holds the services' data."""


def system(recording: Recording) -> str:
    """Mermaid: the parts, what they may reach, and the data; arrows are what security groups and roles allow."""
    chart = Flowchart("LR", groups={"vpc": "VPC", "ecs": "ECS on Fargate", "data": "Data", "aws": "AWS services"})
    chart.parents = {"ecs": "vpc", "data": "vpc"}
    _add_parts(chart, recording)
    _add_data(chart, recording, group="data")
    for edge in edges_of(recording):
        if edge.target in chart:
            source = edge.source if edge.source.startswith("urn:") else _CLIENTS
            chart.edge(source, edge.target, f":{edge.port}")
    _add_bedrock(chart, recording, "invokes models", group="aws")
    _add_aws_services(chart, recording)
    return chart.text()


def request(recording: Recording) -> str:
    """Mermaid: from a browser through listeners and rules to the services, and on to models and data."""
    chart = Flowchart("LR")
    chart.node(_CLIENTS, "Browser or API client", shape="round")
    urns = {service.name: service.urn for service in services_of(recording)}
    for service in services_of(recording):
        if service.target_port or service.service_connect:
            chart.node(service.urn, service.app, *_doors(service), shape="service")
    for listener in listeners_of(recording):
        _add_listener(chart, listener, urns)
    _add_calls(chart, recording)
    _add_bedrock(chart, recording, "InvokeModel")
    _add_data(chart, recording)
    stores = {resource.urn for kind in STORES for resource in recording.of_type(kind)}
    for edge in edges_of(recording):
        if edge.target in stores and edge.source in chart:
            chart.edge(edge.source, edge.target, f":{edge.port}")
    return chart.text()


def _doors(service: EcsService) -> list[str]:
    """How a service is called; background workers are not."""
    port = [f"port {service.target_port}", f"health check {service.health_path}"] if service.target_port else []
    return port + [f"at {name}" for name in service.service_connect]


def _add_parts(chart: Flowchart, recording: Recording) -> None:
    ranges = sorted({edge.source for edge in edges_of(recording) if not edge.source.startswith("urn:")})
    chart.node(_CLIENTS, "Browsers and API clients", *ranges, shape="round")
    ports = ", ".join(f"{listener.protocol} :{listener.port}" for listener in listeners_of(recording))
    for balancer in recording.of_type(aws.lb.LoadBalancer):
        scheme = "internal" if balancer.inputs.get("internal") else "internet-facing"
        chart.node(balancer.urn, "Load balancer", f"{scheme}, {ports}", group="vpc")
    for service in services_of(recording):
        tasks = service.scaling.text().split(";")[0]
        size = f"{service.cpu / 1024:g} vCPU, {service.memory / 1024:g} GB each"
        chart.node(service.urn, service.app, tasks, size, shape="service", group="ecs")


def _add_data(chart: Flowchart, recording: Recording, *, group: str = "") -> None:
    for database in recording.of_type(aws.rds.Cluster):
        scaling = database.inputs.get("serverlessv2ScalingConfiguration") or {}
        capacity = f"{scaling.get('minCapacity')} to {scaling.get('maxCapacity')} ACU"
        chart.node(database.urn, "Aurora PostgreSQL", capacity, shape="store", group=group)
    for cache in recording.of_type(aws.elasticache.ReplicationGroup):
        nodes = f"{cache.inputs.get('numCacheClusters', 1)} x {cache.inputs.get('nodeType')}"
        chart.node(cache.urn, "Valkey", nodes, shape="store", group=group)
    paths = {mount.file_system_path for service in services_of(recording) for mount in service.mounts}
    for files in recording.of_type(aws.efs.FileSystem):
        chart.node(files.urn, "File system (EFS)", *sorted(paths), shape="store", group=group)


def _add_bedrock(chart: Flowchart, recording: Recording, label: str, *, group: str = "") -> None:
    callers = services_that_may(recording, _INVOKE)
    if callers:
        chart.node(_BEDROCK, "Amazon Bedrock", shape="round", group=group)
    for service in callers:
        chart.edge(service.urn, _BEDROCK, label)


def _add_aws_services(chart: Flowchart, recording: Recording) -> None:
    """What all tasks and all data use: drawn from their groups, since an arrow from each would hide the rest."""
    secrets = len(recording.of_type(aws.secretsmanager.Secret))
    chart.node("secrets", "Secrets Manager", f"{secrets} secrets, read at a task's start", shape="round", group="aws")
    alarms = len(recording.of_type(aws.cloudwatch.MetricAlarm))
    chart.node("cloudwatch", "CloudWatch", f"logs, dashboard, {alarms} alarms", shape="round", group="aws")
    chart.node(
        "key", "KMS key", "of the stack" if recording.of_type(aws.kms.Key) else "given", shape="round", group="aws"
    )
    chart.node(
        "topic", "SNS topic", "e-mail" if recording.of_type(aws.sns.Topic) else "given", shape="round", group="aws"
    )
    chart.edge("ecs", "secrets", dotted=True)
    chart.edge("ecs", "cloudwatch", dotted=True)
    chart.edge("data", "key", "encrypted with", dotted=True)
    chart.edge("cloudwatch", "topic", "alarms", dotted=True)


def _add_listener(chart: Flowchart, listener: Listener, urns: Mapping[str, str]) -> None:
    chart.groups[listener.name] = f"Load balancer {listener.protocol} :{listener.port}: the first rule that fits"
    for rule in listener.rules:
        node = _rule_node(listener, rule)
        lines = [line for label, values in rule.conditions.items() for line in _condition(label, values)]
        answer = [] if rule.services else [rule.action]
        order = "otherwise" if rule.priority is None else f"rule {rule.priority}"
        chart.node(node, order, *lines, *answer, group=listener.name)
        chart.edge(_CLIENTS, node)
        for name in rule.services:
            chart.edge(node, urns[name])


def _condition(label: str, values: tuple[str, ...]) -> list[str]:
    return [f"{label} {values[0]}", *(f"or {value}" for value in values[1:])]


def _rule_node(listener: Listener, rule: RecordedRule) -> str:
    return f"{listener.name}_{'default' if rule.priority is None else rule.priority}"


def _add_calls(chart: Flowchart, recording: Recording) -> None:
    """From a service to the rule that its URL meets, or straight to the service that has the name."""
    names = {name.split(":")[0]: s.urn for s in services_of(recording) for name in s.service_connect}
    for call in calls_of(recording):
        url = urlsplit(call.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        met = [
            _rule_node(listener, rule)
            for listener in listeners_of(recording)
            for rule in listener.rules
            if listener.port == port and any(path.startswith(url.path) for path in rule.conditions.get("path", ()))
        ]
        target = names.get(url.hostname or "") or next(iter(met), _CLIENTS)
        chart.edge(call.service, target, f"calls {url.scheme}://.../{url.path.strip('/')}", dotted=True)


DIAGRAMS: Final = {"system": system, "request": request}


def refreshed(document: str, recording: Recording) -> str:
    """The document with every marked block drawn anew; LookupError when a block is missing."""
    for name, draw in DIAGRAMS.items():
        start, end = f"<!-- {name}: drawn by `{COMMAND}` -->", f"<!-- end of {name} -->"
        before, found, rest = document.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise LookupError(f"the document has no block between '{start}' and '{end}'")
        document = f"{before}{start}\n```mermaid\n{draw(recording)}\n```\n{end}{after}"
    return document


def write(path: Path, recording: Recording) -> bool:
    """Draws the diagrams in a document anew, and tells whether it changed."""
    before = path.read_text(encoding="utf-8")
    after = refreshed(before, recording)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before
