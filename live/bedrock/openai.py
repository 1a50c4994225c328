"""OpenAI's Chat Completions, as bedrock-runtime and bedrock-mantle have them."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from live.bedrock.answers import PAUSE, Conversation
from live.http_server import Response, json_response


def conversation(body: Mapping[str, Any]) -> Conversation:
    """What a request says."""
    parts = [part for message in body["messages"] for part in _parts(message)]
    return Conversation(
        model=body["model"],
        messages=[part["text"] for part in parts if part.get("type") == "text"] or [""],
        images=sum(part.get("type") == "image_url" for part in parts),
        tools=[tool["function"]["name"] for tool in body.get("tools", [])],
        results=[str(message["content"]) for message in body["messages"] if message["role"] == "tool"],
    )


def _parts(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content") or []
    if message["role"] == "tool":
        return []
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def answer(said: Conversation) -> Response:
    """All of it at once."""
    message: dict[str, Any] = {"role": "assistant", "content": said.answer}
    if said.called_tool:
        message = {"role": "assistant", "content": None, "tool_calls": [_call(said.called_tool)]}
    time.sleep(said.pause)
    choice = {"index": 0, "message": message, "finish_reason": _reason(said)}
    return json_response({**_head(said, "chat.completion"), "choices": [choice], "usage": _usage(said)})


def stream(said: Conversation) -> Iterator[bytes]:
    """Server-sent events, word by word."""
    if said.called_tool:
        yield _event(said, {"role": "assistant", "tool_calls": [{"index": 0, **_call(said.called_tool)}]})
    for number, word in enumerate([] if said.called_tool else said.answer.split(" ")):
        time.sleep(said.pause if number == 1 else PAUSE)
        yield _event(said, {"role": "assistant", "content": f"{word} "})
    yield _event(said, {}, _reason(said))
    last = {**_head(said, "chat.completion.chunk"), "choices": [], "usage": _usage(said)}
    yield f"data: {json.dumps(last)}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _event(said: Conversation, delta: Mapping[str, Any], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps({**_head(said, 'chat.completion.chunk'), 'choices': [choice]})}\n\n".encode()


def _call(tool: str) -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": "{}"}}


def _reason(said: Conversation) -> str:
    return "tool_calls" if said.called_tool else "stop"


def _head(said: Conversation, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-stand-in", "object": kind, "created": int(time.time()), "model": said.model}


def _usage(said: Conversation) -> dict[str, int]:
    read, written = len(" ".join(said.messages)) // 4, len(said.answer) // 4
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
