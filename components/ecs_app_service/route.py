"""What the load balancer does with a request before a service gets it: conditions, sign-in, checks."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class UserPool:
    """A user pool of Amazon Cognito, and its client."""

    arn: str
    client_id: str
    domain: str
    """Its prefix, or a domain of its own."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """A provider of OpenID Connect, and its client."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    client_id: str
    client_secret: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Authentication:
    """Sign-in by the load balancer, through one of the two."""

    user_pool: UserPool | None = None
    provider: IdentityProvider | None = None
    session_hours: int


@dataclass(frozen=True, kw_only=True)
class TokenClaim:
    """A claim that a token must have, with one of the values."""

    name: str
    values: Sequence[str]
    format: str
    """`single-string`, `string-array` or `space-separated-values`."""


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """The load balancer's check of a token (JWT), after which it writes a prefix before the request's path."""

    issuer: str
    jwks_url: str
    claims: Sequence[TokenClaim]
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """One listener rule that sends requests to the service."""

    name: str
    listener_arn: pulumi.Input[str]
    priority: int
    paths: Sequence[str] = ()
    hosts: Sequence[str] = ()
    source_cidrs: Sequence[str] = ()
    authorization: Sequence[str] = ()
    """Patterns of the header `Authorization`."""
    authentication: Authentication | None = None
    """Who is not signed in is sent to the provider first."""
    token_check: TokenCheck | None = None
    """Who shows no good token is refused."""
