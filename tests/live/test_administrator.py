"""What an administrator saves in Open WebUI, where `webui.persistentConfig` keeps it; `make live` asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.open_webui import Person
from tests.live.running import STACK, Live, applications
from tests.support.program import plan

pytestmark = pytest.mark.real

TASKS = 2
PATH = "/api/v1/auths/admin/config"
SAVED = "made by a machine"


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    recording = plan({"webui": {"persistentConfig": True}}, stack=STACK)
    with applications("administrator", recording, tasks=TASKS) as running:
        yield running


def shown(people: list[Person]) -> list[Any]:
    return [there.get(PATH)["RESPONSE_WATERMARK"] for there in people]


def test_what_the_administrator_saves_holds_on_every_task_and_on_those_that_come(live: Live) -> None:
    before = live.person.get(PATH)
    live.person.post(PATH, **{**before, "RESPONSE_WATERMARK": SAVED})
    assert shown(live.people) == [SAVED] * TASKS
    live.start_others({})
    live.stop_old()
    assert shown(live.people) == [SAVED] * TASKS
