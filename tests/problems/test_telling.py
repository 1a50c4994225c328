"""A fix is the line of the file to change and a command that runs as printed."""

import shlex

import pytest

from problems import Advice, Fix, Path, Problem, Remove, Scalar, Set, Steps
from problems.fixes import STACK_FILE
from problems.telling import StackFileLines, told
from settings.stack_file import lines

TEXT = """\
# The team's stack
config:
  aws:region: eu-west-1
  shop:protect: false
  webui:
    cpu: 5
    scaling: {min: 1, max: 3}
  shop:alarms:
    emails:
      - ops@example.com
      - nobody
"""
FILE = StackFileLines(stack="team/dev", project="shop", lines=lines(TEXT, "shop"))
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:openai-Ab12Cd"


def remedy(fix: Fix | tuple[Fix, ...], path: Path = ("webui", "cpu")) -> list[str]:
    first, *rest = told(Problem(path=path, value="5", rule="must be 256", fix=fix), FILE).splitlines()
    assert first.endswith(": read 5; must be 256")
    return rest


def test_each_key_and_item_is_found_at_its_line() -> None:
    assert FILE.lines == {
        (): 2,
        ("protect",): 4,
        ("webui",): 5,
        ("webui", "cpu"): 6,
        ("webui", "scaling"): 7,
        ("webui", "scaling", "min"): 7,
        ("webui", "scaling", "max"): 7,
        ("alarms",): 8,
        ("alarms", "emails"): 9,
        ("alarms", "emails", 0): 10,
        ("alarms", "emails", 1): 11,
    }


@pytest.mark.parametrize(
    ("path", "value", "edit"),
    [
        (("webui", "cpu"), 256, "6: write `cpu: 256`"),
        (("protect",), True, "4: write `shop:protect: true`"),
        (("namePrefix",), "team-chat", "2: add `shop:namePrefix: team-chat` to `config`"),
        (("webui", "env", "A"), "5", '5: add `env: {A: "5"}` to `shop:webui`'),
        (("webui", "env", "A"), "no", '5: add `env: {A: "no"}` to `shop:webui`'),
        (("webui", "secrets", "A"), SECRET, f"5: add `secrets: {{A: {SECRET}}}` to `shop:webui`"),
        (("webui", "image"), "{account}.x/y:1", '5: add `image: "{account}.x/y:1"` to `shop:webui`'),
        (("webui", "scaling", "max"), 4, "7: write `max: 4`"),
        (("alarms", "emails", 1), "a@example.com", "11: write `a@example.com` for `emails[1]`"),
        (("alarms", "emails", 2), "a@example.com", "9: add `a@example.com` to `emails`"),
        (("gateway", "models", 0), "a", "2: add `shop:gateway: {models: [a]}` to `config`"),
        (("database", "minCapacity"), 0.5, "2: add `shop:database: {minCapacity: 0.5}` to `config`"),
        (("database", "minCapacity"), 4.0, "2: add `shop:database: {minCapacity: 4}` to `config`"),
    ],
    ids=str,
)
def test_a_value_is_told_as_the_line_that_sets_it(path: Path, value: Scalar, edit: str) -> None:
    assert remedy(Set(path, value))[0] == f"  fix: Pulumi.dev.yaml:{edit}"


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (Set(("webui", "cpu"), 256), ["config", "set", "--plaintext", "--path", "shop:webui.cpu", "256"]),
        (Set(("protect",), True), ["config", "set", "--plaintext", "shop:protect", "true"]),
        (Set(("webui", "env", "A"), "5"), ["config", "set", "--path", "--type", "string", "shop:webui.env.A", "5"]),
        (
            Set(("alarms", "emails", 1), "it's $a"),
            ["config", "set", "--plaintext", "--path", "shop:alarms.emails[1]", "it's $a"],
        ),
        (Remove(("webui", "env", "a.b")), ["config", "rm", "--path", 'shop:webui.env["a.b"]']),
        (Remove(("webui",)), ["config", "rm", "shop:webui"]),
    ],
    ids=str,
)
def test_a_command_is_one_that_a_shell_gives_whole_to_make_and_make_to_the_cli(fix: Fix, words: list[str]) -> None:
    *command, arguments = shlex.split(remedy(fix)[1])
    assert command == ["make", "pulumi", "STACK=team/dev"]
    assert shlex.split(arguments.removeprefix("ARGS=")) == words


def test_alternatives_and_steps_stand_on_lines_of_their_own() -> None:
    cpu: Path = ("webui", "cpu")
    fix = (Steps((Remove(cpu), Advice(f"write it anew in {STACK_FILE}"))), Advice("wait"), Remove(("webui", "env")))
    assert remedy(fix) == [
        "  fix: Pulumi.dev.yaml:6: delete `cpu`",
        "    make pulumi STACK=team/dev ARGS='config rm --path shop:webui.cpu'",
        "  and: write it anew in Pulumi.dev.yaml:6",
        "  or: wait",
        "  or: Pulumi.dev.yaml: delete `env`",
        "    make pulumi STACK=team/dev ARGS='config rm --path shop:webui.env'",
    ]
