"""The Bedrock Access Gateway as a task's container runs it, after `gateway_serve.py`."""

import os
from importlib import import_module
from typing import Any

from containers.gateway_serve import Application, serve, with_plain_errors, with_shown_models
from containers.gateway_tokens import with_tokens
from containers.gateway_user_limits import with_user_limits


def assume_role(role_arn: str) -> None:
    """Let all of boto3 call AWS as another role, whose credentials it renews by itself."""
    credentials = import_module("botocore.credentials")
    session = import_module("botocore.session").get_session()
    fetcher = credentials.AssumeRoleCredentialFetcher(
        client_creator=session.create_client,
        source_credentials=session.get_credentials(),
        role_arn=role_arn,
        extra_args={"RoleSessionName": "gateway"},
    )
    other = import_module("botocore.session").get_session()
    other._credentials = credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    import_module("boto3").setup_default_session(botocore_session=other)


def take_lists_of_texts(titan: Any) -> None:
    """Let Titan's class embed several texts, one after the other: Bedrock takes one, and upstream refuses more."""
    embed_one = titan.embed

    def embed(self: Any, request: Any) -> Any:
        texts = request.input
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            return embed_one(self, request)
        answers = [embed_one(self, request.model_copy(update={"input": text})) for text in texts]
        return self._create_response(
            embeddings=[answer.data[0].embedding for answer in answers],
            model=request.model,
            input_tokens=sum(answer.usage.prompt_tokens for answer in answers),
        )

    titan.embed = embed


def application() -> Application:
    """The gateway; it lists Bedrock's models as it is imported."""
    if role_arn := os.environ.get("ASSUME_ROLE_ARN"):
        assume_role(role_arn)
    gateway = import_module("api.app").app
    take_lists_of_texts(import_module("api.models.bedrock").TitanEmbeddingsModel)
    limited = with_user_limits(with_shown_models(with_plain_errors(gateway)))
    return with_tokens(limited, "API_KEY")


if __name__ == "__main__":
    serve("application")
