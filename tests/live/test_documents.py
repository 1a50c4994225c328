"""How long a large document takes to be searchable, by the embedding model; `make live LONG=1` asks for it."""

import time
from collections.abc import Callable

import pytest

from tests.live.open_webui import QUESTION, SECRET
from tests.live.running import MODEL, applications
from tests.support.program import GATEWAY_IMAGE, plan

pytestmark = [pytest.mark.real, pytest.mark.long]

MEGABYTE = "\n\n".join([*(f"Ship number {n} brings tea and leaves with wool." for n in range(20_000)), SECRET])


@pytest.mark.parametrize("model", ["amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"])
def test_a_document_of_a_megabyte_is_taken_in_and_found(figure: Callable[[str, object], None], model: str) -> None:
    recording = plan({"gateway": {"image": GATEWAY_IMAGE, "embeddingModel": model}})
    with applications("documents", recording) as live:
        started = time.monotonic()
        document = live.person.upload("harbour.txt", MEGABYTE, seconds=900)
        figure(f"seconds for {len(MEGABYTE) / 1e6:.1f} MB", round(time.monotonic() - started))
        log = live.stage.processes.log("gateway").read_text()
        figure("requests for embeddings", log.count("POST /api/v1/embeddings"))
        assert "xylophone" in "".join(live.person.ask(QUESTION, MODEL, (document,)))
