"""A misspelt or misplaced key is refused with the setting that was probably meant."""

from typing import Any

import pytest

from tests.settings.samples import lines, merged, problems, valid


@pytest.mark.parametrize(
    ("change", "key", "meant"),
    [
        ({"databse": {}}, "databse", "database"),
        ({"load_balancer": {}}, "load_balancer", "loadBalancer"),
        ({"webui": {"max": 5}}, "webui.max", "webui.scaling.max"),
        ({"webui": {"cpuTarget": 5}}, "webui.cpuTarget", "webui.scaling.cpuTarget"),
        ({"webui": {"scaling": {"Max": 5}}}, "webui.scaling.Max", "webui.scaling.max"),
        ({"webui": {"scaling": {"cpu_target": 5}}}, "webui.scaling.cpu_target", "webui.scaling.cpuTarget"),
        ({"certificateArn": "x"}, "certificateArn", "loadBalancer.certificateArn"),
        ({"loadBalancer": {"cidr": "x"}}, "loadBalancer.cidr", "network.cidr"),
        ({"network": {"vpcID": "x"}}, "network.vpcID", "network.vpcId"),
        ({"services": {"a": {"port": 80, "image": "a/b:1.2", "path": ["/a"]}}}, "services.a.path", "services.a.paths"),
        ({"services": {"a": {"port": 80, "image": "a/b:1.2", "min": 1}}}, "services.a.min", "services.a.scaling.min"),
    ],
    ids=str,
)
def test_the_probable_setting_is_named(change: dict[str, Any], key: str, meant: str) -> None:
    (problem,) = problems(merged(valid(), change))
    assert problem.key == key
    assert problem.rule == f"is not a setting, did you mean {meant}?"
    assert problem.remedy.startswith("pulumi config rm ")


def test_the_fix_moves_a_number_to_where_it_belongs() -> None:
    assert lines(valid(webui={"max": 4})) == [
        "webui.max: read a number; is not a setting, did you mean webui.scaling.max?; fix: "
        "pulumi config rm --path webui-bedrock:webui.max; "
        "pulumi config set --path webui-bedrock:webui.scaling.max 4"
    ]


def test_a_key_that_resembles_nothing_is_refused_without_a_guess() -> None:
    assert lines(valid(xyz="hunter2")) == ["xyz: read text; is not a setting; fix: pulumi config rm webui-bedrock:xyz"]


def test_keys_with_dots_and_quotes_come_as_the_cli_takes_them() -> None:
    assert lines(valid(webui={'a.b "c"': 1})) == [
        'webui["a.b \\"c\\""]: read a number; is not a setting; '
        'fix: pulumi config rm --path \'webui-bedrock:webui["a.b \\"c\\""]\''
    ]
