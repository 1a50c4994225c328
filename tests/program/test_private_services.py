"""Private names: whoever is to call a service knows its name and reaches its port, and nobody else does."""

from typing import Any

import pulumi_aws as aws
import pytest

import settings
from offline.engine.recording import Recording, Resource
from tests.program.variants import DOMAIN, OFFICE
from tests.support.program import GATEWAY_IMAGE, Config, apps, containers, plan, service, waits_for

IN_ECR = "{account}.dkr.ecr.{region}.amazonaws.com/team/app:1.0.0"
TIKA = {"image": IN_ECR, "port": 9998, "internal": True}
BROWSER = {"image": IN_ECR, "port": 3000, "internal": True, "clients": ["webui", "tika"]}
SHOWN = {"image": IN_ECR, "port": 8080, "internal": True, "paths": ["/tools/*"]}
SERVICES: Config = {"tika": TIKA, "browser": BROWSER, "tools": SHOWN, "job": {"image": IN_ECR}}
PUBLIC = {"loadBalancer": {"scheme": "internet-facing", "allowedCidrs": OFFICE, **DOMAIN}}
CLOSED = {"network": {"natGateways": "none", "endpoints": True}}
BY_SERVICE_CONNECT = {"gateway": {"image": GATEWAY_IMAGE, "transport": "serviceConnect"}}
STACKS: dict[str, Config] = {
    "internal": {},
    "internal, Service Connect": BY_SERVICE_CONNECT,
    "internet-facing": PUBLIC,
    "no gateway": {"gateway": {"enabled": False}},
    "closed": {**CLOSED, "webui": {"image": IN_ECR}},
    "closed, Service Connect": {**CLOSED, **BY_SERVICE_CONNECT, "webui": {"image": IN_ECR}},
}


def planned(stack: str) -> Recording:
    return plan({**STACKS[stack], "services": SERVICES})


def own_group(recording: Recording, app: str) -> Resource:
    """The security group that an app's tasks alone are in."""
    component = service(recording, app).parent
    return next(group for group in recording.of_type(aws.ec2.SecurityGroup) if group.parent == component)


def let_in(recording: Recording, app: str) -> set[tuple[str, int]]:
    """Whom the app's own group lets in: the app that the other group belongs to, and the port."""
    found = set()
    for rule in recording.of_type(aws.vpc.SecurityGroupIngressRule):
        if own_group(recording, app).urn in rule.property_dependencies["securityGroupId"]:
            assert rule.inputs["fromPort"] == rule.inputs["toPort"]
            source = next(iter(rule.property_dependencies["referencedSecurityGroupId"]))
            found.add((recording.component_name(source), rule.inputs["fromPort"]))
    return found


def offered(recording: Recording, app: str) -> dict[str, Any]:
    configuration: dict[str, Any] = service(recording, app).inputs.get("serviceConnectConfiguration") or {}
    return configuration


def check_private_names(recording: Recording, stack: settings.StackSettings) -> None:
    """Every private name is served in the namespace, and its port is open to its clients and to nobody else."""
    names = stack.private_names
    namespaces = {space.outputs["arn"] for space in recording.of_type(aws.servicediscovery.HttpNamespace)}
    assert len(namespaces) == bool(names)
    for app in apps(recording):
        calls = {name for name, private in names.items() if app in private.clients}
        configuration = offered(recording, app)
        aliases = [alias for one in configuration.get("services", []) for alias in one["clientAlias"]]
        assert aliases == ([{"dnsName": app, "port": names[app].port}] if app in names else [])
        assert bool(configuration) == bool(calls or app in names)
        assert configuration.get("namespace") in (namespaces if configuration else {None})
        expected = {(client, names[app].port) for client in names[app].clients} if app in names else set()
        assert let_in(recording, app) == expected
        # A service may be called cluster-tasks: its group has the same name, and another parent.
        of_cluster = [one for one in recording.of_type(aws.ec2.SecurityGroup) if "Cluster::" in (one.parent or "")]
        (shared,) = (group.urn for group in of_cluster)
        groups = service(recording, app).property_dependencies["networkConfiguration"]
        routed = bool(service(recording, app).inputs.get("loadBalancers"))
        assert (shared in groups) == (routed or app not in names), "the load balancer reaches who is behind it"
        started_before = waits_for(recording, service(recording, app))
        assert {service(recording, name).urn for name in calls} <= started_before


@pytest.mark.parametrize("stack", STACKS)
def test_private_names_are_served_to_their_clients_and_nobody_else_gets_in(stack: str) -> None:
    recording = planned(stack)
    raw = {"gateway": {"image": GATEWAY_IMAGE}, **STACKS[stack], "services": SERVICES}
    check_private_names(recording, settings.parse(raw))
    assert let_in(recording, "tika") == {("webui", 9998)}
    assert let_in(recording, "browser") == {("webui", 3000), ("tika", 3000)}


@pytest.mark.parametrize("stack", STACKS)
def test_a_private_service_without_a_path_has_no_listener_rule(stack: str) -> None:
    recording = planned(stack)
    rules = {rule.name for rule in recording.of_type(aws.lb.ListenerRule)}
    assert {rule for rule in rules if rule.startswith(("tika", "browser"))} == set()
    assert "tools-rule" in rules


def test_a_private_name_serves_any_protocol_for_as_long_as_it_takes() -> None:
    recording = planned("internal")
    (served,) = offered(recording, "browser")["services"]
    assert served["timeout"] == {"idleTimeoutSeconds": 0}
    (mapping,) = containers(recording, "browser")["browser"]["portMappings"]
    assert mapping == {"containerPort": 3000, "hostPort": 3000, "name": "browser", "protocol": "tcp"}


def test_requests_of_the_gateway_are_counted_beside_private_services() -> None:
    recording = planned("internal, Service Connect")
    (mapping,) = containers(recording, "gateway")["gateway"]["portMappings"]
    assert mapping["appProtocol"] == "http"


def test_tasks_of_a_client_are_deployed_anew_for_a_new_name() -> None:
    before, after = plan(), plan({"services": {"tika": TIKA}})
    triggers = [service(recording, "webui").inputs["triggers"] for recording in (before, after)]
    assert triggers[1].items() - triggers[0].items() == {("calls-tika", "webui-bedrock-tika-service")}


def test_a_worker_is_in_no_namespace() -> None:
    assert offered(planned("internal"), "job") == {}


def test_the_health_command_of_a_service_is_what_ecs_runs() -> None:
    recording = plan({"services": {"tika": TIKA | {"healthCommand": ["wget", "-q", "http://127.0.0.1:9998/"]}}})
    check = containers(recording, "tika")["tika"]["healthCheck"]
    assert check["command"] == ["CMD", "wget", "-q", "http://127.0.0.1:9998/"]
