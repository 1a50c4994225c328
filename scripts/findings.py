"""What a check reports, and how it is told."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something missing and its remedy, both for people."""

    what: str
    remedy: str
    blocks: bool = True
    """False: it is told, and the command goes on."""


NO_CREDENTIALS = "Sign in (`aws sso login`, `aws configure`), or set AWS_PROFILE to a profile of yours."
NO_REGION = "Set AWS_REGION, or in the stack: `aws:region: eu-central-1`."


def report(command: str, findings: Iterable[Finding]) -> bool:
    """Print every finding to standard error; give whether the command may run."""
    found = list(findings)
    blocked = any(finding.blocks for finding in found)
    if blocked:
        print(f"`make {command}` needs something first; nothing was run.", file=sys.stderr)
    for finding in found:
        remedy = finding.remedy.replace("\n", "\n      ")
        print(f"  {'missing' if finding.blocks else 'note'}: {finding.what}\n      {remedy}", file=sys.stderr)
    return not blocked
