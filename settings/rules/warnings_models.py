"""Second looks at models: which end soon, which the table does not know, and whether the table itself is old."""

from collections.abc import Iterator

from aws_rules import model_ids
from aws_rules import models as catalog
from problems import Path, Problem
from settings.clock import today
from settings.companions import PIPELINES
from settings.rules.parts import NEWER_MODEL, advise, named_models, page
from settings.stack import StackSettings

NOTICE_DAYS = 180
"""AWS announces an end of life six months before, for most models (Bedrock user guide, "Model lifecycle")."""

OLD_TABLE_DAYS = 120

_MODELS: Path = ("gateway", "models")


def retiring_models(settings: StackSettings) -> Iterator[Problem]:
    """Half a year is what people need to try another model and to change their prompts."""
    for path, model_id in named_models(settings):
        model = catalog.find(model_id)
        days = (model.end_of_life - today()).days if model and model.end_of_life else 0
        if model and 0 < days <= NOTICE_DAYS:
            rule = f"ends on Amazon Bedrock on {model.end_of_life}, in {days} days: calls fail from then on"
            if model.legacy and model.legacy <= today():
                rule += ", and accounts that have not used it yet cannot begin"
            yield advise(path, f"{rule} ({page(model)})", NEWER_MODEL)


def old_table(settings: StackSettings) -> Iterator[Problem]:
    """What is not in the table is not refused, so an old table says too little."""
    days = (today() - catalog.RENEWED).days
    if settings.gateway.enabled and days > OLD_TABLE_DAYS:
        rule = f"is judged by a table of models that is {days} days old ({catalog.RENEWED}): ends of life are missing"
        yield advise(_MODELS, rule, "renew it with credentials of AWS: make models")


def unknown_models(settings: StackSettings) -> Iterator[Problem]:
    """A new model may need another API than the one that is assumed."""
    for path, model_id in named_models(settings):
        if catalog.find(model_id) is None and not model_ids.is_application_profile(model_id):
            api = catalog.apis(model_id)[0]
            rule = f"is not in the table of models of {catalog.RENEWED}: it will be called by Bedrock's {api} API"
            yield advise(path, rule, "try it with credentials of AWS: make models CHECK=1 STACK=<stack>")


def limits_past_the_gateway(settings: StackSettings) -> Iterator[Problem]:
    """What other sources answer is not counted."""
    beside = [*(("providers", name) for name in sorted(settings.providers))]
    if settings.limits and PIPELINES in settings.companions:
        beside.append(("companions", PIPELINES))
    for path in beside if settings.limits else ():
        yield advise(
            path, "should be known to be outside of limits: the gateway alone counts", "limit it at its source"
        )
