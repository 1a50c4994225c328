"""The commands that a problem offers can be typed as they stand."""

import pytest

from problems import Advice, Path, Problem, Remove, Scalar, Set, Steps, key_of


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
    assert str(Set(path, value)) == command


def test_a_key_is_removed() -> None:
    assert str(Remove(("tags",))) == "pulumi config rm webui-bedrock:tags"
    assert str(Remove(("tags", "a.b"))) == "pulumi config rm --path 'webui-bedrock:tags[\"a.b\"]'"


def test_a_key_is_written_as_the_cli_reads_it() -> None:
    assert key_of(("services", "a", "scaling", "schedules", 1, "min")) == "services.a.scaling.schedules[1].min"
    assert key_of(("tags", 'say "a.b"')) == 'tags["say \\"a.b\\""]'
    assert key_of(("tags", "\x1b")) == 'tags["\\x1b"]'


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            Problem(path=("webui", "cpu"), value="5", rule="must be 256", fix=Set(("webui", "cpu"), 256)),
            "webui.cpu: read 5; must be 256; fix: pulumi config set --path webui-bedrock:webui.cpu 256",
        ),
        (
            Problem(path=("tags",), rule="are too many", fix=(Remove(("tags",)), Advice("remove some"))),
            "tags: are too many; fix: pulumi config rm webui-bedrock:tags, or remove some",
        ),
        (
            Problem(path=("a",), value="x", rule="is b", fix=Steps((Remove(("a",)), Set(("b",), "x")))),
            "a: read x; is b; fix: pulumi config rm webui-bedrock:a; pulumi config set webui-bedrock:b x",
        ),
        (Problem(rule="the AWS region", fix=Advice("Set AWS_REGION.")), "the AWS region; fix: Set AWS_REGION."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_problem_is_one_line_with_key_value_rule_and_fix(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_problem_moves_with_every_path_that_it_holds() -> None:
    def below(path: Path) -> Path:
        return ("x", *path)

    a, b = Path(("a",)), Path(("b",))
    fix = (Remove(a), Steps((Set(b, 1), Advice("then wait"))))
    moved = Problem(path=a, rule="is wrong", fix=fix, also=(b,)).relocated(below)
    assert moved == Problem(
        path=("x", "a"),
        rule="is wrong",
        fix=(Remove(("x", "a")), Steps((Set(("x", "b"), 1), Advice("then wait")))),
        also=(("x", "b"),),
    )
