"""Count what each user asks of models in a day (UTC), and refuse what would go beyond the stack's limits.

Open WebUI names user, groups and task of a call in headers; calls without them, made with the gateway's own key, are
not counted. The counters are in Valkey, where all tasks share them, and go two days later. A request counts as it
begins, its tokens when the model has told them: a day may end above its tokens by the answers that were being written.
"""

import asyncio
import json
import os
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from containers.gateway_serve import OK, Application, Message, Send, log

CHAT = "/api/v1/chat/completions"
USER, GROUPS, TASK = b"x-limits-user", b"x-limits-groups", b"x-limits-task"
KEPT = 2 * 24 * 3600
PATIENCE = 2
REQUESTS, TOKENS, DOLLARS = "requests", "tokens", "dollars"
KINDS = (REQUESTS, TOKENS, DOLLARS)
Words = Sequence[str | int | float]


def with_user_limits(application: Application) -> Application:
    """The application behind the limits in LIMITS; as it is without them."""
    text = os.environ.get("LIMITS", "")
    return Limited(application, json.loads(text), Valkey(os.environ["LIMITS_REDIS_URL"])) if text else application


class Limited:
    """An application whose chats are counted."""

    def __init__(self, application: Application, limits: Mapping[str, Any], counters: "Valkey") -> None:
        self.application = application
        self.limits = limits
        self.counters = counters

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Answer a chat, or say that there is none left today; anything else goes by."""
        headers = dict(scope.get("headers", ()))
        user = headers.get(USER, b"").decode()
        if scope.get("path") != CHAT or not user:
            await self.application(scope, receive, send)
            return
        groups = [unquote(name) for name in headers.get(GROUPS, b"").decode().split(",")]
        # Titles and tags are Open WebUI's own requests: of them only the tokens count.
        request = 0 if headers.get(TASK) else 1
        most = allowances(self.limits, user, groups)
        if await self.is_spent(most, request):
            await refuse(send, self.limits["message"])
            return
        seen = Seen(send)
        body = await whole(receive)
        told = with_usage(body)
        length = (b"content-length", str(len(told)).encode())
        kept = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        try:
            await self.application({**scope, "headers": [*kept, length]}, replayed(told, receive), seen.send)
        finally:
            await asyncio.shield(self.count(most, seen, body, request))

    async def is_spent(self, most: Mapping[str, Mapping[str, float]], request: int) -> bool:
        """Whether one of the allowances is used up; if not, the request is counted."""
        added = [words for name in most for words in adding(name, REQUESTS, request)]
        told = await self.counters.tell([*added, *(["HMGET", key(name), *KINDS] for name in most)])
        spent = any(
            float(value or 0) >= limits.get(kind, float("inf")) + (request if kind == REQUESTS else 0)
            for limits, values in zip(most.values(), told[len(added) :], strict=False)
            for kind, value in zip(KINDS, values, strict=True)
            if kind != REQUESTS or request
        )
        if spent:
            await self.give_back(most, request)
        return spent

    async def give_back(self, most: Mapping[str, Any], request: int) -> None:
        """A request that was refused, or failed, is none."""
        await self.counters.tell([words for name in most for words in adding(name, REQUESTS, -request)])

    async def count(self, most: Mapping[str, Any], seen: "Seen", body: bytes, request: int) -> None:
        """Add what the answer took."""
        if seen.status != OK:
            await self.give_back(most, request)
            return
        usage: Mapping[str, Any] = seen.usage or estimated(body, seen.written)
        read, written = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        cached = int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
        price = self.limits["prices"].get(json.loads(body).get("model"), (0, 0, 0))
        dollars = sum(per * count for per, count in zip(price, (read - cached, written, cached), strict=True)) / 1e6
        amounts = ((TOKENS, read + written), (DOLLARS, dollars))
        await self.counters.tell([words for name in most for kind, n in amounts for words in adding(name, kind, n)])


def allowances(limits: Mapping[str, Any], user: str, groups: Sequence[str]) -> dict[str, dict[str, float]]:
    """What may be used today, by who uses it: the user, and each group whose members share an allowance.

    An allowance that a group gives its members takes the place of everybody's; of several the largest.
    """
    mine = [limits["groups"][name] for name in groups if name in limits["groups"]]
    each = dict(limits["each"])
    for kind in KINDS:
        if given := [group["each"][kind] for group in mine if kind in group["each"]]:
            each[kind] = max(given)
    shared = {f"group:{name}": limits["groups"][name]["all"] for name in groups if name in limits["groups"]}
    return {f"user:{user}": each, **shared}


def key(name: str) -> str:
    """Where Valkey counts for a user or a group today."""
    return f"limits:{time.strftime('%Y-%m-%d', time.gmtime())}:{name}"


def adding(name: str, kind: str, amount: float) -> list[Words]:
    """Add to a counter."""
    return [["HINCRBYFLOAT", key(name), kind, amount], ["EXPIRE", key(name), KEPT]]


async def refuse(send: Send, message: str) -> None:
    """Say why, in OpenAI's form, of which Open WebUI shows the message."""
    body = json.dumps({"error": {"message": message, "type": "limit_reached", "code": 429}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def whole(receive: Any) -> bytes:
    """The body of a request; what there is of it when the caller has gone."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def replayed(body: bytes, receive: Any) -> Any:
    """A `receive` that gives the body at once, and then what else comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            message: Message = await receive()
            return message
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def with_usage(body: bytes) -> bytes:
    """The request, which asks a stream for its tokens too; as it is when it is no JSON."""
    try:
        asked = json.loads(body)
        if asked.get("stream"):
            asked["stream_options"] = {**(asked.get("stream_options") or {}), "include_usage": True}
            return json.dumps(asked).encode()
    except (ValueError, AttributeError):
        pass
    return body


def estimated(body: bytes, written: int) -> dict[str, int]:
    """A token for every four characters, where an answer was cut before the model told its tokens."""
    texts = [message.get("content") or "" for message in json.loads(body).get("messages", [])]
    parts = [part for text in texts for part in ([{"text": text}] if isinstance(text, str) else text)]
    return {
        "prompt_tokens": sum(len(part.get("text", "")) for part in parts) // 4,
        "completion_tokens": written // 4,
    }


class Seen:
    """What an answer tells of itself as it goes by."""

    def __init__(self, send: Send) -> None:
        self.status = 0
        self.usage: dict[str, Any] = {}
        self.written = 0
        self._send = send
        self._rest = b""

    async def send(self, message: Message) -> None:
        """Pass a message on, and look at it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            *lines, self._rest = (self._rest + message.get("body", b"")).split(b"\n")
            for line in [*lines, *([] if message.get("more_body") else [self._rest])]:
                self.look(line.removeprefix(b"data: "))
        await self._send(message)

    def look(self, line: bytes) -> None:
        """An event of a stream, or an answer as a whole."""
        if not line.startswith(b"{"):
            return
        try:
            event = json.loads(line)
        except ValueError:
            return
        self.usage = event.get("usage") or self.usage
        for choice in event.get("choices") or ():
            self.written += len((choice.get("delta") or {}).get("content") or "")


class Valkey:
    """A few commands of Valkey's protocol (RESP 2): no engine's image has a client of it for sure."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    async def tell(self, commands: Sequence[Words]) -> list[Any]:
        """The answers to the commands; none when Valkey does not give them: then nothing is counted or refused."""
        try:
            return await asyncio.wait_for(self._tell(commands), PATIENCE)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            log(f"limits are not held, Valkey does not answer: {type(error).__name__} {error}")
            return []

    async def _tell(self, commands: Sequence[Words]) -> list[Any]:
        url = self.url
        encrypted = ssl.create_default_context() if url.scheme == "rediss" else None
        reader, writer = await asyncio.open_connection(url.hostname, url.port or 6379, ssl=encrypted)
        user = [unquote(url.username)] if url.username else []
        first: list[Words] = [["AUTH", *user, unquote(url.password)]] if url.password else []
        first += [["SELECT", url.path.strip("/")]] if url.path.strip("/") else []
        try:
            writer.write(b"".join(encoded(words) for words in [*first, *commands]))
            return [await answered(reader) for _ in [*first, *commands]][len(first) :]
        finally:
            writer.close()


def encoded(words: Words) -> bytes:
    """A command."""
    parts = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


async def answered(reader: asyncio.StreamReader) -> Any:
    """An answer. Raises ValueError for an error."""
    line = (await reader.readuntil(b"\r\n"))[:-2]
    kind, rest = line[:1], line[1:]
    if kind == b"-":
        raise ValueError(rest.decode())
    if kind == b"$":
        return None if rest == b"-1" else (await reader.readexactly(int(rest) + 2))[:-2].decode()
    if kind == b"*":
        return [await answered(reader) for _ in range(int(rest))]
    return rest.decode()
