"""A value of the wrong type is told in the words of the file, with what it should be."""

from typing import Any

import pytest

from tests.settings.samples import lines, merged, valid


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"webui": {"cpu": "2"}},
            'webui.cpu: read "2"; must be an integer; fix: pulumi config set --path webui-bedrock:webui.cpu 2',
        ),
        (
            {"webui": {"cpu": True}},
            "webui.cpu: read true; must be an integer; fix: pulumi config set --path webui-bedrock:webui.cpu 1024",
        ),
        (
            {"webui": {"cpu": 1.5}},
            "webui.cpu: read 1.5; must be an integer; fix: pulumi config set --path webui-bedrock:webui.cpu 1024",
        ),
        (
            {"webui": {"cpu": float("nan")}},
            "webui.cpu: read NaN; must be an integer; fix: pulumi config set --path webui-bedrock:webui.cpu 1024",
        ),
        (
            {"gateway": {"port": 10**99}},
            f"gateway.port: read 1{'0' * 56}...; must be 1 to 65535 (TCP port); fix: "
            "pulumi config set --path webui-bedrock:gateway.port 8080",
        ),
        (
            {"database": {"maxCapacity": float("inf")}},
            "database.maxCapacity: read Infinity; must be a finite number; fix: "
            "pulumi config set --path webui-bedrock:database.maxCapacity 4",
        ),
        (
            {"webui": {"signup": "yes"}},
            'webui.signup: read "yes"; must be true or false; fix: '
            "pulumi config set --path webui-bedrock:webui.signup false",
        ),
        (
            {"webui": {"signup": 1}},
            "webui.signup: read 1; must be true or false; fix: "
            "pulumi config set --path webui-bedrock:webui.signup false",
        ),
        (
            {"webui": {"image": 5}},
            "webui.image: read 5; must be text; fix: put the value of webui.image in quotes in Pulumi.<stack>.yaml",
        ),
        (
            {"webui": {"scaling": [1, 5]}},
            "webui.scaling: read a list; must be a map; fix: write webui.scaling as a map in Pulumi.<stack>.yaml",
        ),
        ({"webui": "hunter2"}, "webui: read text; must be a map; fix: write webui as a map in Pulumi.<stack>.yaml"),
        (
            {"alarms": {"emails": "ops@example.com"}},
            "alarms.emails: read text; must be a list; fix: "
            "write alarms.emails as a list in Pulumi.<stack>.yaml, also when it holds one value",
        ),
        (
            {"database": {"minCapacity": "0.5"}},
            'database.minCapacity: read "0.5"; must be a number; fix: '
            "pulumi config set --path --type float webui-bedrock:database.minCapacity 0.5",
        ),
        (
            {"webui": {"env": {"LIMIT": 5}}},
            "webui.env.LIMIT: read a value that is not shown; must be text; fix: "
            "put the value of webui.env.LIMIT in quotes in Pulumi.<stack>.yaml",
        ),
        (
            {"services": {"job": {"image": "a/b:1.2", "volume": {}}}},
            "services.job.volume.path: read nothing; is required; fix: "
            "pulumi config set --path webui-bedrock:services.job.volume.path /data",
        ),
        (
            {"webui": {"adminEmail": "\ud800"}},
            'webui.adminEmail: read "?"; must be an e-mail address such as ops@example.com; fix: '
            "pulumi config set --path webui-bedrock:webui.adminEmail admin@example.com",
        ),
    ],
    ids=str,
)
def test_a_wrong_type_is_told_in_the_words_of_the_file(change: dict[str, Any], line: str) -> None:
    assert lines(merged(valid(), change)) == [line]


def test_null_is_no_value() -> None:
    assert lines({**valid(), "webui": {"spot": None}}) == [
        "webui.spot: read null; must have a value or be left out; fix: pulumi config rm --path webui-bedrock:webui.spot"
    ]


@pytest.mark.parametrize("key", ["alarms", "protect", "namePrefix"])
def test_a_key_with_nothing_behind_it_is_no_value(key: str) -> None:
    assert lines({**valid(), key: ""}) == [
        f"{key}: read nothing; must have a value or be left out; fix: pulumi config rm webui-bedrock:{key}"
    ]
