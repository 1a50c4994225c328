"""One error with every problem: in the user's words, in order, and whatever was thrown at the parser."""

import datetime
import time
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import settings
from tests.settings.samples import FULL, IMAGE, keys, lines, merged, problems, valid


def test_five_mistakes_are_five_lines_sorted_by_key() -> None:
    raw = valid(
        webui={"scaling": {"max": 0}, "memory": 1000},
        cache={"nodes": 9},
        alarms={"emails": ["nobody"]},
        namePrefix="X",
    )
    with pytest.raises(settings.SettingsError) as caught:
        settings.parse(raw, stack="dev")
    text = str(caught.value).splitlines()
    assert text[0] == "5 problems in the configuration of stack dev:"
    assert [line.partition(":")[0] for line in text[1:]] == [
        "alarms.emails[0]",
        "cache.nodes",
        "namePrefix",
        "webui.memory",
        "webui.scaling.max",
    ]
    assert isinstance(caught.value, pulumi.RunError)


def test_one_mistake_is_one_problem() -> None:
    with pytest.raises(settings.SettingsError, match=r"^1 problem in the configuration:\n"):
        settings.parse(valid(cache={"nodes": 9}))


def test_problems_of_five_kinds_come_in_one_error() -> None:
    raw = valid(
        webui={"cpu": "1024", "colour": "red"},
        gateway={"port": 70000},
        database={"enabled": False},
        services={"job": {"port": 80, "image": "a/b:1.2", "env": {"API_TOKEN": "hunter2"}}},
    )
    assert [(problem.key, problem.rule.partition(";")[0]) for problem in problems(raw)] == [
        ("gateway.port", "must be 1 to 65535 (TCP port)"),
        ("services.job.env.API_TOKEN", "is named like a secret"),
        ("webui.colour", "is not a setting"),
        ("webui.cpu", "must be an integer"),
        (
            "webui.scaling.max",
            "must be 1 while database.enabled is false: several Open WebUI tasks would share one SQLite file",
        ),
    ]


def test_a_rule_is_silent_when_a_value_that_it_rests_on_was_refused() -> None:
    assert keys(valid(webui={"cpu": 512, "memory": "8192"})) == ["webui.memory"]
    assert keys(valid(database={"enabled": "no"}, webui={"scaling": {"max": 3}})) == ["database.enabled"]


def test_a_rule_is_silent_about_the_setting_that_a_misspelt_key_meant() -> None:
    assert keys({"gateway": {"imge": IMAGE}}) == ["gateway.imge"]


def test_list_indexes_count_refused_items_too() -> None:
    raw = valid(loadBalancer={"allowedCidrs": ["nonsense", "203.0.113.0/24", "203.0.113.0/24"]})
    assert [(problem.key, problem.fix) for problem in problems(raw)][1] == (
        "loadBalancer.allowedCidrs[2]",
        "pulumi config rm --path 'webui-bedrock:loadBalancer.allowedCidrs[2]'",
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"webui": {"cpu": "2"}}, 'webui.cpu: read "2"; must be an integer; fix: '
         "pulumi config set --path webui-bedrock:webui.cpu 2"),
        ({"webui": {"cpu": True}}, "webui.cpu: read true; must be an integer; fix: "
         "pulumi config set --path webui-bedrock:webui.cpu 1024"),
        ({"webui": {"cpu": 1.5}}, "webui.cpu: read 1.5; must be an integer; fix: "
         "pulumi config set --path webui-bedrock:webui.cpu 1024"),
        ({"webui": {"cpu": float("nan")}}, "webui.cpu: read something else; must be a finite number; fix: "
         "pulumi config rm --path webui-bedrock:webui.cpu"),
        ({"webui": {"cpu": 10**30}}, "webui.cpu: read something else; must be a number of at most 18 digits; fix: "
         "pulumi config rm --path webui-bedrock:webui.cpu"),
        ({"webui": {"signup": "yes"}}, 'webui.signup: read "yes"; must be true or false; fix: '
         "pulumi config set --path webui-bedrock:webui.signup false"),
        ({"webui": {"signup": 1}}, "webui.signup: read 1; must be true or false; fix: "
         "pulumi config set --path webui-bedrock:webui.signup false"),
        ({"webui": {"image": 5}}, "webui.image: read 5; must be text; fix: "
         "put the value of webui.image in quotes in Pulumi.<stack>.yaml"),
        ({"webui": {"scaling": [1, 5]}}, "webui.scaling: read a list; must be a map; fix: "
         "write webui.scaling as a map in Pulumi.<stack>.yaml"),
        ({"webui": "hunter2"}, "webui: read text; must be a map; fix: "
         "write webui as a map in Pulumi.<stack>.yaml"),
        ({"alarms": {"emails": "ops@example.com"}}, "alarms.emails: read text; must be a list; fix: "
         "write alarms.emails as a list in Pulumi.<stack>.yaml, also when it holds one value"),
        ({"database": {"minCapacity": "0.5"}}, 'database.minCapacity: read "0.5"; must be a number; fix: '
         "pulumi config set --path --type float webui-bedrock:database.minCapacity 0.5"),
        ({"webui": {"env": {"LIMIT": 5}}}, "webui.env.LIMIT: read a value that is not shown; must be text; fix: "
         "put the value of webui.env.LIMIT in quotes in Pulumi.<stack>.yaml"),
        ({"services": {"job": {"image": "a/b:1.2"}}}, "services.job.port: read nothing; is required; fix: "
         "pulumi config set --path webui-bedrock:services.job.port 8080"),
        ({"network": {"vpcId": "vpc-12345678"}}, "network.privateSubnetIds: read nothing; is required; fix: "
         "pulumi config set --path 'webui-bedrock:network.privateSubnetIds[0]' subnet-0123456789abcdef0"),
        ({"webui": {"adminEmail": datetime.date(2026, 1, 1)}}, "webui.adminEmail: read something else; must be text, "
         "a number, true, false, a list or a map; fix: pulumi config rm --path webui-bedrock:webui.adminEmail"),
        ({"tags": {1: "x"}}, "tags: read something else; must have keys that are text; fix: "
         "pulumi config rm webui-bedrock:tags"),
        ({"webui": {"adminEmail": "\ud800"}}, "webui.adminEmail: read something else; must be text that UTF-8 can "
         "hold; fix: pulumi config rm --path webui-bedrock:webui.adminEmail"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_type_is_told_in_the_words_of_the_file(change: dict[str, Any], line: str) -> None:
    assert lines(merged(valid(), change)) == [line]


def test_null_is_no_value() -> None:
    assert lines({**valid(), "webui": {"spot": None}}) == [
        "webui.spot: read null; must have a value or be left out; fix: pulumi config rm --path webui-bedrock:webui.spot"
    ]


@pytest.mark.parametrize("value", ["true", "True", True])
def test_the_flags_at_the_top_may_be_text_as_the_cli_gives_them(value: object) -> None:
    assert settings.parse(valid(cloudFormationExports=value)).cloud_formation_exports is True
    assert keys(valid(protect="yes")) == ["protect"]


def test_an_encrypted_key_is_refused_without_its_value() -> None:
    raw = valid(webui={"adminEmail": "hunter2"})
    assert lines(raw, secret_keys={"webui"}) == [
        "webui: read an encrypted value; must not be encrypted configuration: this program takes secrets by the ARN "
        "of a Secrets Manager secret, as in webui.secrets; fix: pulumi config rm webui-bedrock:webui, then set it "
        "again without --secret and name secrets by their ARN"
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=10,
)
PATHS = [(key,) for key in FULL] + [
    (key, inner) for key, section in FULL.items() if isinstance(section, dict) for inner in section
]  # fmt: skip


def _fails_only_as_settings_error(raw: dict[str, Any]) -> None:
    found: settings.SettingsError | None = None
    try:
        settings.warnings(settings.parse(raw))
    except settings.SettingsError as error:
        found = error
    if found:
        assert found.problems
        assert str(found).encode().count(b"\n") == len(found.problems)


@given(st.dictionaries(st.sampled_from([*FULL, "x"]) | st.text(max_size=5), ANYTHING, max_size=4))
@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
def test_junk_fails_as_a_settings_error_and_nothing_else(raw: dict[str, Any]) -> None:
    _fails_only_as_settings_error(raw)


@given(st.lists(st.tuples(st.sampled_from(PATHS), ANYTHING), min_size=1, max_size=3))
@hypothesis_settings(max_examples=80, deadline=None, derandomize=True)
def test_junk_in_a_valid_configuration_fails_as_a_settings_error(junk: list[tuple[tuple[str, ...], Any]]) -> None:
    raw = FULL
    for path, value in junk:
        head, *rest = path
        raw = {**raw, head: {**FULL[head], rest[0]: value} if rest else value}
    _fails_only_as_settings_error(raw)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for key, item in inner for leaf in _leaves(item, (*path, key))] or [path]


def _replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("leaf", _leaves(FULL), ids=str)
def test_any_one_value_of_the_wrong_type_is_refused(leaf: tuple[str | int, ...]) -> None:
    for wrong in ({"a": 1}, [[1]], None):
        raw = _replaced(FULL, leaf, wrong)
        if isinstance(raw.get("gateway"), dict):
            assert problems(raw), (leaf, wrong)


def test_a_bottomless_map_is_refused() -> None:
    deep: dict[str, Any] = {}
    deep["webui"] = deep
    assert "webui.webui" in keys(deep)


def test_a_very_long_text_is_cut_in_the_message() -> None:
    (line,) = lines(valid(webui={"adminEmail": "x" * 10_000}))
    assert len(line) < 300
    assert '"xxx' in line


def test_control_characters_do_not_reach_the_terminal() -> None:
    (line,) = lines(valid(webui={"adminEmail": "a\x1b[31m\u202e\n"}))
    assert line.isprintable()


def test_a_thousand_broken_services_are_told_within_a_second() -> None:
    start = time.perf_counter()
    found = problems(valid(services={f"s{n}": {"port": "80", "image": "nginx"} for n in range(1000)}))
    assert len(found) == 2000
    assert time.perf_counter() - start < 2  # the machine may be busy; alone it takes a quarter of a second
