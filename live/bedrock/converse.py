"""Bedrock's Converse and ConverseStream."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from live.bedrock.answers import PAUSE, Conversation
from live.bedrock.event_stream import event
from live.http_server import Response, json_response

_NO_INPUT = "{}"


def conversation(model: str, body: Mapping[str, Any]) -> Conversation:
    """What a Converse request says."""
    parts = [*body.get("system", []), *(part for message in body["messages"] for part in message["content"])]
    tools = body.get("toolConfig", {}).get("tools", [])
    return Conversation(
        model=model,
        messages=[part["text"] for part in parts if "text" in part] or [""],
        images=sum("image" in part for part in parts),
        tools=[tool["toolSpec"]["name"] for tool in tools if "toolSpec" in tool],
        results=[json.dumps(part["toolResult"]["content"]) for part in parts if "toolResult" in part],
    )


def answer(said: Conversation, body: Mapping[str, Any]) -> Response:
    """All of it at once."""
    part: dict[str, Any] = {"text": said.answer}
    if said.called_tool:
        part = {"toolUse": {"toolUseId": "tooluse_1", "name": said.called_tool, "input": {}}}
    time.sleep(said.pause)
    return json_response(
        {
            "output": {"message": {"role": "assistant", "content": [part]}},
            "stopReason": "tool_use" if said.called_tool else "end_turn",
            "usage": _usage(said, body),
            "metrics": {"latencyMs": 1},
        }
    )


def stream(said: Conversation, body: Mapping[str, Any]) -> Iterator[bytes]:
    """Word by word."""
    yield event("messageStart", {"role": "assistant"})
    if said.called_tool:
        start = {"toolUse": {"toolUseId": "tooluse_1", "name": said.called_tool}}
        yield event("contentBlockStart", {"contentBlockIndex": 0, "start": start})
        yield event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"toolUse": {"input": _NO_INPUT}}})
    for number, word in enumerate([] if said.called_tool else said.answer.split(" ")):
        time.sleep(said.pause if number == 1 else PAUSE)
        yield event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": f"{word} "}})
    yield event("contentBlockStop", {"contentBlockIndex": 0})
    yield event("messageStop", {"stopReason": "tool_use" if said.called_tool else "end_turn"})
    yield event("metadata", {"usage": _usage(said, body), "metrics": {"latencyMs": 1}})


def _usage(said: Conversation, body: Mapping[str, Any]) -> dict[str, int]:
    read, written = len(json.dumps(body)) // 4, len(said.answer) // 4
    return {"inputTokens": read, "outputTokens": written, "totalTokens": read + written}
