"""Ten deployments and ten scale-ins while people chat; `make live LONG=1` asks for it."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.live.open_webui import LAST, LONG, Person, Watch, text_of
from tests.live.running import MODEL, applications

pytestmark = [pytest.mark.real, pytest.mark.long]

ROUNDS = int(os.environ.get("LIVE_ROUNDS", "10"))
USERS = 20
TASKS = 2
SECONDS = 8
"""Of one answer."""


@dataclass(kw_only=True)
class Chat:
    """Somebody who asks again as soon as the answer is whole."""

    person: Person
    whole: int = 0
    lost: list[str] = field(default_factory=list)

    def go_on(self, is_over: threading.Event) -> None:
        """Ask until it is over; the last answer is waited for."""
        while not is_over.is_set():
            try:
                answer = self.person.begin(LONG, MODEL)
                time.sleep(SECONDS)
                text = answer.finished(pause=2)
            except (AssertionError, OSError) as error:
                self.lost.append(str(error))
                continue
            if LAST in text:
                self.whole += 1
            else:
                self.lost.append(f"{answer.saved.get('error')} after {text_of(answer.saved)[-100:]}")


def test_no_answer_is_lost_over_ten_deployments_and_ten_scale_ins(figure: Callable[[str, object], None]) -> None:
    with applications("soak", tasks=TASKS) as live:
        chats = [Chat(person=live.new_user(f"user{n}")) for n in range(USERS)]
        is_over = threading.Event()
        talks = [threading.Thread(target=chat.go_on, args=(is_over,)) for chat in chats]
        began = time.monotonic()
        with Watch(live.url) as watch:
            try:
                for talk in talks:
                    talk.start()
                for n in range(ROUNDS):
                    live.start_others({"WEBUI_NAME": f"Deployment {n}"})
                    live.stop_old()
                    live.scale_in()
            finally:
                is_over.set()
                for talk in talks:
                    talk.join()
        figure("minutes of deployments", round((time.monotonic() - began) / 60, 1))
        figure(f"answers to {USERS} people that are whole", sum(chat.whole for chat in chats))
        lost = [why for chat in chats for why in chat.lost]
        figure("answers that are lost", len(lost))
        figure("requests beside, and how many failed", f"{len(watch.looks)}, {len(watch.failed)}")
    assert lost == []
    assert watch.failed == []
