"""Who spent what in the real Open WebUI, and how users reach their limits there; `make live` asks for it."""

import asyncio
import os
import shlex
import subprocess
import time
from calendar import timegm
from collections.abc import Iterator
from uuid import uuid4

import pytest

import settings
from containers.gateway_user_limits import Valkey, key
from live.stage import GATEWAY, WEBUI
from scripts.usage import make_report
from scripts.usage_records import Records, remote_command, understood
from tests.live.open_webui import Person
from tests.live.running import SRC, VENV, Live, applications
from tests.support.program import GATEWAY_IMAGE, Config, plan

pytestmark = pytest.mark.real

MODEL = "amazon.nova-pro-v1:0"
PRICES = {MODEL: (0.8, 3.2), "amazon.nova-lite-v1:0": (0.06, 0.24), "amazon.nova-micro-v1:0": (0.035, 0.14)}
"""US dollars per million tokens read and written, as AWS lists them for us-east-1."""

SEEDED = {
    "una": {"Crew": [(MODEL, 1000, 200), (MODEL, 3000, 100)]},
    "vic": {"Crew": [("amazon.nova-lite-v1:0", 50_000, 9_000)]},
    "wes": {"Crew": [(MODEL, 70, 7)], "Harbour": []},
    "xia": {"Harbour": [("amazon.nova-micro-v1:0", 800_000, 100_000), (MODEL, 11, 2)]},
    "yan": {"": [("amazon.nova-lite-v1:0", 13, 5)]},
}
"""Five users with their groups, and the answers of October 2026: model, tokens read, tokens written."""

WORDS = "Enough for today: ask again tomorrow."
GROUP = "Forschung Köln"
LIMITED: Config = {
    "gateway": {"engine": "litellm", "models": [*PRICES, "amazon.titan-embed-text-v2:0"]},
    "limits": {
        "requestsADay": 2,
        "message": WORDS,
        "groups": {GROUP: {"tokensADay": 300, "members": {"requestsADay": 50}}},
    },
}


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with applications("limits", plan(LIMITED)) as running:
        yield running


@pytest.fixture(scope="module")
def access() -> Iterator[Live]:
    """The same limits with the other engine."""
    if not SRC:
        pytest.skip("the Bedrock Access Gateway is in no registry: LIVE_SRC names a checkout")
    gateway = {"image": GATEWAY_IMAGE, "models": [MODEL, "amazon.titan-embed-text-v2:0"]}
    with applications("limits-access", plan({"gateway": gateway, "limits": LIMITED["limits"]})) as running:
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
    for path in ("/api/chat/completions", "/openai/chat/completions"):
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


def test_the_access_gateway_holds_the_limits_too(access: Live) -> None:
    ann, ben = access.new_user("ann"), access.new_user("ben")
    assert [said(ann)[1] for _ in range(3)] == ["", "", WORDS]
    assert said(ben)[1] == ""
    tokens_are_counted(access)


def test_the_tokens_that_are_counted_are_those_that_open_webui_keeps(live: Live) -> None:
    tokens_are_counted(live)


def tokens_are_counted(live: Live) -> None:
    """What Valkey has of a user is what the chat has of its one answer."""
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


@pytest.fixture(scope="module")
def october(live: Live) -> Records:
    """What the program tells of the seeded month, run as ECS Exec runs it in the container of Open WebUI."""
    groups = {
        name: live.person.post("/api/v1/groups/create", name=name, description="") for name in ("Crew", "Harbour")
    }
    for name, answers in SEEDED.items():
        person = live.new_user(name)
        for group in filter(None, answers):
            ids = [person.get("/api/v1/auths/")["id"]]
            live.person.post(f"/api/v1/groups/id/{groups[group]['id']}/users/add", user_ids=ids)
        for day, (model, read, written) in enumerate([answer for given in answers.values() for answer in given], 1):
            seed(person, model, timegm((2026, 10, day, 23, 59, 59)), read, written)
        seed(person, MODEL, timegm((2026, 11, 1, 0, 0, 0)), 10**9, 10**9)
    return told(live, "2026-10")


def seed(person: Person, model: str, made: int, read: int, written: int) -> None:
    """A chat of the past, as Open WebUI keeps one."""
    asked, answered = str(uuid4()), str(uuid4())
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    ask = {"id": asked, "parentId": None, "childrenIds": [answered], "role": "user", "content": "a secret"}
    reply = {
        "id": answered,
        "parentId": asked,
        "childrenIds": [],
        "role": "assistant",
        "content": "a secret",
        "done": True,
    }
    reply |= {"model": model, "usage": usage}
    messages = {str(one["id"]): {**one, "timestamp": made} for one in (ask, reply)}
    history = {"messages": messages, "currentId": answered}
    person.post("/api/v1/chats/new", chat={"title": "a chat", "models": [model], "history": history})


def told(live: Live, month: str) -> Records:
    """The answer of the remote command in the environment of the container."""
    python, *words = shlex.split(remote_command(month))
    variables = live.stage.variables(WEBUI, live.stage.tasks[WEBUI].main)
    command = [f"{VENV}/bin/{python}", *words]
    done = subprocess.run(command, env={**variables, "PATH": os.defpath}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "secret" not in done.stdout
    return understood(done.stdout.splitlines())


def by_hand(*names: str) -> tuple[int, int, float]:
    """Tokens read and written by these people, and what they cost."""
    answers = [answer for name in names for given in SEEDED[name].values() for answer in given]
    dollars = sum(read * PRICES[model][0] + written * PRICES[model][1] for model, read, written in answers) / 1e6
    return sum(read for _, read, _ in answers), sum(written for _, _, written in answers), dollars


def summed(records: Records, by: str) -> dict[str, tuple[int, int, float]]:
    """What `make usage` tells."""
    gateway = settings.parse(LIMITED).gateway
    report = make_report(records, "2026-10", by, gateway, "us-east-1")
    assert report.unpriced == []
    return {line.name: (line.read, line.written, line.dollars) for line in (*report.lines, report.total)}


def near(expected: dict[str, tuple[int, int, float]]) -> dict[str, object]:
    return {name: pytest.approx(amounts) for name, amounts in expected.items()}


def test_usage_by_user_is_what_the_answers_add_up_to(october: Records) -> None:
    people = {f"{name}@example.com": by_hand(name) for name in SEEDED}
    assert summed(october, "user") == near({**people, "total": by_hand(*SEEDED)})


def test_usage_by_group_counts_members_of_two_groups_in_both(october: Records) -> None:
    groups = {"Crew": by_hand("una", "vic", "wes"), "Harbour": by_hand("wes", "xia"), "(no group)": by_hand("yan")}
    assert summed(october, "group") == near({**groups, "total": by_hand(*SEEDED)})


def test_usage_by_model_and_by_day_add_up_to_the_same(october: Records) -> None:
    answers = [answer for groups in SEEDED.values() for given in groups.values() for answer in given]
    models = summed(october, "model")
    for model in PRICES:
        mine = [(read, written) for name, read, written in answers if name == model]
        assert models[model][:2] == (sum(read for read, _ in mine), sum(written for _, written in mine))
    days = summed(october, "day")
    assert sorted(days) == ["2026-10-01", "2026-10-02", "total"]
    assert days["total"] == models["total"]


def test_a_chat_of_today_is_in_this_month_with_its_tokens(live: Live) -> None:
    zoe = live.new_user("zoe")
    answer = zoe.begin("hello", MODEL)
    answer.finished()
    month = time.strftime("%Y-%m", time.gmtime(answer.saved["timestamp"]))
    (row,) = [row for row in told(live, month).used if row.user == "zoe@example.com"]
    assert (row.model, row.answers, row.untold) == (MODEL, 1, 0)
    assert row.read + row.written == answer.saved["usage"]["total_tokens"] > 0


def test_a_month_before_the_first_answer_has_none(live: Live, october: Records) -> None:
    assert told(live, "2025-01").used == []
    assert told(live, "2025-01").first_month == "2026-10"
