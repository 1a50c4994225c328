"""The `providers` map: sources of models beside the gateway."""

from typing import Annotated

from pydantic import Field

from settings import formats
from settings.types import Check, SecretOrKeyArn, Section

ApiUrl = Annotated[str, Check(formats.api_url_problem, "https://models.example.com/v1", meant=formats.meant_api_url)]


class ProviderSettings(Section):
    """An API like OpenAI's that Open WebUI calls itself, with a key of its own."""

    url: ApiUrl = Field(description="Base URL of its API, to which /models and /chat/completions are added.")
    key_secret_arn: SecretOrKeyArn = Field(
        description="Secrets Manager ARN of its key, optionally with :json-key:stage:version."
    )
    models: tuple[Annotated[str, Check(formats.text_problem, "example-large")], ...] = Field(
        default=(), description="Model ids that users see (default: all that it lists)."
    )
