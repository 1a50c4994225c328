"""What the firewall does beside AWS's managed groups: a rate, exceptions, and queries of a sign-in that only count."""

from typing import Any

import pulumi_aws as aws

from aws_rules.waf import QUERY_ATTACKS, RULES
from tests.support.component_variants import recorded

COMMON = "AWSManagedRulesCommonRuleSet"


def rules() -> dict[str, dict[str, Any]]:
    made = recorded("load balancer with everything").one(aws.wafv2.WebAcl).inputs["rules"]
    assert [rule["priority"] for rule in made] == list(range(len(made)))
    return {rule["name"]: rule for rule in made}


def counted(group: str) -> list[str]:
    overrides = rules()[group]["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert all(override["actionToUse"] == {"count": {}} for override in overrides)
    return [override["name"] for override in overrides]


def test_an_address_that_asks_too_often_is_blocked_by_what_the_proxy_says_of_it() -> None:
    rate = rules()["rate-limit"]
    assert rate["action"] == {"block": {}}
    assert rate["statement"]["rateBasedStatement"] == {
        "limit": 2000,
        "evaluationWindowSec": 60,
        "aggregateKeyType": "FORWARDED_IP",
        "forwardedIpConfig": {"headerName": "X-Forwarded-For", "fallbackBehavior": "MATCH"},
    }


def test_an_exception_counts_in_the_group_that_has_the_rule_and_an_unknown_one_in_the_common_group() -> None:
    assert counted("AWSManagedRulesKnownBadInputsRuleSet") == ["Log4JRCE_BODY"]
    assert counted("AWSManagedRulesAmazonIpReputationList") == []
    assert "NewRule" in counted(COMMON)


def test_queries_that_would_be_blocked_still_are_outside_of_sign_in() -> None:
    """The rules of the group only count, and their marks are blocked by a rule after it."""
    assert {f"{attack}_QUERYARGUMENTS" for attack in QUERY_ATTACKS} <= set(counted(COMMON)) & RULES[COMMON]
    names = list(rules())
    assert names.index("queries-outside-sign-in") > names.index(COMMON)
    rule = rules()["queries-outside-sign-in"]
    assert rule["action"] == {"block": {}}
    marked, elsewhere = rule["statement"]["andStatement"]["statements"]
    labels = {one["labelMatchStatement"]["key"] for one in marked["orStatement"]["statements"]}
    assert labels == {f"awswaf:managed:aws:core-rule-set:{attack}_QueryArguments" for attack in QUERY_ATTACKS}
    path = elsewhere["notStatement"]["statement"]["byteMatchStatement"]
    assert (path["searchString"], path["positionalConstraint"]) == ("/oauth/", "STARTS_WITH")
