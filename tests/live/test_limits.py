"""Users reach their limits in the real Open WebUI and read the stack's words, others go on; `make live` asks for it."""

import asyncio
from collections.abc import Iterator

import pytest

from containers.gateway_user_limits import Valkey, key
from live.stage import GATEWAY
from tests.live.open_webui import Person
from tests.live.running import Live, applications
from tests.support.program import Config, plan

pytestmark = pytest.mark.real

MODEL = "amazon.nova-pro-v1:0"
WORDS = "Enough for today: ask again tomorrow."
LIMITED: Config = {
    "gateway": {"engine": "litellm", "models": [MODEL, "amazon.titan-embed-text-v2:0"]},
    "limits": {
        "requestsADay": 2,
        "message": WORDS,
        "groups": {"Forschung Köln": {"tokensADay": 300, "members": {"requestsADay": 50}}},
    },
}
GROUP = next(iter(LIMITED["limits"]["groups"]))


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with applications("limits", plan(LIMITED)) as running:
        yield running


def said(person: Person, question: str = "hello", **more: object) -> tuple[str, str]:
    """What the chat has in the end: the text, and the error that people read."""
    answer = person.begin(question, MODEL, **more)
    text = answer.finished()
    return text, (answer.saved.get("error") or {}).get("content", "")


def test_a_user_over_the_limit_reads_the_configured_words_and_others_go_on(live: Live) -> None:
    ann, ben = live.new_user("ann"), live.new_user("ben")
    answers = [said(ann) for _ in range(3)]
    assert [error for _, error in answers] == ["", "", WORDS]
    assert all("You wrote: hello" in text for text, _ in answers[:2])
    text, error = said(ben)
    assert ("You wrote: hello" in text, error) == (True, "")


def test_titles_are_no_requests_of_the_user(live: Live) -> None:
    eve = live.new_user("eve")
    for _ in range(2):
        assert said(eve, background_tasks={"title_generation": True, "tags_generation": True})[1] == ""
    assert said(eve)[1] == WORDS


def test_no_other_way_to_a_model_goes_past_the_limit(live: Live) -> None:
    dan = live.new_user("dan")
    for _ in range(2):
        said(dan)
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}]}
    for path in ("/api/chat/completions", "/openai/chat/completions", "/api/v1/chat/completions"):
        with pytest.raises(AssertionError, match=WORDS):
            dan.post(path, **body)


def test_a_group_uses_its_allowance_up_together(live: Live) -> None:
    members = [live.new_user(name) for name in ("gil", "hal")]
    group = live.person.post("/api/v1/groups/create", name=GROUP, description="")
    ids = [member.get("/api/v1/auths/")["id"] for member in members]
    live.person.post(f"/api/v1/groups/id/{group['id']}/users/add", user_ids=ids)
    errors = [said(members[number % 2], "tell me " + "more " * 40)[1] for number in range(6)]
    assert errors[0] == ""
    assert errors[-2:] == [WORDS, WORDS]


def test_the_tokens_that_are_counted_are_those_that_open_webui_keeps(live: Live) -> None:
    ida = live.new_user("ida")
    answer = ida.begin("hello", MODEL)
    answer.finished()
    usage = answer.saved["usage"]
    variables = live.stage.variables(GATEWAY, live.stage.tasks[GATEWAY].main)
    assert usage["total_tokens"] == counted(variables["LIMITS_REDIS_URL"], ida.get("/api/v1/auths/")["id"])


def counted(url: str, user: str) -> int:
    """The day's tokens of a user, as Valkey has them."""
    ((tokens,),) = asyncio.run(Valkey(url).tell([["HMGET", key(f"user:{user}"), "tokens"]]))
    return int(float(tokens))
