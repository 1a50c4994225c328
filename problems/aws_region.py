"""What is wrong with the region that a stack names, for settings and for the checks before a command."""

import json

from aws_rules import regions
from problems.fixes import STACK_FILE, Advice
from problems.problem import Problem


def region_problem(region: str, file: str = STACK_FILE) -> Problem | None:
    """The problem with a region that is none; `file` is the stack's."""
    rule = regions.problem(region)
    if rule is None:
        return None
    fix = f"write `aws:region: {regions.meant(region) or 'us-east-1'}` below `config` in {file}"
    read = json.dumps(region, ensure_ascii=False)
    return Problem(rule=f"aws:region, or else AWS_REGION: read {read}; {rule}", fix=Advice(fix))
