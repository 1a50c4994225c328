"""The policies for whoever deploys hold what the program's resource types take, and IAM takes the policies."""

import json

from tests import deployer_policy, inventories
from tests.aws_schemas.kinds import KINDS

MOST_CHARACTERS = 6144
"""Of a managed policy, white space not counted (IAM quotas)."""


def test_the_files_are_those_of_the_resource_types() -> None:
    written = {file.stem: file.read_text() for file in deployer_policy.FOLDER.glob("*.json")}
    assert written == deployer_policy.documents(), inventories.advice(deployer_policy.FOLDER)


def test_each_fits_into_a_managed_policy() -> None:
    for policy, text in deployer_policy.documents().items():
        assert len(json.dumps(json.loads(text), separators=(",", ":"))) <= MOST_CHARACTERS, policy


def test_every_resource_type_may_be_made() -> None:
    services = {"elbv2": "elasticloadbalancing", "efs": "elasticfilesystem"}
    operations = {
        "AnomalyMonitor": "CreateAnomalyMonitor",
        "AnomalySubscription": "CreateAnomalySubscription",
        # IAM's name for all that makes and changes a budget.
        "CreateBudget": "ModifyBudget",
        "LoggingConfiguration": "PutLoggingConfiguration",
        "ResourceRecordSet": "ChangeResourceRecordSets",
    }
    for token, kind in KINDS.items():
        service, _, operation = kind.request.partition(".")
        allowed = deployer_policy.allows(services.get(service, service), operations.get(operation, operation))
        assert kind.part or allowed, token
