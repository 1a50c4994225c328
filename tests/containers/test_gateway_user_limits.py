"""What a user may ask in a day: counted in Valkey, refused in the stack's words, and given back where nothing came."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from containers.gateway_serve import Application, Message, Send
from containers.gateway_user_limits import KEPT, Limited, Valkey, allowances, key

MODEL = "amazon.nova-pro-v1:0"
LIMITS: dict[str, Any] = {
    "message": "Enough for today.",
    "each": {"requests": 2},
    "groups": {
        "Research": {"all": {"tokens": 100}, "each": {"requests": 5}},
        "Köln": {"all": {}, "each": {"requests": 9, "tokens": 7}},
    },
    "prices": {MODEL: [1.0, 4.0, 0.25]},
}
USAGE = {"prompt_tokens": 30, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 20}}


class Server:
    """As much of Valkey as the program asks for."""

    def __init__(self, password: str = "") -> None:
        self.hashes: dict[str, dict[str, float]] = {}
        self.seconds: dict[str, int] = {}
        self.password = password

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        known = not self.password
        while head := await reader.readline():
            words = []
            for _ in range(int(head[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2].decode())
            known = known or words == ["AUTH", self.password]
            writer.write(self.answer(words) if known else b"-NOAUTH Authentication required.\r\n")
            await writer.drain()
        writer.close()

    def answer(self, words: list[str]) -> bytes:
        match words:
            case ["HINCRBYFLOAT", name, kind, amount]:
                counters = self.hashes.setdefault(name, {})
                counters[kind] = counters.get(kind, 0) + float(amount)
                return bulk(counters[kind])
            case ["EXPIRE", name, seconds]:
                self.seconds[name] = int(seconds)
                return b":1\r\n"
            case ["HMGET", name, *kinds]:
                values = [self.hashes.get(name, {}).get(kind) for kind in kinds]
                return b"*%d\r\n" % len(kinds) + b"".join(map(bulk, values))
        return b"+OK\r\n"


def bulk(value: float | None) -> bytes:
    text = f"{value or 0:.17g}".encode()
    return b"$-1\r\n" if value is None else b"$%d\r\n%s\r\n" % (len(text), text)


def answering(*pieces: bytes, status: int = 200) -> Application:
    """A gateway that answers so, after it has read the request."""

    async def answer(scope: Any, receive: Any, send: Send) -> None:
        scope["seen"].append(json.loads((await receive())["body"]))
        await send({"type": "http.response.start", "status": status, "headers": []})
        for number, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    return answer


WHOLE = answering(json.dumps({"choices": [{"message": {"content": "hi"}}], "usage": USAGE}).encode())


class Asker:
    """Asks an application behind limits, in one event loop with the server."""

    def __init__(self, application: Application, limits: Mapping[str, Any], url: str) -> None:
        self.limited = Limited(application, limits, Valkey(url))
        self.seen: list[Any] = []

    async def ask(self, user: str = "ann", groups: str = "", task: str = "", **more: Any) -> tuple[int, bytes]:
        """Status and body of an answer."""
        names = {"x-limits-user": user, "x-limits-groups": groups, "x-limits-task": task, "content-length": "1"}
        headers = [(name.encode(), value.encode()) for name, value in names.items() if value]
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "hello you"}], **more}).encode()
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/api/v1/chat/completions", "headers": headers, "seen": self.seen}
        await self.limited(scope, receive, send)
        return sent[0]["status"], b"".join(message["body"] for message in sent[1:])


def run(
    test: Callable[[Asker], Awaitable[None]],
    application: Application = WHOLE,
    limits: Mapping[str, Any] = LIMITS,
    server: Server | None = None,
    url: str = "redis://127.0.0.1:{port}/0",
) -> Server:
    """The server after a test."""
    used = server or Server()

    async def both() -> None:
        listening = await asyncio.start_server(used.serve, "127.0.0.1", 0)
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            await test(Asker(application, limits, url.format(port=port)))

    asyncio.run(both())
    return used


def counted(server: Server, name: str) -> dict[str, float]:
    return server.hashes.get(key(name), {})


def test_the_next_request_above_the_limit_is_refused_in_the_configured_words_and_others_go_on() -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask())[0] for _ in range(4)] == [200, 200, 429, 429]
        _, body = await asker.ask()
        assert json.loads(body)["error"]["message"] == "Enough for today."
        assert (await asker.ask("ben"))[0] == 200
        assert len(asker.seen) == 3

    server = run(test)
    assert counted(server, "user:ann")["requests"] == 2
    assert set(server.seconds.values()) == {KEPT}


def test_tokens_and_dollars_are_what_the_model_told() -> None:
    async def test(asker: Asker) -> None:
        await asker.ask()

    found = counted(run(test), "user:ann")
    assert found["tokens"] == 40
    assert found["dollars"] == pytest.approx((10 * 1.0 + 10 * 4.0 + 20 * 0.25) / 1e6)


@pytest.mark.parametrize("kind", ["tokens", "dollars"])
def test_a_day_ends_with_the_answer_that_reaches_its_tokens_or_dollars(kind: str) -> None:
    most = {"tokens": 60, "dollars": 0.0000825}[kind]

    async def test(asker: Asker) -> None:
        assert [(await asker.ask())[0] for _ in range(3)] == [200, 200, 429]
        assert (await asker.ask(task="title_generation"))[0] == 429

    run(test, limits={**LIMITS, "each": {kind: most}})


def test_a_stream_is_asked_for_its_tokens_and_they_are_read_wherever_the_pieces_break() -> None:
    events = [{"choices": [{"delta": {"content": "hello"}}]}, {"choices": [], "usage": USAGE}]
    stream = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
    pieces = [stream[start : start + 7] for start in range(0, len(stream), 7)]

    async def test(asker: Asker) -> None:
        _, body = await asker.ask(stream=True, stream_options={"a": 1})
        assert body == stream
        assert asker.seen[0]["stream_options"] == {"a": 1, "include_usage": True}

    assert counted(run(test, answering(*pieces)), "user:ann")["tokens"] == 40


def test_an_answer_that_was_cut_counts_by_its_letters() -> None:
    event = b"data: " + json.dumps({"choices": [{"delta": {"content": "12345678"}}]}).encode() + b"\n\n"

    async def test(asker: Asker) -> None:
        await asker.ask(stream=True)

    assert counted(run(test, answering(event)), "user:ann")["tokens"] == len("hello you") // 4 + 2


def test_a_request_that_failed_is_given_back() -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask())[0] for _ in range(4)] == [500] * 4

    assert counted(run(test, answering(b"{}", status=500)), "user:ann") == {"requests": 0}


def test_titles_count_as_tokens_and_not_as_requests() -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask(task="title_generation"))[0] for _ in range(4)] == [200] * 4

    assert counted(run(test), "user:ann") == {"requests": 0, "tokens": 160, "dollars": pytest.approx(0.00022)}


def test_a_group_shares_its_allowance_and_gives_its_members_their_own() -> None:
    async def test(asker: Asker) -> None:
        answers = [(await asker.ask(user, groups="Other,Research"))[0] for user in ("ann", "ben", "ann", "eve")]
        assert answers == [200, 200, 200, 429]
        assert (await asker.ask("eve"))[0] == 200

    assert counted(run(test), "group:Research") == {"requests": 3, "tokens": 120, "dollars": pytest.approx(0.000165)}


def test_of_several_groups_the_largest_allowance_of_each_kind_counts() -> None:
    assert allowances(LIMITS, "ann", ["Research", "Köln", "Other"])["user:ann"] == {"requests": 9, "tokens": 7}
    assert allowances(LIMITS, "ann", []) == {"user:ann": {"requests": 2}}


def test_the_name_of_a_group_may_hold_any_letter() -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask(groups="K%C3%B6ln"))[0] for _ in range(2)] == [200, 429]

    assert "group:Köln" in " ".join(run(test).hashes)


def test_calls_with_the_gateways_own_key_are_not_counted() -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask(""))[0] for _ in range(4)] == [200] * 4

    assert run(test).hashes == {}


def test_nobody_is_refused_while_valkey_does_not_answer_and_the_log_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    async def test(asker: Asker) -> None:
        assert [(await asker.ask())[0] for _ in range(3)] == [200] * 3

    run(test, url="redis://127.0.0.1:1/0")
    assert "limits are not held, Valkey does not answer" in capsys.readouterr().out


def test_the_token_of_the_url_opens_valkey(capsys: pytest.CaptureFixture[str]) -> None:
    async def test(asker: Asker) -> None:
        await asker.ask()

    right = run(test, server=Server("secret"), url="redis://:secret@127.0.0.1:{port}/0")
    assert counted(right, "user:ann")["tokens"] == 40
    wrong = run(test, server=Server("secret"), url="redis://:other@127.0.0.1:{port}/0")
    assert wrong.hashes == {}
    assert "NOAUTH" in capsys.readouterr().out


def test_a_day_is_a_day_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    assert key("user:ann") == f"limits:{time.strftime('%Y-%m-%d', time.gmtime())}:user:ann"
