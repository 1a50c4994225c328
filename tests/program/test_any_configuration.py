"""Whatever valid configuration a stack has, the program plans it, and AWS would take the plan.

`HYPOTHESIS_EXAMPLES=300` draws more configurations than the few that every run has time for.
"""

import json
import os
import re
from collections import Counter
from graphlib import TopologicalSorter

import pulumi_aws as aws
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

import settings
from aws_rules.listener_rules import ListenerRule
from aws_rules.names import AUTO_NAME_SUFFIX
from offline.engine import record
from offline.engine.recording import Recording
from settings.data import Authentication
from settings.gateway import Transport
from settings.routes import planned_rules
from tests.aws_schemas.checker import refusals, unmapped
from tests.aws_schemas.everything import listed
from tests.components.test_every_component import NAME_LIMITS
from tests.program.configurations import Configuration, configurations
from tests.program.configured_apps import FARGATE_PAIRS
from tests.program.requests_to_listeners import LoadBalancer
from tests.program.test_private_services import check_private_names
from tests.program.test_routing import GATEWAY_PATHS, SAMPLES
from tests.program.test_secrets import canaries, exposed
from tests.support.ecs_requests import create_service, problems, register_task_definition
from tests.support.program import (
    ROOT,
    apps,
    containers,
    direct_dependencies,
    secrets,
    statements,
    texts,
)

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))
MOST_DEFINITION_BYTES = 64 * 1024  # RegisterTaskDefinition
MOST_POLICY_CHARACTERS = 10_240  # all inline policies of a role, white space not counted (IAM quotas)
MOST_CONDITION_VALUES = 5  # of a listener rule (ELB quotas)
WILDCARDS = {"*": ["", "zz/9"], "?": ["q"]}


def examples(few: int) -> hypothesis_settings:
    """The same `few` examples in every run, or as many as the environment asks for, and then the smallest failure."""
    phases = [Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate]
    return hypothesis_settings(
        max_examples=EXAMPLES or few,
        phases=phases,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def parsed(configuration: Configuration) -> settings.StackSettings | None:
    """The settings; None when they are refused."""
    own = {key: value for key, value in configuration.values.items() if not key.startswith("aws:")}
    try:
        return settings.parse(own, region=configuration.aws.region)
    except settings.SettingsError:
        return None


def planned(configuration: Configuration, *, preview: bool = False) -> Recording:
    return record(ROOT / "__main__.py", config=configuration.values, aws=configuration.aws, preview=preview)


def test_nearly_any_configuration_is_accepted_and_gives_a_plan_that_aws_would_take() -> None:
    answers: Counter[bool] = Counter()

    @examples(2)
    @given(configurations())
    def check(configuration: Configuration) -> None:
        stack = parsed(configuration)
        answers[stack is not None] += 1
        if stack is None:
            return
        recording = planned(configuration)
        assert [message for severity, message in recording.log if severity == "error"] == []
        assert [str(refused) for refused in refusals(recording.resources)] == []
        assert unmapped(recording.resources) <= listed()
        check_tasks(recording)
        check_names(recording)
        check_order(recording)
        check_roles(recording)
        check_secrets(recording)
        check_routing(recording, stack)
        check_private_names(recording, stack)
        check_data(recording, stack)
        if EXAMPLES:  # other tests compare previews with updates
            preview = planned(configuration, preview=True)
            assert [found.urn for found in preview.resources] == [found.urn for found in recording.resources]

    check()
    assert answers[True] >= 0.9 * answers.total() > 0


def check_tasks(recording: Recording) -> None:
    """ECS takes the services and task definitions, and Fargate their sizes."""
    for definition in recording.of_type(aws.ecs.TaskDefinition):
        assert (int(definition.inputs["cpu"]), int(definition.inputs["memory"])) in FARGATE_PAIRS
        assert len(json.dumps(definition.inputs).encode()) < MOST_DEFINITION_BYTES
        assert problems("RegisterTaskDefinition", register_task_definition(definition)) == [], definition
    for service in recording.of_type(aws.ecs.Service):
        assert problems("CreateService", create_service(service)) == [], service


def check_names(recording: Recording) -> None:
    """URNs are told apart, so are the names that the program fixes, and AWS takes the length of every name."""
    urns = Counter(found.urn for found in recording.resources)
    fixed: Counter[tuple[str, str]] = Counter()
    for found in recording.resources:
        key, limit = NAME_LIMITS.get(found.short_type, ("", 0))
        if key:
            name = found.outputs[key]
            assert len(name) <= limit, found
            if key in found.inputs:
                fixed[found.type, name] += 1
            else:
                assert len(found.name) + AUTO_NAME_SUFFIX <= limit, found
    assert [name for name, count in (urns | fixed).items() if count > 1] == []


def check_order(recording: Recording) -> None:
    """An order of creation exists: nothing waits for itself, nor for what is never made."""
    graph = {found.urn: direct_dependencies(found) for found in recording.resources}
    for found in recording.resources:
        graph[found.urn] |= {found.parent} if found.parent else set()
    order = list(TopologicalSorter(graph).static_order())
    assert set(order) == graph.keys()


def check_roles(recording: Recording) -> None:
    """IAM takes what a role may do, which grows with the models and secrets."""
    sizes: Counter[str] = Counter()
    for policy in recording.of_type(aws.iam.RolePolicy):
        sizes[policy.inputs["role"]] += len(re.sub(r"\s", "", policy.inputs["policy"]))
    assert {role: size for role, size in sizes.items() if size > MOST_POLICY_CHARACTERS} == {}


def check_data(recording: Recording, stack: settings.StackSettings) -> None:
    """Open WebUI logs in to its database in one way, its roles hold it, and a group of each store lets it in."""
    by_token = stack.database.made and stack.database.authentication is Authentication.IAM
    assert ("LogInToDatabase" in statements(recording, "webui-task-policy")) == by_token
    read = secrets(recording, "webui")
    assert ("DATABASE_PASSWORD" in read) == (stack.database.made and not by_token)
    readable = json.dumps(statements(recording, "webui-execution-policy"))
    rules = recording.of_type(aws.vpc.SecurityGroupIngressRule)
    ports = {rule.name: rule.inputs["toPort"] for rule in rules}
    for name, store, variable in (("database", stack.database, "DATABASE_URL"), ("cache", stack.cache, "REDIS_URL")):
        assert (f"webui-into-{name}" in ports) == stack.database.enabled
        if store.url_secret_arn:
            assert read[variable] == store.url_secret_arn
            assert f"secret:{name}-AbCdEf" in readable
            assert ports[f"webui-into-{name}"] == store.given_port


def check_secrets(recording: Recording) -> None:
    """No generated secret is seen outside a secret input or output."""
    values = set(canaries(recording).values())
    assert [place for found in recording.resources for place in exposed(found, values)] == []
    seen = [text for _, text in texts(recording.outputs)] + [message for _, message in recording.log]
    seen += [json.dumps(containers(recording, app)) for app in apps(recording)]
    assert [value for value in values if any(value in text for text in seen)] == []


def check_routing(recording: Recording, stack: settings.StackSettings) -> None:
    """Every path of every rule is reached on some host, and Open WebUI gets all of its own but the gateway's."""
    balancer = LoadBalancer(recording)
    port = max(balancer.ports())
    for rule in planned_rules(stack):
        for path in rule.paths or ("/*",):
            answers = {balancer.answer(port, asked, host=host) for asked in filled(path) for host in hosts_of(rule)}
            assert rule.service in answers, (rule, path, answers)
    for listener in balancer.ports():
        for found in balancer.rules(listener):
            values = [value for one in found["conditions"] for kind in one.values() for value in kind["values"]]
            assert 0 < len(values) <= MOST_CONDITION_VALUES
    shared = stack.gateway.enabled and stack.gateway_transport is Transport.LOAD_BALANCER
    reached = {path: balancer.answer(port, path) for path in SAMPLES}
    assert {path for path, app in reached.items() if app == "gateway"} == (GATEWAY_PATHS if shared else set())
    assert set(reached.values()) <= {"gateway", "webui"}


def hosts_of(rule: ListenerRule) -> list[str]:
    """Hosts of a rule's requests."""
    return [host for pattern in rule.hosts for host in filled(pattern)] or ["chat.example.com"]


def filled(pattern: str) -> list[str]:
    """Texts that match a pattern."""
    texts = [""]
    for character in pattern:
        texts = [text + more for text in texts for more in WILDCARDS.get(character, [character])]
    return texts
