"""The commands that a problem offers can be typed as they stand."""

import pytest

from settings.problems import Path, Scalar, key_of, remove, set_to


@pytest.mark.parametrize(
    ("path", "value", "command"),
    [
        (("namePrefix",), "a", "pulumi config set webui-bedrock:namePrefix a"),
        (("protect",), True, "pulumi config set webui-bedrock:protect true"),
        (("webui", "cpu"), 512, "pulumi config set --path webui-bedrock:webui.cpu 512"),
        (("webui", "signup"), False, "pulumi config set --path webui-bedrock:webui.signup false"),
        (
            ("database", "minCapacity"),
            0.5,
            "pulumi config set --path --type float webui-bedrock:database.minCapacity 0.5",
        ),
        (("database", "minCapacity"), 4.0, "pulumi config set --path webui-bedrock:database.minCapacity 4"),
        (("webui", "env", "A"), "5", "pulumi config set --path --type string webui-bedrock:webui.env.A 5"),
        (("webui", "env", "A"), "true", "pulumi config set --path --type string webui-bedrock:webui.env.A true"),
        (("alarms", "emails", 0), "a b", "pulumi config set --path 'webui-bedrock:alarms.emails[0]' 'a b'"),
    ],
)
def test_a_value_is_set_with_its_type(path: Path, value: Scalar, command: str) -> None:
    assert set_to(path, value) == command


def test_a_key_is_removed() -> None:
    assert remove(("tags",)) == "pulumi config rm webui-bedrock:tags"
    assert remove(("tags", "a.b")) == "pulumi config rm --path 'webui-bedrock:tags[\"a.b\"]'"


def test_a_key_is_written_as_the_cli_reads_it() -> None:
    assert key_of(("services", "a", "scaling", "schedules", 1, "min")) == "services.a.scaling.schedules[1].min"
    assert key_of(("tags", 'say "a.b"')) == 'tags["say \\"a.b\\""]'
    assert key_of(("tags", "\x1b")) == 'tags["\\x1b"]'
