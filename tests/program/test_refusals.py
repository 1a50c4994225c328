"""A configuration that is refused ends in one error, before anything is registered and before AWS is asked."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import offline.__main__ as command
import settings
from offline import engine
from offline.engine.monitor import Monitor
from offline.engine.recording import Recording
from problems.command import CommandError
from problems.telling import StackFileLines
from tests.settings.samples import FULL, valid
from tests.support.program import ROOT

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))
PROGRAM = ROOT / "__main__.py"

FIVE_MISTAKES: dict[str, Any] = {
    "alarms": {"emails": ["ops"]},
    "gateway": {"image": "a/b:1.2", "memory": 1000, "wokers": 4},
    "network": {"availabilityZones": 1},
    "webui": {"scaling": {"min": 9, "max": 2}},
}

SERVICE = {"image": "a/b:1.2", "port": 80}
REFUSED: dict[str, dict[str, Any]] = {
    "database.snapshotIdentifier": {"database": {"snapshotIdentifier": "my_snapshot"}},
    "gateway.image": {"gateway": {"image": None}},
    "loadBalancer.hostedZoneId": {"loadBalancer": {"domain": "chat.example.com"}},
    "network.privateSubnetIds": {"network": {"vpcId": "vpc-12345678", "privateSubnetIds": ["subnet-12345678"]}},
    "services": {"services": {f"s{n}": {**SERVICE, "paths": [f"/p{n}"]} for n in range(1000)}},
    "services.docs.paths[0]": {"services": {"docs": {**SERVICE, "paths": ["/api/*"]}}},
    "wbui": {"wbui": {}},
    "webui.cpu": {"webui": {"cpu": "1024"}},
}
"""A key that is refused to a configuration; one of each kind of verdict. Their texts are in tests/settings/refused."""

Asked = Callable[[], Recording]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the last run had asked of the engine when it ended, however it ended."""
    made: list[Monitor] = []

    def keep(*args: Any, **kwargs: Any) -> Monitor:
        made.append(Monitor(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(engine, "Monitor", keep)
    return lambda: made[-1].recording([])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's own files and room for a stack's."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("__main__.py", "Pulumi.yaml"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_a_run_that_fails_late_has_registered_something(asked: Asked) -> None:
    def program() -> None:
        pulumi.ComponentResource("a:b:C", "first")
        raise settings.SettingsError([])

    with pytest.raises(settings.SettingsError):
        engine.record(program)
    assert [resource.name for resource in asked().resources] == ["first"]


@pytest.mark.parametrize("key", REFUSED)
def test_the_program_refuses_before_it_registers_or_asks_anything(key: str, asked: Asked) -> None:
    with pytest.raises(settings.SettingsError, match=r"^1 problem in the configuration of stack qa:\n") as refused:
        engine.record(PROGRAM, config=valid(**REFUSED[key]), stack="qa")
    assert [problem.key for problem in refused.value.problems] == [key]
    assert (asked().resources, asked().invokes, asked().outputs) == ([], [], {})


def test_make_plan_shows_all_mistakes_by_key_and_nothing_else(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = {f"webui-bedrock:{key}": value for key, value in FIVE_MISTAKES.items()}
    (project / "Pulumi.bad.yaml").write_text(yaml.safe_dump({"config": config}))
    monkeypatch.setattr(command, "ROOT", project)
    assert command.main(["plan", "--stack", "bad"]) == 1
    shown = capsys.readouterr()
    # The program runs where its links lead to, which is not where the stack's file is.
    file = StackFileLines(stack="bad", project="webui-bedrock", lines={})
    with pytest.raises(settings.SettingsError) as refused:
        settings.parse(FIVE_MISTAKES, file=file)
    assert (shown.out, shown.err) == ("", f"error: {refused.value}\n")
    keys = [line.split(":")[0] for line in shown.err.split("\n")[1:-1] if not line.startswith(" ")]
    assert keys == [
        "alarms.emails[0]",
        "gateway.memory",
        "gateway.wokers",
        "network.availabilityZones",
        "webui.scaling.min",
    ]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["7", "true", "null", "[]", "{}", "-0", "08", "1e999", "9" * 30, "x" * 10_000, "\N{SNOWMAN}"]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=10,
)
FRAGMENTS = (
    *("config:", "webui-bedrock:", "webui", "gateway", "tags", "image", "\n", "\n  ", "\n    ", " ", ": ", "- ", "? "),
    *("[", "]", "{", "}", ",", '"', "'", "|", ">", "#", "&a ", "*a", "<<: ", "!!binary ", "!!set ", "!!int "),
    *("secure", "~", "null", "yes", "true", "08", "0o9", "0x1F", "-.5e3", ".inf", "1e999", "2026-01-02", "12:30"),
    *("!!bool ", "!!timestamp ", "\t", "\0", "\ufeff"),
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something stands in a configuration, at any depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """A copy of a configuration with something else in one place."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def changed(changes: list[tuple[tuple[str | int, ...], object]]) -> Any:
    """The fullest configuration with something else in several places, as far as they are still there."""
    config: Any = FULL
    for path, new in changes:
        config = replaced(config, path, new) if path in places(config) else config
    return config


def document(config: object) -> bytes:
    return yaml.dump({"config": config}).encode()


TOP_LEVEL = st.sampled_from([*FULL, "a:b", "x:y:z", "aws:region", "webui-bedrock:", ""]) | st.text(max_size=5)
WORDS = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
DOCUMENTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(places(FULL)[1:]), JUNK), min_size=1, max_size=3).map(changed).map(document),
    st.dictionaries(TOP_LEVEL | st.integers(), JUNK).map(document),
    JUNK.map(document),
    WORDS.map(lambda words: f"config:\n  {words}".encode()),
    WORDS.map(str.encode),
    st.binary(max_size=40),
)


@given(content=DOCUMENTS)
@hypothesis_settings(
    max_examples=EXAMPLES or 15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whatever_a_stacks_file_holds_there_is_a_plan_or_one_error(project: Path, content: bytes) -> None:
    (project / "Pulumi.junk.yaml").write_bytes(content)
    with suppress(CommandError, pulumi.RunError):  # what `make plan` and the program end in without a traceback
        engine.record_stack(project, "junk")
