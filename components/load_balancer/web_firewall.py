"""AWS WAF in front of an internet-facing load balancer."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from aws_rules.waf import COMMON, IP_REPUTATION, KNOWN_BAD_INPUTS, QUERY_ATTACKS, group_of, query_label, query_rule
from components.load_balancer.firewall_rules import FirewallRules
from components.support.log_group import make_log_group

COUNTED_RULES: Mapping[str, Sequence[str]] = {
    COMMON: (
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
        "RestrictedExtensions_URIPATH",
        "SizeRestrictions_QUERYSTRING",
    ),
}
"""Rules that only count: a chat uploads more than 8 KB, its messages quote HTML, paths and URLs all the time, its files
have names such as `app.log`, and a sign-in comes back with more than 2 KB in its query.
"""

MANAGED_RULE_GROUPS = (IP_REPUTATION, KNOWN_BAD_INPUTS, COMMON)
"""In order of evaluation. KnownBadInputs holds the Log4j rules that checkov CKV_AWS_192 asks for."""


SIGN_IN_PATHS = "/oauth/"
"""How the paths begin on which identity providers send people back."""


def protect_load_balancer(
    name: str,
    load_balancer_arn: pulumi.Input[str],
    kms_key_arn: pulumi.Input[str],
    rules: FirewallRules,
    *,
    parent: pulumi.Resource,
) -> None:
    """Attach a web ACL with AWS's managed rules and the stack's own, and log what it blocks and counts."""
    child = pulumi.ResourceOptions(parent=parent)
    acl = aws.wafv2.WebAcl(
        f"{name}-acl",
        scope="REGIONAL",
        default_action={"allow": {}},
        rules=[
            *(_managed(group, priority, rules) for priority, group in enumerate(MANAGED_RULE_GROUPS)),
            *_own(rules, first_priority=len(MANAGED_RULE_GROUPS)),
        ],
        visibility_config={
            "cloudwatch_metrics_enabled": True,
            "metric_name": "web-acl",
            "sampled_requests_enabled": True,
        },
        opts=child,
    )
    aws.wafv2.WebAclAssociation(f"{name}-association", resource_arn=load_balancer_arn, web_acl_arn=acl.arn, opts=child)
    # AWS WAF logs only to groups whose name starts so.
    log_group = make_log_group(f"aws-waf-logs-{name}", kms_key_arn, child)
    aws.wafv2.WebAclLoggingConfiguration(
        f"{name}-logging",
        resource_arn=acl.arn,
        log_destination_configs=[log_group.arn],
        redacted_fields=[{"single_header": {"name": header}} for header in ("authorization", "cookie")],
        opts=child,
    )


def _managed(group: str, priority: int, rules: FirewallRules) -> aws.wafv2.WebAclRuleArgsDict:
    counted = [
        *COUNTED_RULES.get(group, ()),
        *(rule for rule in rules.exceptions if (group_of(rule) or COMMON) == group),
    ]
    if rules.count_sign_in and group == COMMON:
        counted += map(query_rule, QUERY_ATTACKS)
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                "rule_action_overrides": [
                    {"name": rule, "action_to_use": {"count": {}}} for rule in dict.fromkeys(counted)
                ],
            }
        },
        "visibility_config": _metric(group),
    }


def _own(rules: FirewallRules, *, first_priority: int) -> list[aws.wafv2.WebAclRuleArgsDict]:
    """What the stack adds, after the managed groups: their labels must be there."""
    statements: dict[str, aws.wafv2.WebAclRuleStatementArgsDict] = {}
    if rules.rate_limit is not None:
        statements["rate-limit"] = _rate(rules, rules.rate_limit)
    if rules.count_sign_in:
        statements["queries-outside-sign-in"] = _queries_outside_sign_in()
    return [
        {
            "name": name,
            "priority": priority,
            "action": {"block": {}},
            "statement": statement,
            "visibility_config": _metric(name),
        }
        for priority, (name, statement) in enumerate(statements.items(), start=first_priority)
    ]


def _rate(rules: FirewallRules, limit: int) -> aws.wafv2.WebAclRuleStatementArgsDict:
    counted: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        "limit": limit,
        "evaluation_window_sec": rules.rate_window,
        "aggregate_key_type": "FORWARDED_IP" if rules.behind_proxy else "IP",
    }
    if rules.behind_proxy:
        counted["forwarded_ip_config"] = {"header_name": "X-Forwarded-For", "fallback_behavior": "MATCH"}
    return {"rate_based_statement": counted}


def _queries_outside_sign_in() -> aws.wafv2.WebAclRuleStatementArgsDict:
    """What the counted rules about queries have marked, unless it is a way of signing in."""
    marked: list[aws.wafv2.WebAclRuleStatementArgsDict] = [
        {"label_match_statement": {"scope": "LABEL", "key": query_label(attack)}} for attack in QUERY_ATTACKS
    ]
    sign_in: aws.wafv2.WebAclRuleStatementArgsDict = {
        "byte_match_statement": {
            "search_string": SIGN_IN_PATHS,
            "positional_constraint": "STARTS_WITH",
            "field_to_match": {"uri_path": {}},
            "text_transformations": [{"priority": 0, "type": "NONE"}],
        }
    }
    elsewhere: aws.wafv2.WebAclRuleStatementNotStatementArgsDict = {"statement": sign_in}
    both: list[aws.wafv2.WebAclRuleStatementArgsDict] = [
        {"or_statement": {"statements": marked}},
        {"not_statement": elsewhere},
    ]
    return {"and_statement": {"statements": both}}


def _metric(name: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}
