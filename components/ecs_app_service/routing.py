"""How the load balancer reaches a service: its target group and listener rules."""

from collections.abc import Iterator, Sequence

import pulumi
import pulumi_aws as aws

from components.cluster import Placement
from components.ecs_app_service.args import Routing
from components.ecs_app_service.route import Route

SCOPE = "openid email profile"
"""What the load balancer asks the provider for: who it is, by e-mail address and name."""


def make_target_group(name: str, routing: Routing, placement: Placement, parent: pulumi.Resource) -> aws.lb.TargetGroup:
    """The group that ECS registers the service's tasks in."""
    check = routing.health_check
    return aws.lb.TargetGroup(
        # Named by Pulumi: a fixed name would have to be deleted, while in use, before its replacement is made.
        f"{name}-tg",
        vpc_id=placement.vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=routing.port,
        deregistration_delay=routing.deregistration_delay,
        health_check={
            "path": check.path,
            "matcher": "200",
            "protocol": "HTTP",
            "interval": check.interval,
            "timeout": check.timeout,
            "healthy_threshold": 2,
            "unhealthy_threshold": check.unhealthy_threshold,
        },
        # A target group serves one load balancer for its whole life, and a scheme is a load balancer of its own.
        opts=pulumi.ResourceOptions(parent=parent, replacement_trigger=routing.load_balancer_scheme),
    )


def make_rules(
    name: str, rules: Sequence[Route], target_group: aws.lb.TargetGroup, parent: pulumi.Resource
) -> list[aws.lb.ListenerRule]:
    """One listener rule for each planned one, forwarding to the target group."""
    return [
        aws.lb.ListenerRule(
            f"{name}-{rule.name}",
            listener_arn=rule.listener_arn,
            priority=rule.priority,
            conditions=_conditions(rule),
            actions=[*_sign_in(rule), *_token_check(rule), {"type": "forward", "target_group_arn": target_group.arn}],
            transforms=_transforms(rule),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        for rule in rules
    ]


def _sign_in(rule: Route) -> Iterator[aws.lb.ListenerRuleActionArgsDict]:
    if rule.authentication is None:
        return
    seconds = rule.authentication.session_hours * 3600
    if pool := rule.authentication.user_pool:
        yield {
            "type": "authenticate-cognito",
            "authenticate_cognito": {
                "user_pool_arn": pool.arn,
                "user_pool_client_id": pool.client_id,
                "user_pool_domain": pool.domain,
                "scope": SCOPE,
                "session_timeout": seconds,
                "on_unauthenticated_request": "authenticate",
            },
        }
    if provider := rule.authentication.provider:
        yield {
            "type": "authenticate-oidc",
            "authenticate_oidc": {
                "issuer": provider.issuer,
                "authorization_endpoint": provider.authorization_endpoint,
                "token_endpoint": provider.token_endpoint,
                "user_info_endpoint": provider.user_info_endpoint,
                "client_id": provider.client_id,
                "client_secret": pulumi.Output.secret(provider.client_secret),
                "scope": SCOPE,
                "session_timeout": seconds,
                "on_unauthenticated_request": "authenticate",
            },
        }


def _token_check(rule: Route) -> Iterator[aws.lb.ListenerRuleActionArgsDict]:
    if check := rule.token_check:
        yield {
            "type": "jwt-validation",
            "jwt_validation": {
                "issuer": check.issuer,
                "jwks_endpoint": check.jwks_url,
                "additional_claims": [
                    {"name": claim.name, "format": claim.format, "values": list(claim.values)} for claim in check.claims
                ],
            },
        }


def _transforms(rule: Route) -> list[aws.lb.ListenerRuleTransformArgsDict] | None:
    """The load balancer adds no header; it can write what it has checked before the path."""
    if rule.token_check is None:
        return None
    rewrite: aws.lb.ListenerRuleTransformUrlRewriteConfigRewriteArgsDict = {
        "regex": "^(/.*)$",
        "replace": f"{rule.token_check.prefix}$1",
    }
    return [{"type": "url-rewrite", "url_rewrite_config": {"rewrite": rewrite}}]


def _conditions(rule: Route) -> list[aws.lb.ListenerRuleConditionArgsDict]:
    conditions: list[aws.lb.ListenerRuleConditionArgsDict] = []
    if rule.hosts:
        conditions.append({"host_header": {"values": list(rule.hosts)}})
    if rule.paths:
        conditions.append({"path_pattern": {"values": list(rule.paths)}})
    if rule.source_cidrs:
        conditions.append({"source_ip": {"values": list(rule.source_cidrs)}})
    if rule.authorization:
        conditions.append({"http_header": {"http_header_name": "Authorization", "values": list(rule.authorization)}})
    return conditions
