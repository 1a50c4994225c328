"""The map `gateway.tokens`: people's own tokens, which the load balancer checks before they reach the gateway."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from settings import formats
from settings.types import Check, Section

Text = Annotated[str, Check(formats.text_problem, "chat")]


def _tuple(raw: Any) -> Any:
    return tuple(raw) if isinstance(raw, list) else raw


class ClaimFormat(StrEnum):
    """How a claim holds its values."""

    SINGLE = "single-string"
    ARRAY = "string-array"
    SPACES = "space-separated-values"


class ClaimSettings(Section):
    """A claim that a token must have, with one of the values."""

    name: Annotated[str, Check(formats.claim_problem, "aud")] = Field(description="Name of the claim, such as aud.")
    values: Annotated[tuple[Text, ...], BeforeValidator(_tuple)] = Field(description="Values that are let in.")
    format: ClaimFormat = Field(
        default=ClaimFormat.SINGLE, description="How the token holds them (default single-string)."
    )


class TokensSettings(Section):
    """Whose tokens are taken."""

    issuer: Annotated[str, Check(formats.https_url_problem, "https://id.example.com")] = Field(
        description="Issuer of the tokens, as in their claim `iss`."
    )
    jwks_url: Annotated[str, Check(formats.https_url_problem, "https://id.example.com/keys")] = Field(
        description="Where the issuer's public keys are (JWKS); at most 10, for RS256."
    )
    claims: Annotated[tuple[ClaimSettings, ...], BeforeValidator(_tuple)] = Field(
        description="What a token must say besides: for whom it is, above all."
    )
    user_claim: Annotated[str, Check(formats.claim_problem, "email")] = Field(
        default="sub", description="Claim by which a person is known, for limits and Bedrock's log (default sub)."
    )
