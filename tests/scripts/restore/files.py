"""A stack whose Open WebUI keeps its files on EFS in moto, with backups that AWS Backup would have of it."""

from datetime import UTC, datetime
from typing import Any, Final

from tests.scripts.deployed_stack import Stack, answer
from tests.scripts.restore.database import run_webui
from tests.scripts.standins import Body

ROLE: Final = "demo-task-role"
BOUNDARY: Final = "arn:aws:iam::123456789012:policy/boundary"
POINT: Final = "arn:aws:backup:eu-west-1:123456789012:recovery-point:{}"


def make_file_system(stack: Stack) -> str:
    """A file system, and the role that Open WebUI's tasks have."""
    boundary = {"Version": "2012-10-17", "Statement": []}
    stack.client("iam").create_role(
        RoleName=ROLE,
        Path="/team/",
        AssumeRolePolicyDocument=str(boundary),
        PermissionsBoundary=BOUNDARY,
        Tags=[{"Key": "Project", "Value": "demo"}],
    )
    made = stack.client("efs").create_file_system(CreationToken="demo", Encrypted=True)
    return str(made["FileSystemId"])


def work_in(stack: Stack, file_system: str, directory: str, **variables: str) -> None:
    """Let Open WebUI's service work in a directory, as `make up` does."""
    point = stack.client("efs").create_access_point(FileSystemId=file_system, RootDirectory={"Path": directory})
    mounted = {"accessPointId": point["AccessPointId"], "iam": "ENABLED"}
    volume = {"fileSystemId": file_system, "transitEncryption": "ENABLED", "authorizationConfig": mounted}
    run_webui(
        stack,
        "",
        variables=variables,
        volumes=[{"name": "files", "efsVolumeConfiguration": volume}],
        cpu="256",
        memory="512",
        taskRoleArn=f"arn:aws:iam::123456789012:role/team/{ROLE}",
    )


def backups(*days: int) -> Any:
    """Backups of noon on these days of November, and one that is not complete."""
    points = [{"RecoveryPointArn": POINT.format(day), "CreationDate": noon(day), "Status": "COMPLETED"} for day in days]
    unfinished = {"RecoveryPointArn": POINT.format("half"), "CreationDate": noon(20), "Status": "CREATING"}
    return answer("backup.ListRecoveryPointsByResource", {"RecoveryPoints": [*points, unfinished]})


def noon(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def job(**told: object) -> Any:
    """How AWS Backup's job ends."""
    return answer("backup.DescribeRestoreJob", {"Status": "COMPLETED", "CreationDate": noon(21), **told})


def temporaries(stack: Stack) -> Body:
    """What is there of what the command makes for its own time."""
    roles = [role["RoleName"] for role in stack.client("iam").list_roles()["Roles"]]
    points = stack.client("efs").describe_access_points()["AccessPoints"]
    family = {"familyPrefix": "demo-webui-service-restore"}
    revisions = [
        arn
        for status in ("ACTIVE", "INACTIVE")
        for arn in stack.client("ecs").list_task_definitions(status=status, **family)["taskDefinitionArns"]
    ]
    return {
        "roles": [role for role in roles if role != ROLE],
        "access points": [one["AccessPointId"] for one in points if one["RootDirectory"]["Path"] == "/"],
        "task definitions": revisions,
    }
