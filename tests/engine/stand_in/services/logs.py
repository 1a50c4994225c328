"""CloudWatch Logs: Container Insights makes its log group again."""

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, effect


@effect("logs", "DeleteLogGroup")
def deliver_late(params: Params) -> None:
    """Make the group again, as aws/containers-roadmap#2315 and terraform-aws-modules/terraform-aws-eks#2486 tell."""
    if KNOBS.insights_late and "/containerinsights/" in params["logGroupName"]:
        logs = backend("logs")
        made = logs.create_log_group(params["logGroupName"], {})
        logs.tagger.delete_all_tags_for_resource(made.arn)  # moto keeps those of the group that was deleted
