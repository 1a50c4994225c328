"""What the stand-in says: enough to see that a question, a document and a task arrive."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TASKS: Final = {
    "follow_ups": {"follow_ups": ["What else can you do?", "Is this a real model?"]},
    "queries": {"queries": []},
    "title": {"title": "A chat with the stand-in"},
    "tags": {"tags": ["General"]},
}
"""The JSON that Open WebUI asks for beside a chat, by the key that its prompt names."""

_TOOLS: Final = "Available Tools: "
"""How Open WebUI begins when it asks by a prompt which tools to use."""

PAUSE: Final = 0.03
"""Seconds between two words of a stream."""

_PAUSE: Final = re.compile(r"think for (\d+) seconds")
_SOURCE: Final = re.compile(r"<source\b[^>]*>(.*?)</source>", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What a request says, in whatever API it came."""

    model: str
    messages: Sequence[str]
    """The texts in order, the system prompt first."""
    images: int = 0
    tools: Sequence[str] = ()
    """Names of those that the model may call."""
    results: Sequence[str] = ()
    """What tools have answered since the question."""

    @property
    def question(self) -> str:
        """The last message without the documents that go with it."""
        return _SOURCE.sub("", self.messages[-1]).rsplit("</context>", 1)[-1].strip()

    @property
    def called_tool(self) -> str | None:
        """The tool that the question names, as long as none has answered."""
        return None if self.results else next((tool for tool in self.tools if tool in self.question), None)

    @property
    def pause(self) -> int:
        """Seconds of thinking after the first word: the question may ask for them."""
        found = _PAUSE.search(self.question)
        return int(found[1]) if found else 0

    @property
    def is_throttled(self) -> bool:
        """Whether the question asks for a refusal."""
        return "be throttled" in self.question

    @property
    def answer(self) -> str:
        """The answer as text."""
        if self.messages[0].startswith(_TOOLS):
            return _chosen_tool(self.messages[0].removeprefix(_TOOLS), self.question)
        sources = " ".join(_SOURCE.findall("\n".join(self.messages)))
        if self.results:
            return f"The tool answered: {' '.join(self.results)}"
        if sources:
            return f"In your documents I found: {_closest(sources, self.question)}"
        if self.question.startswith("### Task:"):
            asked = next((key for key in _TASKS if f'"{key}"' in self.question), "")
            return json.dumps(_TASKS[asked]) if asked else "nothing"
        seen = f"I see {self.images} image. " if self.images else ""
        return (
            f"{seen}I am a stand-in for {self.model} on your machine, so this is no real answer. "
            f"You wrote: {self.question} "
            "Ask about a document that you attach, and I quote the sentence that is closest."
        )


def _chosen_tool(listed: str, question: str) -> str:
    """A call of the tool whose description shares most words with the question, without parameters."""
    tools, _ = json.JSONDecoder().raw_decode(listed)
    asked = set(_words(question))
    closest = max(tools, key=lambda tool: len(asked & set(_words(json.dumps(tool)))))
    return json.dumps({"tool_calls": [{"name": closest["name"], "parameters": {}}]})


def _closest(text: str, question: str) -> str:
    """The sentence that shares most words with the question."""
    asked = set(_words(question))
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    return max(sentences, key=lambda sentence: len(asked & set(_words(sentence))))


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", text.lower())


def vector(text: str, length: int) -> list[float]:
    """A vector of length 1 that is near those of texts with the same words."""
    values = [0.0] * length
    for word in _words(text):
        values[int(hashlib.sha256(word.encode()).hexdigest(), 16) % length] += 1
    size = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / size for value in values]
