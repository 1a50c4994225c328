"""What holds for every workflow: rights, pins, order and what runs with credentials."""

import itertools
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import ci
from tests.support import makefile
from tests.support.program import ROOT

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAY_WRITE = {"id-token", "pull-requests", "issues"}
SHARED_BACKEND = "vars.PULUMI_BACKEND_URL != ''"
SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository"

Job = dict[str, Any]

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    return found


def triggers(name: str) -> Any:
    # YAML 1.1 reads the key `on` as true.
    document: dict[Any, Any] = read(name)
    return document[True]


def jobs() -> list[tuple[str, Job]]:
    return [(f"{file.stem}.{name}", job) for file in FILES for name, job in read(file.stem)["jobs"].items()]


def steps(job: Job) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job.get("steps", [])
    return found


def commands(job: Job) -> list[str]:
    return [step["run"] for step in steps(job) if "run" in step]


def takes_a_role(job: Job) -> bool:
    return any("configure-aws-credentials" in step.get("uses", "") for step in steps(job))


each_job = pytest.mark.parametrize(("name", "job"), jobs(), ids=[name for name, _ in jobs()])
each_job_with_a_role = pytest.mark.parametrize(
    ("name", "job"), [(name, job) for name, job in jobs() if takes_a_role(job)]
)


def test_there_are_these_workflows() -> None:
    assert [file.stem for file in FILES] == ["deploy", "drift", "engine", "live", "preview", "restore-drill", "test"]


@each_file
def test_every_action_is_pinned_to_a_commit_whose_version_is_told(file: Path) -> None:
    uses = re.findall(r"^\s*-? ?uses: (.*)", file.read_text(), re.MULTILINE)
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml", action)


def test_an_action_has_one_version_in_all_workflows() -> None:
    pins = {pin for file in FILES for pin in re.findall(r"uses: (\S+@\S+ # \S+)", file.read_text())}
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


@each_file
def test_a_workflow_by_itself_may_at_most_read_the_repository(file: Path) -> None:
    assert read(file.stem)["permissions"] in ({}, {"contents": "read"})


@each_job
def test_a_job_writes_only_what_it_is_there_for(name: str, job: Job) -> None:
    rights = job.get("permissions", {"contents": "read"})
    assert rights["contents"] == "read"
    assert {right for right, level in rights.items() if level == "write"} <= MAY_WRITE
    assert ("id-token" in rights) == takes_a_role(job)
    assert ("issues" in rights) == (name == "drift.drift")
    assert ("pull-requests" in rights) == (name in {"preview.plan", "preview.preview"})


@each_job
def test_a_job_that_hangs_ends_within_an_hour(name: str, job: Job) -> None:
    assert "uses" in job or job["timeout-minutes"] <= 60


@each_job
def test_no_checkout_leaves_the_token_behind(name: str, job: Job) -> None:
    for step in steps(job):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@each_job
def test_scripts_take_no_text_of_an_event_into_their_shell(name: str, job: Job) -> None:
    assert not [command for command in commands(job) if "${{" in command]


@each_job
def test_the_shell_of_a_step_is_one_line_of_make_or_a_tested_script(name: str, job: Job) -> None:
    for command in commands(job):
        assert re.fullmatch(r"(make [\w./-]+|python3 -m scripts\.ci|\.ci/run)( .*)?", command)


@each_job_with_a_role
def test_a_role_comes_from_the_stacks_environment_by_oidc(name: str, job: Job) -> None:
    [sign_in] = [step for step in steps(job) if "configure-aws-credentials" in step.get("uses", "")]
    assert sign_in["with"] == {"role-to-assume": "${{ vars.AWS_ROLE_ARN }}", "aws-region": "${{ vars.AWS_REGION }}"}
    assert re.fullmatch(r"dev|prod|\$\{\{ matrix\.stack }}-(preview|drill)", job["environment"])
    assert "AWS_ACCESS_KEY" not in str(job)


@each_job_with_a_role
def test_a_job_with_a_role_runs_only_with_a_shared_backend(name: str, job: Job) -> None:
    workflow = read(name.partition(".")[0])["jobs"]
    condition = job.get("if", "")
    while "needs" in job and SHARED_BACKEND not in condition:
        job = workflow[job["needs"]]
        condition = job.get("if", "")
    assert SHARED_BACKEND in condition


@each_job_with_a_role
def test_one_job_at_a_time_works_on_a_stack(name: str, job: Job) -> None:
    group = job["concurrency"]["group"]
    stack = "${{ matrix.stack }}" if "strategy" in job else job["environment"]
    assert group.endswith(f"-{stack}")


@each_job
def test_the_cli_has_the_version_of_the_sdk(name: str, job: Job) -> None:
    clis = [step for step in steps(job) if "pulumi/actions" in step.get("uses", "")]
    assert [cli["with"] for cli in clis] == [{"pulumi-version": version("pulumi")}] * len(clis)
    assert len(clis) == (takes_a_role(job) or name == "engine.engine")


def test_every_file_of_the_engines_tests_has_a_job() -> None:
    files = (path for path in (ROOT / "tests/engine").glob("test_*.py") if "pytest.mark.engine" in path.read_text())
    assert {path.stem.removeprefix("test_") for path in files} == set(
        read("engine")["jobs"]["engine"]["strategy"]["matrix"]["tests"]
    )


def test_no_workflow_runs_a_forks_code_with_rights() -> None:
    for file in FILES:
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers(file.stem))
    assert SAME_REPOSITORY in read("preview")["jobs"]["preview"]["if"]
    assert not takes_a_role(read("preview")["jobs"]["plan"])


def test_a_pull_request_is_tested_planned_and_previewed_for_every_stack() -> None:
    assert "pull_request" in triggers("test")
    assert {"opened", "synchronize", "labeled", "unlabeled"} <= set(triggers("preview")["pull_request"]["types"])
    preview = read("preview")
    assert commands(preview["jobs"]["plan"])[-1] == 'python3 -m scripts.ci plan --stack "$STACK" --base HEAD^1'
    assert commands(preview["jobs"]["preview"])[-1] == 'python3 -m scripts.ci preview --stack "$STACK"'
    for name in ("plan", "preview"):
        strategy = preview["jobs"][name]["strategy"]
        assert strategy["matrix"]["stack"] == "${{ fromJSON(needs.stacks.outputs.stacks) }}"
        assert strategy["fail-fast"] is False
    assert f"'{ci.ACCEPTED}'" in preview["env"]["DATA_LOSS_ACCEPTED"]


def test_the_plan_sees_the_base_branch_it_compares_with() -> None:
    assert steps(read("preview")["jobs"]["plan"])[0]["with"]["fetch-depth"] == 2


def test_the_test_workflow_runs_what_ci_runs() -> None:
    assert commands(read("test")["jobs"]["test"]) == [".ci/run"]


def test_main_is_tested_then_deployed_to_dev_then_to_prod_and_verified_each_time() -> None:
    assert triggers("deploy") == {"push": {"branches": ["main"]}}
    deploy = read("deploy")["jobs"]
    assert deploy["test"]["uses"] == "./.github/workflows/test.yml"
    assert "workflow_call" in triggers("test")
    assert [deploy["dev"]["needs"], deploy["prod"]["needs"]] == ["test", "dev"]
    for stack in ("dev", "prod"):
        assert (deploy[stack]["environment"], deploy[stack]["env"]) == (stack, {"STACK": stack})
        assert deploy[stack]["concurrency"]["cancel-in-progress"] is False
        assert commands(deploy[stack])[-2:] == [
            'make up STACK="$STACK" ARGS="--policy-pack policy"',
            'make verify STACK="$STACK"',
        ]


def test_drift_is_looked_for_every_day() -> None:
    [schedule] = triggers("drift")["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", schedule["cron"])
    assert commands(read("drift")["jobs"]["drift"])[-1] == 'python3 -m scripts.ci drift --stack "$STACK"'


def test_a_restore_is_drilled_every_month_for_the_stacks_that_are_chosen() -> None:
    [schedule] = triggers("restore-drill")["schedule"]
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", schedule["cron"])
    job = read("restore-drill")["jobs"]["drill"]
    assert commands(job)[-1] == 'make restore-drill STACK="$STACK" FILES="$DRILLED_FILES"'
    assert "vars.DRILLED_STACKS" in job["if"]
    assert "vars.DRILLED_STACKS" in job["strategy"]["matrix"]["stack"]


def test_every_make_target_of_the_workflows_exists() -> None:
    targets = {*makefile.TARGETS, ".venv/.installed"}
    words = [command.split()[1:] for _, job in jobs() for command in commands(job) if command.startswith("make ")]
    used = {word for line in words for word in itertools.takewhile(lambda word: "=" not in word, line)}
    assert used
    assert used <= targets


@pytest.mark.parametrize("name", ["deploy", "drift", "preview", "restore-drill"])
def test_every_step_that_reaches_the_backend_gets_what_any_kind_of_backend_takes(name: str) -> None:
    needed = {"PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"}
    backed = [step["env"].keys() for job in read(name)["jobs"].values() for step in steps(job) if "env" in step]
    with_backend = [variables for variables in backed if needed & variables]
    assert with_backend
    assert all(needed <= variables for variables in with_backend)
