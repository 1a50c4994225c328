"""The policy pack: what it catches, what it lets pass, and that unknown values stop no rule."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from offline.plan.sections.policy import resources_of
from policy.policies import RULES, UNKNOWN, JudgedResource, Level, Violation, violations
from policy.policies.containers import TASK_DEFINITION
from tests.policy.corpus import CORPUS
from tests.policy.known_bad import Case
from tests.program.variants import OPEN_PROD
from tests.support.program import plan


@cache
def planned(stack: str, *, preview: bool = False) -> tuple[JudgedResource, ...]:
    return tuple(resources_of(plan(stack=stack, preview=preview)))


@cache
def violations_of_prod() -> frozenset[str]:
    return frozenset(map(str, violations(planned("prod"))))


def broken_rules(resources: Iterable[JudgedResource], level: Level | None = None) -> set[str]:
    return {found.rule.id for found in violations(resources) if level in (None, found.rule.level)}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_stacks_of_this_project_break_no_mandatory_rule(stack: str, preview: bool) -> None:
    assert broken_rules(planned(stack, preview=preview), Level.MANDATORY) == set()


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_what_is_known_to_be_bad_is_caught_by_its_rule(case: Case) -> None:
    rules = [rule for rule in RULES if rule.id == case.rule]
    after = {str(found) for found in violations(case.change(list(planned("prod"))), rules)}
    assert after - violations_of_prod()


def test_every_rule_has_a_known_bad_case() -> None:
    assert {case.rule for case in CORPUS} == {rule.id for rule in RULES}


def test_a_public_load_balancer_with_https_and_firewall_breaks_no_rule() -> None:
    resources = resources_of(plan(OPEN_PROD, stack="prod"))
    assert broken_rules(resources, Level.MANDATORY) == set()
    assert "web-firewall" not in broken_rules(resources)


@pytest.mark.parametrize("name", ["ENABLE_API_KEYS", "USER_PERMISSIONS_FEATURES_API_KEYS", "N8N_SKIP_AUTH_TOKEN"])
@pytest.mark.parametrize(("value", "secret"), [("true", False), ("False", False), ("0", False), ("hunter2", True)])
def test_a_switch_is_no_secret_whatever_it_is_called(name: str, value: str, secret: bool) -> None:
    definition = json.dumps([{"name": "webui", "environment": [{"name": name, "value": value}]}])
    props = {"containerDefinitions": definition}
    task = JudgedResource(type=TASK_DEFINITION, name="webui-task", urn="webui-task", props=props)
    assert ("plain-text-secret" in broken_rules([task])) is secret


def test_rules_of_production_leave_other_stacks_alone() -> None:
    found = broken_rules(planned("dev"))
    assert not found & {"data-protected", "moving-image-tag", "image-digest"}


def test_a_stack_called_prod_counts_as_production_without_protection() -> None:
    resources = [replace(resource, protect=False) for resource in planned("prod")]
    assert "data-protected" in broken_rules(resources)


def test_no_single_unknown_property_stops_a_rule_or_breaks_one() -> None:
    for resource in planned("prod"):
        for name in resource.props:
            hidden = replace(resource, props={**resource.props, name: UNKNOWN})
            single = [rule for rule in RULES if not rule.whole_stack]
            found = [v for v in violations([hidden], single) if v.rule.level is Level.MANDATORY]
            assert not found, f"{name} unknown: {[str(violation) for violation in found]}"


def test_a_stack_of_which_nothing_is_known_breaks_no_mandatory_rule() -> None:
    hidden = [
        replace(resource, props=dict.fromkeys(resource.props, UNKNOWN)) for resource in planned("prod", preview=True)
    ]
    assert broken_rules(hidden, Level.MANDATORY) == set()


def test_rules_have_unique_ids_and_tell_the_remedy() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(len(rule.text) > 40 for rule in RULES)


def test_a_violation_names_rule_resource_and_remedy_but_no_secret() -> None:
    case = next(case for case in CORPUS if str(case) == "plain-text-secret: by value")
    found = [v for v in violations(case.change(list(planned("prod")))) if v.rule.id == case.rule]
    assert [str(v).startswith("plain-text-secret: webui-task: container webui: GREETING") for v in found] == [True]
    assert "token" not in str(found[0])


def test_dev_is_told_of_its_writable_root_file_system() -> None:
    found: list[Violation] = list(violations(planned("dev")))
    assert [violation.rule.id for violation in found] == ["read-only-root"]
