"""What the stand-in says: enough to see that a question, a document and a task arrive."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import Final

_TASKS: Final = {
    "follow_ups": {"follow_ups": ["What else can you do?", "Is this a real model?"]},
    "queries": {"queries": []},
    "title": {"title": "A chat with the stand-in"},
    "tags": {"tags": ["General"]},
}
"""The JSON that Open WebUI asks for beside a chat, by the key that its prompt names."""

_SOURCE: Final = re.compile(r"<source\b[^>]*>(.*?)</source>", re.DOTALL)


def answer(model: str, messages: Sequence[str]) -> str:
    """The answer to a conversation, given as the texts of its messages in order, the system prompt first."""
    sources = " ".join(_SOURCE.findall("\n".join(messages)))
    question = _SOURCE.sub("", messages[-1]).rsplit("</context>", 1)[-1].strip()
    if sources:
        return f"In your documents I found: {_closest(sources, question)}"
    if question.startswith("### Task:"):
        asked = next((key for key in _TASKS if f'"{key}"' in question), "")
        return json.dumps(_TASKS[asked]) if asked else "nothing"
    return (
        f"I am a stand-in for {model} on your machine, so this is no real answer. You wrote: {question} "
        "Ask about a document that you attach, and I quote the sentence that is closest."
    )


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
