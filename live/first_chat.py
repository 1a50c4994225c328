"""Sign in to an Open WebUI that has just started, and ask a model something: what people do first."""

import json
import urllib.error
import urllib.request
from typing import Any

from live import TryError
from live.stage import Account

_SECONDS = 60


def first_chat(account: Account) -> str:
    """The model that answered. Raises TryError with what Open WebUI said otherwise."""
    signed_in = _call(account, "/api/v1/auths/signin", "", {"email": account.email, "password": account.password})
    token = str(signed_in["token"])
    models = [str(model["id"]) for model in _call(account, "/api/models", token)["data"]]
    if not models:
        raise TryError("Open WebUI shows no models")
    question = {"model": models[0], "messages": [{"role": "user", "content": "Hello"}], "stream": False}
    answer = _call(account, "/api/chat/completions", token, question)
    if not answer["choices"][0]["message"]["content"]:
        raise TryError(f"{models[0]} gave an empty answer")
    return models[0]


def _call(account: Account, path: str, token: str, body: object = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{account.url}{path}", data, headers)  # noqa: S310  (an address of our own)
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
            return answer
    except (OSError, ValueError) as error:
        told = error.read().decode(errors="replace")[:300] if isinstance(error, urllib.error.HTTPError) else ""
        raise TryError(f"{path} of Open WebUI: {error} {told}".strip()) from error
