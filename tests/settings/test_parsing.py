"""One error with every problem: in the user's words, in order, and whatever was thrown at the parser."""

from typing import Any

import pulumi
import pytest

import settings
from problems.telling import StackFileLines
from tests.settings.samples import IMAGE, keys, lines, problems, valid


def test_five_mistakes_are_five_problems_sorted_by_key() -> None:
    raw = valid(
        webui={"scaling": {"max": 0}, "memory": 1000},
        cache={"nodes": 9},
        alarms={"emails": ["nobody"]},
        namePrefix="X",
    )
    with pytest.raises(settings.SettingsError) as caught:
        settings.parse(raw, file=StackFileLines(stack="dev", project="webui-bedrock", lines={}))
    text = str(caught.value).splitlines()
    assert text[0] == "5 problems in the configuration of stack dev:"
    assert [line.partition(":")[0] for line in text[1:] if not line.startswith(" ")] == [
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
    assert next((problem.key, problem.remedy) for problem in problems(raw)) == (
        "loadBalancer.allowedCidrs[2]",
        "pulumi config rm --path 'webui-bedrock:loadBalancer.allowedCidrs[2]'",
    )


def test_an_encrypted_key_is_refused_without_its_value() -> None:
    raw = valid(webui={"adminEmail": "hunter2"})
    assert lines(raw, secret_keys={"webui"}) == [
        "webui: read an encrypted value; must not be encrypted configuration: this program takes secrets by the ARN "
        "of a Secrets Manager secret, as in webui.secrets; fix: pulumi config rm webui-bedrock:webui; set it "
        "again without --secret and name secrets by their ARN"
    ]


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


def test_a_thousand_broken_services_are_all_told() -> None:
    found = problems(valid(services={f"s{n}": {"port": "80", "image": "nginx"} for n in range(1000)}))
    assert len(found) == 2000
