"""A difference tells what a deployment would do: no more, no less, and loudly when data goes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pulumi_random as random
import pytest

from offline.__main__ import DATA_LOSS, REFUSED, main
from offline.difference import compare, revisions
from offline.difference import render as section
from offline.difference.resource_changes import Action, Difference
from offline.engine import record
from problems.command import CommandError
from tests.offline.difference.compared import Program, difference, told, values
from tests.program.variants import variant
from tests.support.program import Config, plan


def text(found: Difference) -> str:
    from rich.console import Console

    console = Console(width=500, highlight=False)
    with console.capture() as capture:
        console.print(section.render(found))
    return capture.get()


def test_another_cpu_replaces_the_task_definition_and_changes_the_service_and_nothing_else() -> None:
    webui = {"cpu": 2048, "memory": 4096, "scaling": {"min": 1, "max": 5, "cpuTarget": 70}, "exec": True}
    found = compare(plan(), plan({"webui": webui}))
    assert told(found) == {"webui-task": Action.REPLACED, "webui-service": Action.CHANGED}
    service, task = sorted(found.resources, key=lambda change: change.name)
    assert [(c.path, c.follows) for c in service.properties] == [("taskDefinition", ("ecs.TaskDefinition webui-task",))]
    assert [(c.path, c.old, c.new, c.forces_replacement) for c in task.properties] == [("cpu", "1024", "2048", True)]
    assert found.data_losses == []


def test_a_plan_does_not_differ_from_itself() -> None:
    again = compare(plan(), plan())
    assert (again.resources, again.outputs) == ((), ())
    assert "no resource changes" in text(again)


def test_turning_the_database_off_loses_its_data_and_says_so() -> None:
    found = compare(plan(), variant("no database").plan())
    lost = {change.name: change.action for change in found.data_losses}
    assert lost["data-tier-database-cluster"] is Action.REMOVED
    assert lost["data-tier-database-password-value"] is Action.REMOVED
    assert "! rds.Cluster data-tier-database-cluster is removed: the databases in it" in text(found)


def file_system(encrypted: bool, **opts: Any) -> Program:
    def program() -> None:
        files = aws.efs.FileSystem("files", encrypted=encrypted, opts=pulumi.ResourceOptions(**opts))
        aws.efs.BackupPolicy(
            "backup",
            file_system_id=files.id,
            backup_policy=aws.efs.BackupPolicyBackupPolicyArgs(status="ENABLED"),
        )
        point = aws.efs.AccessPoint("point", file_system_id=files.id)
        aws.sns.Topic("topic", display_name=point.id)

    return program


def test_a_replaced_file_system_loses_files_and_takes_along_what_names_its_id() -> None:
    found = difference(file_system(True), file_system(False))
    assert told(found) == {
        "files": Action.REPLACED,
        "backup": Action.REPLACED,
        "point": Action.REPLACED,
        "topic": Action.CHANGED,
    }
    assert [change.name for change in found.data_losses] == ["files"]
    assert "! efs.FileSystem files is replaced because of encrypted: all files on it" in text(found)


def test_what_is_kept_in_aws_is_not_lost_and_what_is_protected_is_refused() -> None:
    kept = difference(file_system(True, retain_on_delete=True), file_system(False))
    assert kept.data_losses == []
    refused = difference(file_system(True, protect=True), file_system(False))
    assert "Pulumi refuses" in text(refused)


def test_an_ignored_property_is_no_difference_and_replace_on_changes_forces_one() -> None:
    def program(retention: int, **opts: Any) -> Program:
        return lambda: aws.cloudwatch.LogGroup("logs", retention_in_days=retention, opts=pulumi.ResourceOptions(**opts))

    assert difference(program(1), program(7, ignore_changes=["retentionInDays"])).resources == ()
    assert told(difference(program(1), program(7))) == {"logs": Action.CHANGED}
    assert told(difference(program(1), program(7, replace_on_changes=["retentionInDays"]))) == {"logs": Action.REPLACED}


def test_a_new_password_is_a_new_secret_version_and_its_value_is_never_shown() -> None:
    def program(length: int) -> Program:
        def make() -> None:
            password = random.RandomPassword("password", length=length)
            secret = aws.secretsmanager.Secret("secret")
            aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=password.result)

        return make

    before, after = record(program(20)), record(program(32))
    found = compare(before, after)
    assert told(found) == {"password": Action.REPLACED, "version": Action.REPLACED}
    (version,) = [change for change in found.resources if change.name == "version"]
    assert values(version.properties) == {"secretString": ("[secret]", "[secret]")}
    shown = text(found) + section.as_json(found, "base")
    for recording in (before, after):
        assert recording.one(random.RandomPassword, "password").outputs["result"] not in shown


def point(directory: str, **more: Any) -> Program:
    root = aws.efs.AccessPointRootDirectoryArgs(path=directory)
    return lambda: aws.efs.AccessPoint("point", file_system_id="fs-0123456789abcdef0", root_directory=root, **more)


@pytest.mark.parametrize("after", [point("/b"), lambda: None])
def test_files_that_no_access_point_shows_any_more_are_out_of_sight_but_not_lost(after: Program) -> None:
    found = difference(point("/a"), after)
    assert [change.name for change in found.out_of_sight] == ["point"]
    assert found.data_losses == []
    shown = text(found)
    assert "OUT OF SIGHT: data stays, but is no longer seen" in shown
    assert "its files stay on the file system, but the service does not see them any more (directory /a)" in shown
    assert json.loads(section.as_json(found, "base"))["outOfSight"] is True


def test_an_access_point_replaced_over_the_same_directory_hides_nothing() -> None:
    owner = aws.efs.AccessPointPosixUserArgs(uid=1, gid=1)
    found = difference(point("/a"), point("/a", posix_user=owner))
    assert told(found) == {"point": Action.REPLACED}
    assert found.out_of_sight == []


@pytest.mark.parametrize(
    ("skips", "says"), [(True, "no final snapshot is taken"), (False, "a final snapshot is taken first, named as the")]
)
def test_a_deleted_database_says_whether_a_snapshot_stays(skips: bool, says: str) -> None:
    def program() -> None:
        aws.rds.Cluster(
            "db",
            cluster_identifier="chat",
            engine="aurora-postgresql",
            skip_final_snapshot=skips,
            final_snapshot_identifier="chat-final",
        )

    (loss,) = difference(program, lambda: None).data_losses
    assert says in loss.loses


@pytest.mark.parametrize(
    ("empties", "says"),
    [(True, "the objects in it"), (False, "the objects in it; S3 refuses until somebody has emptied")],
)
def test_a_deleted_bucket_says_whether_aws_deletes_what_is_in_it(empties: bool, says: str) -> None:
    (loss,) = difference(lambda: aws.s3.Bucket("bucket", force_destroy=empties), lambda: None).data_losses
    assert loss.loses.startswith(says)
    assert ("refuses" in loss.loses) is not empties


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"storage": "s3"}),
        ({"storage": "s3"}, {}),
        ({"storage": "s3", "bucket": {"name": "one"}}, {"storage": "s3", "bucket": {"name": "two"}}),
    ],
)
def test_another_storage_of_uploads_is_said_to_hide_those_of_the_former(before: Config, after: Config) -> None:
    found = compare(plan({"webui": before}), plan({"webui": after}))
    (task,) = [change for change in found.resources if change.name == "webui-task"]
    assert task.notes == ("files uploaded so far are not seen until they are moved to the other storage",)


def test_what_follows_from_a_change_and_is_not_plain_is_noted() -> None:
    def program(mode: str) -> Program:
        return lambda: aws.efs.FileSystem("files", throughput_mode=mode)

    found = difference(program("bursting"), program("elastic"))
    assert "note: AWS refuses another change of the throughput mode for the next 24 hours" in text(found)
    more_capacity = compare(plan(), plan({"database": {"maxCapacity": 8}}))
    noted = {change.name: change.notes for change in more_capacity.resources if change.notes}
    assert sorted(noted) == ["data-tier-database-cluster", "data-tier-database-instance-1"]


class Part(pulumi.ComponentResource):
    def __init__(self, name: str, *former: str) -> None:
        aliases = [pulumi.Alias(name=other) for other in former]
        super().__init__("test:index:Part", name, {}, pulumi.ResourceOptions(aliases=aliases))
        group = aws.ec2.SecurityGroup(f"{name}-sg", opts=pulumi.ResourceOptions(parent=self))
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-in", security_group_id=group.id, ip_protocol="tcp", opts=pulumi.ResourceOptions(parent=self)
        )


def test_a_renamed_component_with_an_alias_changes_nothing() -> None:
    found = difference(lambda: Part("old"), lambda: Part("new", "old"))
    assert (found.resources, found.unchanged) == ((), 2)


def test_a_renamed_component_without_an_alias_is_removed_and_added() -> None:
    found = difference(lambda: Part("old"), lambda: Part("new"))
    assert told(found) == {
        "old-sg": Action.REMOVED,
        "old-in": Action.REMOVED,
        "new-sg": Action.ADDED,
        "new-in": Action.ADDED,
    }


def test_a_renamed_resource_that_changes_tells_its_former_name() -> None:
    def program(name: str, **opts: Any) -> Program:
        return lambda: aws.sns.Topic(name, display_name=name, opts=pulumi.ResourceOptions(**opts))

    found = difference(program("old"), program("new", aliases=[pulumi.Alias(name="old")]))
    assert [(c.action, c.renamed_from) for c in found.resources] == [(Action.CHANGED, "old")]
    assert "sns.Topic new (was old)" in text(found)


def test_the_same_tag_on_many_resources_is_told_once() -> None:
    def program(tags: dict[str, str]) -> Program:
        return lambda: [aws.sns.Topic(f"topic{n}", tags=tags) for n in range(8)]

    shown = text(difference(program({}), program({"Team": "blue"})))
    assert shown.count("Team") == 1
    assert "in 8 resources" in shown


def test_the_json_has_every_value_and_no_key_for_a_missing_side() -> None:
    found = json.loads(section.as_json(difference(file_system(True), file_system(False)), "abc"))
    files = next(resource for resource in found["resources"] if resource["name"] == "files")
    assert found["dataLoss"] is True
    assert files["properties"] == [{"path": "encrypted", "old": True, "new": False, "forcesReplacement": True}]


PROGRAM = """import pulumi, pulumi_aws, helper
pulumi_aws.efs.FileSystem("files", encrypted=pulumi.Config().require_bool("encrypted"), tags={"from": helper.NAME})
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two revisions: without a program, and with one; the working tree differs from both."""
    root = tmp_path_factory.mktemp("repository")

    def commit(message: str) -> None:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        for command in (("add", "-A"), (*who, "commit", "-q", "-m", message)):
            subprocess.run(["git", *command], cwd=root, check=True)

    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "README.md").write_text("Soon.\n")
    commit("Start")
    (root / "Pulumi.yaml").write_text("name: sample\nruntime: python\n")
    (root / "Pulumi.dev.yaml").write_text("config: {sample:encrypted: true}\n")
    (root / "__main__.py").write_text(PROGRAM)
    # The modules of this tree must be out of the other revision's reach.
    (root / "problems.py").write_text("NAME = 'base'\n")
    leaks = "'leak' if importlib.util.find_spec('settings') else problems.NAME"
    (root / "helper.py").write_text(f"import importlib.util\nimport problems\nNAME = {leaks}\n")
    commit("Encrypt the files")
    (root / "Pulumi.dev.yaml").write_text("config: {sample:encrypted: false}\n")
    (root / "helper.py").write_text("NAME = 'tree'\n")
    (root / "Pulumi.new.yaml").write_text("config: {sample:encrypted: false}\n")
    return root


@pytest.fixture
def modules() -> Iterator[None]:
    """A program's own modules stay loaded after a run; these must not meet those of another test."""
    import sys

    yield
    sys.modules.pop("helper", None)


@pytest.mark.usefixtures("modules")
def test_each_revision_is_planned_with_its_own_files(repository: Path) -> None:
    before, after = revisions.record_revisions(repository, "HEAD", "dev")
    (files,) = compare(before, after).resources
    assert values(files.properties) == {"encrypted": (True, False), "tags.from": ("base", "tree")}
    assert revisions.has_local_changes(repository)
    assert revisions.describe(repository, "HEAD").endswith(" Encrypt the files")


@pytest.mark.parametrize(
    ("ref", "stack", "message"),
    [
        ("nowhere", "dev", "there is no git revision 'nowhere' here"),
        ("--help", "dev", "there is no git revision '--help' here"),
        ("HEAD~1", "dev", "'HEAD~1' has no Pulumi program"),
        ("HEAD", "new", "'HEAD' has no stack named 'new'; stacks there are: dev"),
    ],
)
def test_a_base_that_cannot_be_planned_is_one_clear_line(repository: Path, ref: str, stack: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as raised:
        revisions.record_revisions(repository, ref, stack)
    assert "\n" not in str(raised.value)


LOSES = (file_system(True), file_system(False))
HIDES = (point("/a"), point("/b"))
KEEPS = (file_system(True), file_system(True))


def vpc(cidr: str) -> Program:
    return lambda: awsx.ec2.Vpc("vpc", cidr_block=cidr)


MOVES = (vpc("10.0.0.0/16"), vpc("10.1.0.0/16"))


@pytest.mark.parametrize(
    ("programs", "options", "code", "says"),
    [
        (LOSES, (), 0, "DATA LOSS: 1 of the deleted resources holds data"),
        (LOSES, ("--fail-on-data-loss",), DATA_LOSS, "DATA LOSS: 1 of the deleted resources holds data"),
        (LOSES, ("--fail-on-refusal",), 0, "DATA LOSS"),
        (HIDES, ("--fail-on-data-loss",), DATA_LOSS, "OUT OF SIGHT"),
        (MOVES, (), 0, "REFUSED: AWS does not finish this change"),
        (MOVES, ("--fail-on-data-loss", "--fail-on-refusal"), REFUSED, "way out: a second stack"),
        (MOVES, ("--fail-on-refusal", "--json"), REFUSED, '"what": "the VPC\'s IPv4 range (network.cidr)"'),
        (KEEPS, ("--fail-on-data-loss", "--fail-on-refusal"), 0, "no resource changes"),
    ],
)
def test_a_plan_fails_only_when_asked_and_by_what_it_found(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    programs: tuple[Program, Program],
    options: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    both = tuple(record(program) for program in programs)
    monkeypatch.setattr(revisions, "describe", lambda *_: "abc1234 Subject")
    monkeypatch.setattr(revisions, "has_local_changes", lambda *_: False)
    monkeypatch.setattr(revisions, "record_revisions", lambda *_: both)
    assert main(["plan", "--base", "main", *options]) == code
    out = capsys.readouterr().out
    assert says in out
    if "--json" in options:
        assert json.loads(out)["cost"]["parts"] == []
    else:
        assert " US dollars a month, never asleep; 0 warnings, " in out.splitlines()[0]
        assert "\nCost: " in out
