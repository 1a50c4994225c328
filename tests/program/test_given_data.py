"""A stack on a database and a cache that exist already makes none, and logs in with their URLs alone."""

from functools import cache

import pulumi_aws as aws
import pytest

from offline.engine.recording import Recording
from tests.support.program import environment, plan, secrets

DATABASE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"
CACHE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cache-AbCdEf:url::"
GROUP = "sg-0123456789abcdef0"


@cache
def on_given_data() -> Recording:
    return plan(
        {
            "database": {"urlSecretArn": DATABASE, "securityGroupId": GROUP},
            "cache": {"urlSecretArn": CACHE},
            "webui": {"egress": [{"port": 6379, "cidrs": ["10.7.0.0/16"]}]},
        },
        stack="dev",
    )


def test_nothing_of_aurora_and_elasticache_is_made_or_watched() -> None:
    made = [resource.type for resource in on_given_data().resources]
    assert [kind for kind in made if kind.startswith(("aws:rds/", "aws:elasticache/"))] == []
    watched = {alarm.inputs.get("namespace") for alarm in on_given_data().of_type(aws.cloudwatch.MetricAlarm)}
    assert watched & {"AWS/RDS", "AWS/ElastiCache"} == set()


@pytest.mark.parametrize("name", ["webui", "migrate"])
def test_every_container_that_asks_the_database_has_its_url_and_no_other_login(name: str) -> None:
    read = secrets(on_given_data(), "webui", name)
    assert (read["DATABASE_URL"], read["REDIS_URL"]) == (DATABASE, CACHE)
    variables = environment(on_given_data(), "webui", name)
    assert {one for one in variables.keys() | read.keys() if one.startswith("DATABASE_")} == {
        "DATABASE_URL",
        "DATABASE_POOL_SIZE",
        "DATABASE_POOL_MAX_OVERFLOW",
        "DATABASE_USER_ACTIVE_STATUS_UPDATE_INTERVAL",
    }


def test_the_group_of_the_database_lets_in_open_webui_and_nobody_else() -> None:
    rules = on_given_data().of_type(aws.vpc.SecurityGroupIngressRule)
    into = [rule for rule in rules if rule.inputs["securityGroupId"] == GROUP]
    assert [(rule.name, rule.inputs["toPort"]) for rule in into] == [("webui-into-database", 5432)]
