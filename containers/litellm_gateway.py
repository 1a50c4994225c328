"""LiteLLM as a task's container runs it, after `gateway_serve.py`: three paths of OpenAI's API and a health check."""

import hmac
import json
import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from containers.gateway_serve import Application, Send, serve, with_plain_errors, with_shown_models
from containers.gateway_tokens import with_tokens
from containers.gateway_user_limits import with_user_limits

PREFIX = "/api/v1"
# All else that LiteLLM has, its administration above all, is not there for anybody.
PATHS = {f"{PREFIX}/models": "/v1/models"}
PATHS |= {f"{PREFIX}/{name}": f"/v1/{name}" for name in ("chat/completions", "embeddings")}
HEALTH = "/health/liveliness"


async def answer(send: Send, status: int, message: str) -> None:
    """Send an error in OpenAI's form."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error", "code": status}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def guarded(inner: Application, key: str) -> Application:
    """The application behind its one key, and of it only what Open WebUI asks for."""
    wanted = f"Bearer {key}".encode()

    async def guard(scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != HEALTH:
            path = PATHS.get(scope["path"])
            if path is None:
                await answer(send, 404, f"{scope['path']} is not served here")
                return
            if not hmac.compare_digest(dict(scope["headers"]).get(b"authorization", b""), wanted):
                await answer(send, 401, "Invalid API key")
                return
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await inner(scope, receive, send)

    return guard


def application() -> Application:
    """LiteLLM, which reads its configuration from a file only."""
    file = Path(tempfile.gettempdir(), f"litellm-{os.getpid()}.yaml")
    file.write_text(os.environ["LITELLM_CONFIG"])
    os.environ["CONFIG_FILE_PATH"] = str(file)
    inner = guarded(import_module("litellm.proxy.proxy_server").app, os.environ["LITELLM_MASTER_KEY"])
    limited = with_user_limits(with_shown_models(with_plain_errors(inner)))
    return with_tokens(limited, "LITELLM_MASTER_KEY")


if __name__ == "__main__":
    serve("application")
