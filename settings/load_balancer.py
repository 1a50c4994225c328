"""The `loadBalancer` map: who may reach the applications and by which name."""

import ipaddress
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from aws_rules import arns, cidrs, host_names, waf
from aws_rules.load_balancers import LONGEST_IDLE_TIMEOUT
from settings.authenticate import AuthenticateSettings
from settings.types import Check, Section, between

CLIENT_TIMEOUT_SECONDS = 900
"""How long Open WebUI and the gateway wait for an answer; the load balancer must not hang up earlier."""

EXAMPLE_DOMAIN = "chat.example.com"
EXAMPLE_ZONE = "Z0123456789ABCDEFGHIJ"
"""What fixes and Pulumi.prod.yaml name; a stack that runs has its own."""

Domain = Annotated[str, Check(host_names.domain_problem, EXAMPLE_DOMAIN), AfterValidator(str.lower)]


class Scheme(StrEnum):
    """Where the load balancer listens: inside the VPC or on the internet."""

    INTERNAL = "internal"
    INTERNET_FACING = "internet-facing"


class WafSettings(Section):
    """The web application firewall; `true` or `false` in its place says no more than `enabled`."""

    enabled: bool | None = Field(
        default=None,
        description="Web application firewall; `waf: true` for short (default: true when internet-facing, or with keys "
        "below).",
    )
    rate_limit: Annotated[int, between(10, 2_000_000_000, "requests; AWS WAF", example=2000)] | None = Field(
        default=None,
        description="Requests of one address in `rateWindow`, after which it is blocked (default none).",
    )
    rate_window: Annotated[int, Check(waf.window_problem, 300)] = Field(
        default=300, description="Seconds over which they are counted: 60, 120, 300 or 600 (default 300)."
    )
    exceptions: tuple[Annotated[str, Check(waf.rule_name_problem, "NoUserAgent_HEADER")], ...] = Field(
        default=(), description="Managed rules that count and do not block, by name (default none)."
    )
    count_sign_in: bool = Field(
        default=False,
        description="Let the rules about query arguments count on the paths of sign-in, `/oauth/` (default false).",
    )


def _switch(raw: Any) -> Any:
    if isinstance(raw, dict):
        # After a validator of its own pydantic no longer takes JSON's lists for tuples.
        return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return {"enabled": raw} if isinstance(raw, bool) else raw


class LoadBalancerSettings(Section):
    """The Application Load Balancer that all services share."""

    scheme: Scheme = Field(
        default=Scheme.INTERNAL, description="Where it listens: in the VPC or on the internet (default internal)."
    )
    allowed_cidrs: tuple[Annotated[str, Check(cidrs.client_problem, "203.0.113.0/24")], ...] = Field(
        default=(),
        description="IPv4 and IPv6 ranges and prefix lists (pl-...) that may connect (default: the VPC's IPv4 ranges).",
    )
    certificate_arn: Annotated[str, Check(arns.certificate_problem, arns.EXAMPLE_CERTIFICATE)] | None = Field(
        default=None, description="ACM certificate for HTTPS that holds `domain` (default: one is requested for it)."
    )
    domain: Domain | None = Field(
        default=None, description="Host name of the WebUI; needs hostedZoneId or certificateArn (default none)."
    )
    hosted_zone_id: Annotated[str, Check(arns.hosted_zone_id_problem, EXAMPLE_ZONE)] | None = Field(
        default=None, description="Route 53 hosted zone in which the domain's alias is made (default none)."
    )
    listener_arn: Annotated[str, Check(arns.listener_problem, arns.EXAMPLE_LISTENER)] | None = Field(
        default=None,
        description="Listener of an ALB that exists (default: a load balancer of the stack's own).",
    )
    idle_timeout: Annotated[
        int,
        between(1, LONGEST_IDLE_TIMEOUT, "seconds; the load balancer's idle timeout", example=CLIENT_TIMEOUT_SECONDS),
    ] = Field(default=CLIENT_TIMEOUT_SECONDS, description="Seconds a connection may stay silent (default 900).")
    waf: Annotated[WafSettings, BeforeValidator(_switch, json_schema_input_type=WafSettings | bool)] = Field(
        default_factory=WafSettings, description="Web application firewall (default: when internet-facing)."
    )
    authenticate: AuthenticateSettings | None = Field(
        default=None,
        description="Sign people in at the load balancer, before a request reaches Open WebUI (default none).",
    )
    plain_http: bool = Field(
        default=False,
        description="Plain HTTP inside the VPC is meant, also on a protected stack (default false).",
    )

    @property
    def allowed_networks(self) -> tuple[cidrs.Network, ...]:
        """The ranges that may connect; what is in a prefix list, its owner decides."""
        ranges = (text for text in self.allowed_cidrs if cidrs.kind_of(text) is not cidrs.Kind.PREFIX_LIST)
        return tuple(map(ipaddress.ip_network, ranges))

    @property
    def https(self) -> bool:
        """Whether there is a certificate, given or requested for the domain; a given listener has its own."""
        if self.listener_arn is not None:
            return not self.plain_http
        return self.certificate_arn is not None or self.domain is not None

    @property
    def requests_certificate(self) -> bool:
        """Whether the stack requests the certificate itself, for the domain and validated in its zone."""
        return self.certificate_arn is None and self.domain is not None and self.listener_arn is None

    @property
    def waf_enabled(self) -> bool:
        """What is said of it, else true for an internet-facing load balancer."""
        if self.waf.enabled is not None:
            return self.waf.enabled
        return self.scheme is Scheme.INTERNET_FACING or bool(self.waf.model_fields_set)
