"""The Application Load Balancer that all services share.

`SharedLoadBalancer` and `LoadBalancerArgs` are for `__main__` and `apps/`; of the components it imports support
only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from aws_rules import cidrs
from components.load_balancer.access_log_bucket import make_access_log_bucket
from components.load_balancer.certificate import request_certificate
from components.load_balancer.firewall_rules import FirewallRules
from components.support.location import Location
from components.support.tcp_rules import tcp_in, tcp_out

SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.2 and 1.3 with forward secrecy only; one of the few that Security Hub ELB.17 accepts."""


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """Who may come in, over what, and where the load balancer stands."""

    location: Location
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """One subnet per Availability Zone, at least two (Elastic Load Balancing)."""
    internal: bool
    allowed_cidrs: Sequence[str]
    ipv6: bool = False
    """Addresses of both families: in public subnets that have IPv6 ranges only (elbv2 CreateLoadBalancer)."""
    idle_timeout: int
    """Seconds, 1 to 4000."""
    certificate_arn: str | None = None
    domain: str | None = None
    hosted_zone_id: str | None = None
    """With a domain: an alias record, and without `certificate_arn` a certificate that DNS validates."""
    hosts: Sequence[str] = ()
    """Further names in the hosted zone, wildcards included: an alias record and a place in that certificate."""
    web_firewall: bool = False
    firewall_rules: FirewallRules = field(default_factory=FirewallRules)
    """What the firewall does beside AWS's managed groups."""
    authenticates: bool = False
    """Whether its rules sign people in: it then calls their provider."""
    protect: bool = False
    kms_key_arn: pulumi.Input[str]


class SharedLoadBalancer(pulumi.ComponentResource):
    """An ALB whose listeners answer 404 until a service adds its rule; with HTTPS, port 80 redirects."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    url: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    http_listener_arn: pulumi.Output[str]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:network:SharedLoadBalancer", name, None, opts)
        if args.domain and not (args.certificate_arn or args.hosted_zone_id):
            raise ValueError("a domain needs certificate_arn, or hosted_zone_id to validate a certificate in")
        self.idle_timeout = args.idle_timeout
        self.https = args.certificate_arn is not None or args.domain is not None
        self.security_group_id = self._make_security_group(name, args)
        balancer = self._make_load_balancer(name, args)
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self._make_listeners(name, args, balancer)
        if args.web_firewall:
            from components.load_balancer.web_firewall import (
                protect_load_balancer,  # Loads a large module that most stacks skip.
            )

            protect_load_balancer(f"{name}-firewall", balancer.arn, args.kms_key_arn, args.firewall_rules, parent=self)
        if args.domain and args.hosted_zone_id:
            self._make_alias(f"{name}-alias", args, args.domain, args.hosted_zone_id, balancer)
            for further in args.hosts:
                # A star in a resource's name would read as a pattern in `pulumi up --target`.
                alias = f"{name}-alias-{further.replace('*', '_')}"
                self._make_alias(alias, args, further, args.hosted_zone_id, balancer)
        scheme = "https" if self.https else "http"
        host = pulumi.Output.from_input(args.domain) if args.domain else self.dns_name
        self.url = pulumi.Output.concat(scheme, "://", host)
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "dns_name": self.dns_name,
                "url": self.url,
                "security_group_id": self.security_group_id,
                "listener_arn": self.listener_arn,
                "http_listener_arn": self.http_listener_arn,
            }
        )

    def _make_security_group(self, name: str, args: LoadBalancerArgs) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-sg", vpc_id=args.vpc_id, description="The shared load balancer", opts=child
        )
        for port in (80, 443) if self.https else (80,):
            for cidr in args.allowed_cidrs:
                tcp_in(
                    f"{name}-{port}-from-{cidrs.in_names(cidr)}",
                    group.id,
                    port,
                    description="Browsers and API clients",
                    addresses=cidr,
                    child=child,
                )
        if args.authenticates:
            tcp_out(
                f"{name}-443-to-provider",
                group.id,
                443,
                description="The provider that signs people in",
                addresses=cidrs.EVERYWHERE,
                child=child,
            )
        return group.id

    def _make_load_balancer(self, name: str, args: LoadBalancerArgs) -> aws.lb.LoadBalancer:
        logs = make_access_log_bucket(f"{name}-logs", args.location, protect=args.protect, parent=self)
        return aws.lb.LoadBalancer(
            f"{name}-alb",
            internal=args.internal,
            load_balancer_type="application",
            security_groups=[self.security_group_id],
            subnets=list(args.subnet_ids),
            ip_address_type="dualstack" if args.ipv6 else None,
            idle_timeout=args.idle_timeout,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.protect,
            access_logs={"bucket": logs, "enabled": True},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _make_listeners(self, name: str, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer) -> None:
        child = pulumi.ResourceOptions(parent=self)
        nothing_here: aws.lb.ListenerDefaultActionArgsDict = {
            "type": "fixed-response",
            "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
        }
        to_https: aws.lb.ListenerDefaultActionArgsDict = {
            "type": "redirect",
            "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"},
        }
        http = aws.lb.Listener(
            f"{name}-http",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[to_https if self.https else nothing_here],
            opts=child,
        )
        self.http_listener_arn = http.arn
        self.listener_arn = http.arn
        if not self.https:
            return
        certificate_arn: pulumi.Input[str] | None = args.certificate_arn
        if certificate_arn is None and args.domain and args.hosted_zone_id:
            certificate_arn = request_certificate(
                f"{name}-certificate", args.domain, args.hosts, args.hosted_zone_id, parent=self
            )
        self.listener_arn = aws.lb.Listener(
            f"{name}-https",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            certificate_arn=certificate_arn,
            ssl_policy=SSL_POLICY,
            default_actions=[nothing_here],
            opts=child,
        ).arn

    def _make_alias(
        self, name: str, args: LoadBalancerArgs, host: str, zone_id: str, balancer: aws.lb.LoadBalancer
    ) -> None:
        for record, family in {name: "A", **({f"{name}-ipv6": "AAAA"} if args.ipv6 else {})}.items():
            aws.route53.Record(
                record,
                zone_id=zone_id,
                name=host,
                type=family,
                aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}],
                # The name may have pointed elsewhere before, such as at the system that this stack replaces.
                allow_overwrite=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
