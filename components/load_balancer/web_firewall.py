"""AWS WAF in front of an internet-facing load balancer."""

import pulumi
import pulumi_aws as aws

from components.support.log_group import make_log_group

COUNTED_RULES = {
    "AWSManagedRulesCommonRuleSet": (
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

MANAGED_RULE_GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
"""In order of evaluation. KnownBadInputs holds the Log4j rules that checkov CKV_AWS_192 asks for."""


def protect_load_balancer(
    name: str,
    load_balancer_arn: pulumi.Input[str],
    kms_key_arn: pulumi.Input[str],
    *,
    parent: pulumi.Resource,
) -> None:
    """Attach a web ACL with AWS's managed rules, and log what it blocks and counts."""
    child = pulumi.ResourceOptions(parent=parent)
    acl = aws.wafv2.WebAcl(
        f"{name}-acl",
        scope="REGIONAL",
        default_action={"allow": {}},
        rules=[_managed(group, priority) for priority, group in enumerate(MANAGED_RULE_GROUPS)],
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


def _managed(group: str, priority: int) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                "rule_action_overrides": [
                    {"name": rule, "action_to_use": {"count": {}}} for rule in COUNTED_RULES.get(group, ())
                ],
            }
        },
        "visibility_config": {
            "cloudwatch_metrics_enabled": True,
            "metric_name": group,
            "sampled_requests_enabled": True,
        },
    }
