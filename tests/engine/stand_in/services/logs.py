"""CloudWatch Logs: Container Insights makes its log group again, and a group gets its key later."""

from typing import Any

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, effect


@effect("logs", "DeleteLogGroup")
def deliver_late(params: Params) -> None:
    """Make the group again, as aws/containers-roadmap#2315 and terraform-aws-modules/terraform-aws-eks#2486 tell."""
    if KNOBS.insights_late and "/containerinsights/" in params["logGroupName"]:
        logs = backend("logs")
        made = logs.create_log_group(params["logGroupName"], {})
        logs.tagger.delete_all_tags_for_resource(made.arn)  # moto keeps those of the group that was deleted


@answers("logs", "AssociateKmsKey")
def associate_key(params: Params) -> dict[str, Any]:
    """Encrypt what a group gets from now on."""
    backend("logs").groups[params["logGroupName"]].kms_key_id = params["kmsKeyId"]
    return {}
