"""A CloudFormation stack that cannot be taken over is refused with the reason and the remedy; nothing is written."""

from pathlib import Path

import pytest

from problems.command import MissingError
from scripts import import_stack
from scripts.cloudformation.stack import read_stack
from scripts.cloudformation.system import read_system
from tests.scripts.cloudformation.answers import OldStack
from tests.scripts.cloudformation.conftest import EmptyAccount
from tests.scripts.cloudformation.old_system import ACCOUNT, REGION
from tests.scripts.standins import Machine

STATES: dict[str, str] = {
    "ROLLBACK_COMPLETE": "deploy this program anew",
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback --stack-name unsettled",
    "UPDATE_IN_PROGRESS": "run this again",
    "DELETE_FAILED": "deletion has begun",
}


@pytest.mark.parametrize("status", STATES)
def test_a_stack_that_is_not_settled_is_refused(empty_account: EmptyAccount, status: str) -> None:
    empty_account.stacks["unsettled"] = OldStack("unsettled", status=status)
    with pytest.raises(MissingError, match=status) as raised:
        read_stack(empty_account.aws, "unsettled", ACCOUNT)
    assert STATES[status] in raised.value.problems[0].remedy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", f"a CloudFormation stack nobody in account {ACCOUNT}, {REGION}"),
        (f"arn:aws:cloudformation:{REGION}:999999999999:stack/webui/1", "credentials for account 999999999999"),
        (f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/webui/1", "in us-east-1"),
        ("", "a CloudFormation stack's name or ARN instead of ``"),
        ("arn:aws:cloudformation", "a CloudFormation stack's name or ARN instead of `arn:aws:cloudformation`"),
    ],
)
def test_a_stack_that_is_not_here_is_told_with_where_was_looked(
    empty_account: EmptyAccount,
    name: str,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert import_stack.main(["--cfn-stack", name, "--stack", "demo"], tmp_path) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_arn_of_a_stack_that_is_here_is_as_good_as_its_name(empty_account: EmptyAccount) -> None:
    empty_account.stacks["webui"] = OldStack("webui")
    arn = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/webui/1"
    assert read_stack(empty_account.aws, arn, ACCOUNT).name == "webui"


def test_an_account_that_the_stack_file_does_not_allow_is_refused(
    empty_account: EmptyAccount, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.demo.yaml").write_text('config:\n  aws:allowedAccountIds: ["999999999999"]\n')
    assert import_stack.main(["--cfn-stack", "webui", "--stack", "demo"], tmp_path) == 1
    assert f"account 999999999999: these are for {ACCOUNT}" in capsys.readouterr().err


def test_a_stack_of_something_else_is_refused(empty_account: EmptyAccount) -> None:
    empty_account.aws.client("logs").create_log_group(logGroupName="/ecs/solo")
    group = ("AWS::Logs::LogGroup", "/ecs/solo")
    empty_account.stacks["other"] = OldStack("other", resources={"Logs": group})
    with pytest.raises(MissingError, match="a load balancer in the CloudFormation stack other"):
        read_system(empty_account.aws, read_stack(empty_account.aws, "other", ACCOUNT))


def test_without_credentials_the_way_to_sign_in_is_told(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_stack.main(["--cfn-stack", "webui", "--stack", "dev"], machine.project) == 1
    told = capsys.readouterr().err
    assert "AWS credentials that work" in told
    assert "aws sso login" in told
