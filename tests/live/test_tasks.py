"""Several tasks of the real Open WebUI: what stops, deployments and outages do to people; `make live` asks for it."""

import contextlib
import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

import pytest

from live.bedrock.models import models_of
from live.stage import GATEWAY, WEBUI
from tests.live.open_webui import DOCUMENT, LAST, LONG, QUESTION, Watch
from tests.live.running import MODEL, SRC, Live, applications

pytestmark = pytest.mark.real

TASKS = int(os.environ.get("LIVE_TASKS", "3"))
NEW = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
LISTED = 75
"""Seconds for MODELS_CACHE_TTL, which is a minute, and for a busy machine."""
PAUSED = {"HTTP Error 429: Too Many Requests", "HTTP Error 503: Service Unavailable"}
OTHER_IMAGE = "example.com/open-webui/open-webui:of-another-day"

Figure = Callable[[str, object], None]


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with applications("tasks", tasks=TASKS) as running:
        yield running


def test_tasks_start_at_once_on_an_empty_database(live: Live, figure: Figure) -> None:
    figure(f"seconds until {TASKS} tasks that start at once on an empty database are healthy", round(live.seconds, 1))
    assert live.person.models()


def test_a_session_and_a_document_are_good_on_every_task(live: Live) -> None:
    file = live.person.upload("harbour.txt", DOCUMENT)
    for there in live.people:
        assert there.get(f"/api/v1/files/{file}")["id"] == file
        assert "xylophone" in "".join(there.ask(QUESTION, MODEL, (file,)))


def test_every_task_shows_a_new_model_within_a_minute(live: Live, figure: Figure) -> None:
    stage = live.stage
    before = models_of(stage.tasks[GATEWAY])
    if "OPENAI_API_CONFIGS" in stage.tasks[WEBUI].main.environment:
        pytest.skip("the stack names the models that people see")
    assert not [there for there in live.people if NEW in there.models()]
    stage.processes.end("bedrock", signal.SIGTERM)
    stage.start_bedrock([*before, NEW])
    changed = time.monotonic()
    while [there for there in live.people if NEW not in there.models()]:
        assert time.monotonic() < changed + LISTED, "the list of models is frozen"
        time.sleep(2)
    figure(
        "seconds until a model that Bedrock has from now on is shown by every task", round(time.monotonic() - changed)
    )


@pytest.mark.skipif(bool(SRC), reason="the gateway's stand-in writes down what it is asked")
def test_a_message_takes_no_tools_along_and_a_small_model_writes_its_title(live: Live) -> None:
    stage, log = live.stage, live.stage.processes.log("gateway")
    before = len(log.read_text())
    live.person.begin("hello", MODEL, background_tasks={"title_generation": True}).finished()
    small = stage.tasks[WEBUI].main.environment.get("TASK_MODEL_EXTERNAL", MODEL)
    expected = [{"model": model, "tools": 0} for model in (MODEL, small)]
    for _ in range(40):
        asked = [json.loads(line) for line in log.read_text()[before:].splitlines() if line.startswith("{")]
        if len(asked) > 1:
            break
        time.sleep(0.5)
    assert asked[:2] == expected


def test_the_stop_button_works_on_another_task_and_keeps_what_was_written(live: Live) -> None:
    answer = live.person.begin(LONG, MODEL)
    time.sleep(2)
    answer.person.post(f"/api/tasks/stop/{answer.task}")
    assert LAST not in answer.finished(10)


def test_answers_in_flight_at_sigterm_end_complete_and_saved(live: Live, figure: Figure) -> None:
    person = live.person
    # They outlast the streams, for which uvicorn waits by itself.
    answers = [person.begin(f"{LONG} {LONG}", MODEL) for _ in range(6)]
    with ThreadPoolExecutor() as pool:
        streams = [pool.submit(person.ask, LONG, MODEL) for _ in range(3)]
        time.sleep(1)
        asked = time.monotonic()
        assert live.stop(2) == 0
        figure(
            "seconds from SIGTERM to the end of a task with answers of 16 s in flight",
            round(time.monotonic() - asked, 1),
        )
        whole = [LAST in "".join(stream.result()) for stream in streams]
    live.start(2)
    assert [answer.finished().count(LAST) for answer in answers] == [2] * 6
    assert whole == [True] * 3


def test_another_configuration_rolls_without_a_moment_without_service(live: Live, figure: Figure) -> None:
    person = live.person
    with Watch(live.url) as watch:
        live.start_others({"WEBUI_NAME": "Another name"})
        answers = [person.begin(LONG, MODEL) for _ in range(6)]
        live.stop_old()
    figure(
        "requests in a deployment of another configuration, and how many failed",
        f"{len(watch.looks)}, {len(watch.failed)}",
    )
    assert watch.failed == []
    assert [LAST in answer.finished() for answer in answers] == [True] * 6
    assert "Another name" in live.person.get("/api/config")["name"]


def test_another_image_waits_for_the_answers_and_then_for_nothing(live: Live, figure: Figure) -> None:
    person = live.person
    with Watch(live.url) as watch:
        answers = [person.begin(LONG, MODEL) for _ in range(6)]
        live.start_others({"WEBUI_IMAGE": OTHER_IMAGE})
        live.stop_old()
    figure("seconds without service in a deployment of another image", round(watch.gap, 1))
    assert set(watch.failed) <= PAUSED, "people are told to wait"
    assert [LAST in answer.finished() for answer in answers] == [True] * 6
    assert "hello" in "".join(live.person.ask("hello", MODEL))


def test_a_caller_cannot_write_another_address_into_the_audit_log(live: Live) -> None:
    person, number = live.person, live.running[0]
    slot = live.stage.slots[WEBUI][number - 1]
    forged = {"Authorization": f"Bearer {person.token}", "X-Forwarded-For": "6.6.6.6, 10.0.32.7"}
    body = json.dumps({"title": "forged"}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{slot.port}/api/v1/folders/", body, forged)
    with contextlib.suppress(HTTPError):
        urllib.request.urlopen(request, timeout=30).close()
    log = live.stage.processes.log(slot.named("webui"))
    for _ in range(20):
        if "10.0.32.7" in log.read_text():
            break
        time.sleep(0.5)
    assert "10.0.32.7" in log.read_text()
    assert "6.6.6.6" not in log.read_text()


def test_every_line_in_the_log_of_a_task_is_json_and_each_request_has_one(live: Live) -> None:
    live.person.get("/api/v1/chats/?page=71")
    logs = [path for name in ("webui", "migrate") for path in live.stage.processes.logs.glob(f"{name}*.log")]
    assert len(logs) >= 2 * TASKS
    lines = [line for path in logs for line in path.read_text().splitlines()]
    assert [line for line in lines if not line.startswith("{")] == []
    assert sum("page=71" in line for line in lines) == 1


@pytest.mark.parametrize("what", ["postgresql", "valkey"])
def test_people_go_on_soon_after_an_outage(live: Live, figure: Figure, what: str) -> None:
    stage = live.stage
    stage.processes.end(what, signal.SIGINT)
    time.sleep(5)
    list(stage.start_data())
    back, text = time.monotonic(), ""
    while "hello" not in text:
        assert time.monotonic() < back + 60
        with contextlib.suppress(AssertionError, OSError):
            text = live.person.begin("hello", MODEL).finished(15)
    figure(f"seconds from {what}'s return after 5 s until an answer is whole", round(time.monotonic() - back, 1))
    assert live.stage.processes.ended() is None, "no task has died of it"
