"""What a configuration means once it is accepted: defaults, names of attributes, values that follow from others."""

import pytest
from pydantic import ValidationError

import settings
from settings import Architecture, CreatedNetwork, GivenNetwork, NatGateways, Scheme, Throughput, Transport
from tests.settings.samples import FULL, IMAGE, SECRET, valid


def test_the_shortest_configuration_is_the_templates_system() -> None:
    stack = settings.parse(valid())
    assert (stack.name_prefix, stack.protect, stack.tags, stack.services) == ("webui-bedrock", False, {}, {})
    assert isinstance(stack.network, CreatedNetwork)
    assert (stack.network.cidr, stack.network.availability_zones) == ("10.0.0.0/16", 2)
    assert (stack.network.nat_gateways, stack.network.endpoints, stack.network.flow_logs) == (
        NatGateways.SINGLE,
        False,
        True,
    )
    assert (stack.load_balancer.scheme, stack.load_balancer.allowed_cidrs) == (Scheme.INTERNAL, ())
    assert (stack.load_balancer.idle_timeout, stack.load_balancer.https) == (900, False)
    webui, gateway = stack.webui, stack.gateway
    assert (webui.image, webui.cpu, webui.memory) == ("ghcr.io/open-webui/open-webui:v0.12.4", 1024, 4096)
    assert (webui.scaling.min, webui.scaling.max, webui.scaling.cpu_target) == (1, 5, 70)
    assert (webui.architecture, webui.signup, webui.exec_enabled, webui.spot) == (
        Architecture.ARM64,
        False,
        False,
        None,
    )
    assert (gateway.image, gateway.cpu, gateway.memory, gateway.port) == (IMAGE, 512, 1024, 8080)
    assert (gateway.scaling.min, gateway.scaling.max, gateway.processes, gateway.allowed_models) == (1, 3, 6, ())
    assert (stack.database.min_capacity, stack.database.max_capacity, stack.database.backup_days) == (0.5, 4, 7)
    assert (stack.cache.node_type, stack.cache.nodes) == ("cache.t4g.micro", 1)
    assert (stack.file_system.encrypted, stack.file_system.throughput, stack.file_system.path) == (
        True,
        Throughput.ELASTIC,
        "/webui",
    )
    assert (stack.alarms.emails, stack.cloud_formation_exports) == ((), False)


def test_every_setting_arrives_at_its_attribute() -> None:
    stack = settings.parse(FULL)
    assert stack.model_dump(mode="json", by_alias=True, exclude_unset=True) == FULL
    assert stack.webui.secrets["EXA_API_KEY"] == f"{SECRET}:key::"
    assert stack.gateway.allowed_models == ("eu.amazon.nova-pro-v1:0", "cohere.embed-multilingual-v3")
    assert stack.services["docs"].routed
    assert not stack.services["worker"].routed


def test_naming_one_limit_keeps_the_apps_default_of_the_other() -> None:
    stack = settings.parse(valid(webui={"scaling": {"min": 2}}, gateway={"scaling": {"min": 2}}))
    assert (stack.webui.scaling.max, stack.gateway.scaling.max) == (5, 3)


def test_one_id_of_a_given_vpc_means_a_given_vpc() -> None:
    ids = ["subnet-11111111", "subnet-22222222"]
    stack = settings.parse(valid(network={"vpcId": "vpc-12345678", "privateSubnetIds": ids}))
    assert isinstance(stack.network, GivenNetwork)
    assert (stack.network.private_subnet_ids, stack.network.public_subnet_ids) == (tuple(ids), ())


def test_fewer_tasks_alone_never_take_the_database_away() -> None:
    one_task = {"scaling": {"max": 1}}
    assert settings.parse(valid(webui=one_task)).database.enabled
    assert not settings.parse(valid(webui=one_task, database={"enabled": False})).database.enabled


@pytest.mark.parametrize(
    ("scheme", "transport", "expected"),
    [
        ("internal", None, Transport.LOAD_BALANCER),
        ("internal", "serviceConnect", Transport.SERVICE_CONNECT),
        ("internet-facing", None, Transport.SERVICE_CONNECT),
    ],
)
def test_the_transport_follows_the_scheme(scheme: str, transport: str | None, expected: Transport) -> None:
    raw = valid(
        loadBalancer={"scheme": scheme, "allowedCidrs": ["203.0.113.0/24"]},
        gateway={} if transport is None else {"transport": transport},
    )
    stack = settings.parse(raw)
    assert (stack.gateway_transport, stack.gateway_requests_per_task) == (expected, 30)


def test_explicit_requests_per_task_win() -> None:
    stack = settings.parse(valid(gateway={"scaling": {"requestsPerTask": 7}}))
    assert stack.gateway_requests_per_task == 7


@pytest.mark.parametrize(
    ("scheme", "waf", "expected"),
    [
        ("internal", None, False),
        ("internal", True, True),
        ("internet-facing", None, True),
        ("internet-facing", False, False),
        ("internal", {"rateLimit": 2000}, True),
        ("internet-facing", {"enabled": False}, False),
    ],
)
def test_the_firewall_follows_the_scheme(scheme: str, waf: object, expected: bool) -> None:
    change = {"scheme": scheme, "allowedCidrs": ["203.0.113.0/24"]} | ({} if waf is None else {"waf": waf})
    assert settings.parse(valid(loadBalancer=change)).load_balancer.waf_enabled is expected


@pytest.mark.parametrize("key", ["certificateArn", "hostedZoneId"])
def test_a_domain_means_https(key: str) -> None:
    balancer = {"domain": "chat.example.org", key: FULL["loadBalancer"][key]}
    assert settings.parse(valid(loadBalancer=balancer)).load_balancer.https


@pytest.mark.parametrize(("memory", "processes"), [(1024, 6), (2048, 12), (4096, 24)])
def test_the_gateway_has_as_many_workers_as_its_memory_holds_and_scales_by_them(memory: int, processes: int) -> None:
    stack = settings.parse(valid(gateway={"memory": memory}))
    assert (stack.gateway.processes, stack.gateway_requests_per_task) == (processes, 5 * processes)
    named = settings.parse(valid(gateway={"memory": memory, "workers": 2}))
    assert (named.gateway.processes, named.gateway_requests_per_task) == (2, 10)


def test_schedules_count_towards_the_most_tasks() -> None:
    day = {"name": "day", "cron": "rate(1 day)", "min": 1, "max": 9}
    assert settings.parse(valid(webui={"scaling": {"schedules": [day]}})).webui.scaling.most_tasks == 9


def test_settings_cannot_be_changed() -> None:
    stack = settings.parse(valid())
    with pytest.raises(ValidationError):
        stack.webui.cpu = 1  # type: ignore[misc]  # the assignment is what must fail
