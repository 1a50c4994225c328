"""AWS Backup: what a plan backs up, which moto does not know."""

import uuid
from datetime import UTC, datetime
from typing import Any

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, answers, refuse, rule

_selections: dict[tuple[str, str], dict[str, Any]] = {}
"""By plan and id, as GetBackupSelection tells of it."""


@rule("backup", "CreateBackupSelection", source="api CreateBackupSelection: ResourceNotFoundException")
def plan_exists(params: Params) -> None:
    if params["BackupPlanId"] not in backend("backup").plans:
        refuse("ResourceNotFoundException", f"Backup Plan {params['BackupPlanId']} does not exist")


@rule("backup", "CreateBackupPlan", "UpdateBackupPlan", source="api BackupRuleInput.TargetBackupVaultName")
def vault_exists(params: Params) -> None:
    for planned in params["BackupPlan"]["Rules"]:
        if planned["TargetBackupVaultName"] not in backend("backup").vaults:
            refuse("InvalidParameterValueException", f"Backup vault {planned['TargetBackupVaultName']} does not exist")


@answers("backup", "CreateBackupSelection")
def create_selection(params: Params) -> dict[str, Any]:
    """Select resources for a plan."""
    made = {
        "BackupPlanId": params["BackupPlanId"],
        "SelectionId": str(uuid.uuid4()),
        "CreationDate": datetime.now(UTC),
        "BackupSelection": params["BackupSelection"],
    }
    _selections[made["BackupPlanId"], made["SelectionId"]] = made
    return made


@answers("backup", "GetBackupSelection")
def get_selection(params: Params) -> dict[str, Any]:
    """Tell what a selection names."""
    found = _selections.get((params["BackupPlanId"], params["SelectionId"]))
    return found or refuse("ResourceNotFoundException", f"Backup selection {params['SelectionId']} does not exist")


@answers("backup", "DeleteBackupSelection")
def delete_selection(params: Params) -> dict[str, Any]:
    """Select no more."""
    _selections.pop((params["BackupPlanId"], params["SelectionId"]), None)
    return {}


@answers("backup", "ListTags")
def list_tags(params: Params) -> dict[str, Any]:
    """Tell a vault's or a plan's tags; moto loses the end of an ARN that no slash follows, as the provider asks."""
    return {"Tags": backend("backup").list_tags(params["ResourceArn"].rstrip("/"))}
