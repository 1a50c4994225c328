"""Two hundred answers at once on three tasks, by the settings for many people; `make live LONG=1` asks for it."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.live.open_webui import LAST, LONG, Answer, Person
from tests.live.running import MODEL, Live, applications

pytestmark = [pytest.mark.real, pytest.mark.long]

TASKS = 3
ANSWERS = 200
ROUNDS: list[dict[str, str]] = [
    {},
    {"THREAD_POOL_SIZE": "1000"},
    {"CHAT_RESPONSE_STREAM_DELTA_CHUNK_SIZE": "10"},
    {"ENABLE_ORJSON": "false"},
    {},
]
"""What upstream names for many people, between two rounds of the stack as it is, which show how equal rounds are."""

AT_ONCE = 50
"""Requests that begin an answer: so many a client that is one process can hold."""


def percentile_95(seconds: list[float]) -> float:
    return round(statistics.quantiles(seconds, n=20)[-1], 1)


@contextmanager
def pages(person: Person) -> Iterator[list[float]]:
    """The seconds that the list of chats takes, asked for again and again."""
    seconds: list[float] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.2):
            began = time.monotonic()
            person.get("/api/v1/chats/?page=1")
            seconds.append(time.monotonic() - began)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seconds
    finally:
        is_over.set()
        looking.join()


def answers_of(live: Live) -> tuple[list[float], list[float]]:
    """Seconds until each answer was whole, and of each look at a page meanwhile."""

    def ask(_: int) -> tuple[float, Answer]:
        return time.monotonic(), live.person.begin(LONG, MODEL)

    with pages(live.person) as looks:
        with ThreadPoolExecutor(AT_ONCE) as asking:
            asked = list(asking.map(ask, range(ANSWERS)))
        seconds: list[float] = []
        waiting = asked
        while waiting:
            running = set(live.person.get("/api/tasks")["tasks"])
            seconds += [time.monotonic() - began for began, answer in waiting if answer.task not in running]
            waiting = [(began, answer) for began, answer in waiting if answer.task in running]
            time.sleep(0.25)
    assert [answer.chat for _, answer in asked if LAST not in answer.finished()] == []
    return seconds, looks


def test_two_hundred_answers_at_once_are_whole(figure: Callable[[str, object], None]) -> None:
    with applications("load", tasks=TASKS) as live:
        for changed in ROUNDS:
            live.start_others(changed)
            live.stop_old()
            whole, looks = answers_of(live)
            setting = " ".join(f"{name}={value}" for name, value in changed.items()) or "as it is"
            figure(
                f"{setting}: 95 of 100 answers, and looks at the list of chats, take at most seconds",
                f"{percentile_95(whole)}, {percentile_95(looks)}",
            )
