"""The map `loadBalancer.authenticate`: the load balancer signs people in before a request reaches Open WebUI."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from aws_rules import arns, cognito
from settings import formats
from settings.types import Check, Section, between


def _endpoint_problem(url: str) -> str | None:
    """An address that the load balancer's security group opens."""
    if problem := formats.https_url_problem(url):
        return problem
    return None if urlsplit(url).port in {None, 443} else "must be on port 443, which the load balancer's group opens"


Endpoint = Annotated[str, Check(_endpoint_problem, "https://id.example.com/oauth2/authorize")]

HOURS_OF_A_SESSION = 168
"""AuthenticateCognitoActionConfig: SessionTimeout is at most 604,800 seconds."""


class UserPoolSettings(Section):
    """A user pool that exists, and its client for the load balancer."""

    user_pool_arn: Annotated[str, Check(cognito.user_pool_problem, cognito.EXAMPLE_USER_POOL)] = Field(
        description="ARN of the user pool."
    )
    client_id: Annotated[str, Check(cognito.client_problem, "1example23456789")] = Field(
        description="Id of its app client, which has a secret and takes the code grant."
    )
    domain: Annotated[str, Check(cognito.domain_problem, "my-company")] = Field(
        description="Domain of the user pool: its prefix, or a domain of its own."
    )


class OidcEndpointSettings(Section):
    """A provider of OpenID Connect, by what its configuration document says."""

    issuer: Endpoint = Field(description="`issuer` of its configuration document.")
    authorization_endpoint: Endpoint = Field(description="`authorization_endpoint` of it.")
    token_endpoint: Endpoint = Field(description="`token_endpoint` of it.")
    user_info_endpoint: Endpoint = Field(description="`userinfo_endpoint` of it.")
    client_id: Annotated[str, Check(formats.text_problem, "open-webui")] = Field(
        description="Client id that the provider gave to the load balancer."
    )
    client_secret_arn: Annotated[str, Check(arns.secret_problem, arns.EXAMPLE_ARN)] = Field(
        description="Secrets Manager ARN of the client secret; its value gets into the listener rule and, encrypted, "
        "into Pulumi's state."
    )
    end_session_url: Endpoint | None = Field(
        default=None, description="Where signing out leads, at the provider (default nowhere)."
    )


class AuthenticateSettings(Section):
    """Who signs people in at the load balancer, and for how long."""

    cognito: UserPoolSettings | None = Field(default=None, description="A user pool of Amazon Cognito; or `oidc`.")
    oidc: OidcEndpointSettings | None = Field(default=None, description="Another provider of OpenID Connect.")
    session_hours: Annotated[
        int, between(1, HOURS_OF_A_SESSION, "hours of the load balancer's session", example=24)
    ] = Field(default=24, description="Hours after which people sign in again (default 24).")
    api_keys: bool = Field(
        default=False,
        description="Let programs with an API key of Open WebUI through, which checks it itself (default false).",
    )

    @property
    def client_id(self) -> str:
        """Who the load balancer is to the provider."""
        chosen = self.cognito or self.oidc
        return chosen.client_id if chosen else ""
