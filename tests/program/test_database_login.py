"""With `database.authentication: iam` no container that serves people has a password of the database."""

from functools import cache

import pulumi_aws as aws

from offline.engine.recording import Recording
from tests.support.program import containers, environment, plan, secrets, statements


@cache
def by_token() -> Recording:
    return plan({"database": {"authentication": "iam"}}, stack="dev")


def test_only_the_container_that_migrates_has_the_administrators_password() -> None:
    logins = {
        name: sorted(one for one in secrets(by_token(), "webui", name) if "DATABASE" in one)
        for name in containers(by_token(), "webui")
    }
    assert logins.pop("migrate") == ["DATABASE_ADMIN_PASSWORD"]
    assert set(map(len, logins.values())) == {0}


def test_the_task_may_log_in_as_that_user_to_this_cluster_alone() -> None:
    cluster = by_token().one(aws.rds.Cluster)
    user = environment(by_token(), "webui")["DATABASE_USER"]
    assert user != cluster.inputs["masterUsername"]
    assert statements(by_token(), "webui-task-policy")["LogInToDatabase"] == {
        "Sid": "LogInToDatabase",
        "Effect": "Allow",
        "Action": "rds-db:connect",
        "Resource": f"arn:aws:rds-db:us-east-1:123456789012:dbuser:{cluster.outputs['clusterResourceId']}/{user}",
    }


def test_a_token_goes_to_a_database_that_takes_it_over_tls() -> None:
    assert by_token().one(aws.rds.Cluster).inputs["iamDatabaseAuthenticationEnabled"] is True
    assert environment(by_token(), "webui")["PGSSLMODE"] == "require"
    assert environment(by_token(), "webui")["AWS_DEFAULT_REGION"] == "us-east-1"


def test_with_a_password_nobody_may_log_in_by_a_token() -> None:
    assert "LogInToDatabase" not in statements(plan(stack="dev"), "webui-task-policy")
