"""What the program adds to upstream's gateway; `make live SRC=..` runs it with upstream's own code."""

from types import SimpleNamespace
from typing import Any

import pytest

from containers.access_gateway import take_lists_of_texts


class Request(SimpleNamespace):
    """One of upstream's requests."""

    def model_copy(self, update: dict[str, Any]) -> "Request":
        return Request(**vars(self) | update)


class Titan:
    """Upstream's class: one text, or an error."""

    def embed(self, request: Request) -> Any:
        text = request.input if isinstance(request.input, str) else request.input[0]
        if not isinstance(request.input, str) and len(request.input) > 1:
            raise ValueError("only single strings")
        return self._create_response([[float(len(text))]], request.model, input_tokens=len(text))

    def _create_response(self, embeddings: list[list[float]], model: str, input_tokens: int) -> Any:
        data = [SimpleNamespace(embedding=one) for one in embeddings]
        return SimpleNamespace(data=data, model=model, usage=SimpleNamespace(prompt_tokens=input_tokens))


@pytest.fixture(scope="module", autouse=True)
def patched() -> None:
    take_lists_of_texts(Titan)


@pytest.mark.parametrize(
    ("texts", "vectors"), [("tea", [3.0]), (["tea"], [3.0]), (["tea", "a ship", "x"], [3.0, 6.0, 1.0])]
)
def test_each_text_of_a_list_has_its_vector_and_tokens_are_counted_together(texts: Any, vectors: list[float]) -> None:
    answer = Titan().embed(Request(model="titan", input=texts))
    assert [row.embedding for row in answer.data] == [[size] for size in vectors]
    assert (answer.model, answer.usage.prompt_tokens) == ("titan", sum(vectors))


def test_tokens_in_place_of_texts_are_refused_as_upstream_does() -> None:
    with pytest.raises(ValueError, match="only single strings"):
        Titan().embed(Request(model="titan", input=[1, 2]))
