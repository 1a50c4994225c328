"""The map `loadBalancer.authenticate`: the load balancer signs people in before a request reaches Open WebUI."""

from typing import Annotated

from pydantic import Field

from aws_rules import cognito
from settings.types import Check, Section, between

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


class AuthenticateSettings(Section):
    """Who signs people in at the load balancer, and for how long."""

    cognito: UserPoolSettings = Field(description="A user pool of Amazon Cognito.")
    session_hours: Annotated[
        int, between(1, HOURS_OF_A_SESSION, "hours of the load balancer's session", example=24)
    ] = Field(default=24, description="Hours after which people sign in again (default 24).")
    api_keys: bool = Field(
        default=False,
        description="Let programs with an API key of Open WebUI through, which checks it itself (default false).",
    )
