"""`python -m scan`: what checkov finds in the recorded stacks, set against the accepted findings.

Exit code 1 for a finding that `scan/exceptions.yaml` does not list, and for an exception that matches nothing.
"""

import argparse
import json
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from offline.engine import record_stack
from problems.command import CommandError, command
from scan.terraform_plan import terraform_plan

ROOT: Final = Path(__file__).resolve().parent.parent
EXCEPTIONS: Final = ROOT / "scan" / "exceptions.yaml"
PLANS: Final = ROOT / "build" / "scan"
STACKS: Final = ("dev", "prod")
OTHERS: Final = "others"
"""In place of a stack: any stack of the user's own. What is accepted in dev or prod is accepted there too."""


class ScanError(CommandError):
    """The scan itself cannot be trusted: its exceptions are unreadable, or checkov read nothing."""


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One failed check."""

    check: str
    stack: str
    resource: str
    """Terraform address, such as `aws_lb.load-balancer-alb`."""
    title: str

    def __str__(self) -> str:
        return f"{self.check} {self.stack} {self.resource}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A check that may fail for some resources."""

    check: str
    resources: tuple[str, ...]
    """Patterns of Terraform addresses, `*` for anything."""
    reason: str
    option: str
    """What the owner of a stack can do to meet the control after all."""
    stacks: tuple[str, ...] = STACKS

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is of this check, in one of these stacks, on one of these resources."""
        return (
            finding.check == self.check
            and (finding.stack in self.stacks or finding.stack not in STACKS)
            and any(fnmatchcase(finding.resource, pattern) for pattern in self.resources)
        )

    def unused(self, findings: Iterable[Finding]) -> list[str]:
        """Which of its patterns and stacks no finding needs; none when dev and prod need not have any."""
        if self.stacks == (OTHERS,):
            return []
        covered = [finding for finding in findings if self.covers(finding)]
        stacks = {finding.stack for finding in covered}
        patterns = [p for p in self.resources if not any(fnmatchcase(finding.resource, p) for finding in covered)]
        return [*patterns, *(stack for stack in self.stacks if stack not in stacks)]


def load_exceptions(text: str) -> list[Accepted]:
    """The accepted findings; raises ScanError for an entry that is not whole."""
    entries = yaml.safe_load(text) or []
    if not isinstance(entries, list):
        raise ScanError("exceptions: must be a list")
    return [_accepted(entry, number) for number, entry in enumerate(entries, start=1)]


def _accepted(entry: object, number: int) -> Accepted:
    required, optional = {"check", "resources", "reason", "option"}, {"stacks"}
    if not isinstance(entry, Mapping) or not required <= entry.keys() <= required | optional:
        raise ScanError(f"exceptions, entry {number}: needs exactly {', '.join(sorted(required))}; may have stacks")
    texts = [entry["check"], entry["reason"], entry["option"]]
    lists = [entry["resources"], entry.get("stacks", list(STACKS))]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ScanError(f"exceptions, entry {number}: check, reason and option must be texts")
    if not all(isinstance(items, list) and items and all(isinstance(i, str) for i in items) for items in lists):
        raise ScanError(f"exceptions, entry {number}: resources and stacks must be lists of texts")
    if unknown := set(lists[1]) - {*STACKS, OTHERS}:
        raise ScanError(f"exceptions, entry {number}: {', '.join(sorted(unknown))} is none of dev, prod and others")
    check, reason, option = (" ".join(text.split()) for text in texts)
    return Accepted(check=check, resources=tuple(lists[0]), reason=reason, option=option, stacks=tuple(lists[1]))


def findings_of(report: Mapping[str, Any], stack: str) -> list[Finding]:
    """The failed checks of checkov's JSON report; raises ScanError when it read no resource or could not."""
    summary = report.get("summary", report)
    if summary.get("parsing_errors") or not summary.get("passed"):
        raise ScanError(f"checkov could not read the plan of {stack}: {json.dumps(summary)}")
    return sorted(
        Finding(check=failed["check_id"], stack=stack, resource=failed["resource"], title=failed["check_name"])
        for failed in report["results"]["failed_checks"]
    )


def problems(findings: Collection[Finding], accepted: Sequence[Accepted], *, complete: bool) -> list[str]:
    """What is wrong, one line each; `complete` tells that no stack was left out, so that exceptions may be stale."""
    found = [f"not accepted: {f}" for f in sorted(findings) if not any(entry.covers(f) for entry in accepted)]
    if complete:
        stale = [(entry.check, unused) for entry in accepted for unused in entry.unused(findings)]
        found += [f"exception without a finding: {check} {unused}" for check, unused in stale]
    return found


def scan_stack(stack: str, checkov: Path) -> list[Finding]:
    """Records the stack, writes its plan and has checkov read it."""
    PLANS.mkdir(parents=True, exist_ok=True)
    plan = PLANS / f"{stack}.json"
    plan.write_text(json.dumps(terraform_plan(record_stack(ROOT, stack)), indent=2))
    options = ["--framework", "terraform_plan", "--skip-download", "--quiet", "--compact", "--output", "json"]
    result = subprocess.run([checkov, "--file", plan, *options], capture_output=True, text=True, check=False)
    try:
        report = json.loads(result.stdout)
    except json.JSONDecodeError:
        raise ScanError(f"checkov failed on {plan}: {result.stderr.strip() or result.stdout.strip()}") from None
    return findings_of(report, stack)


@command()
def main(argv: Sequence[str]) -> int:
    """Scans and prints; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scan", description=__doc__)
    parser.add_argument("--checkov", type=Path, default=ROOT / ".venv-scan" / "bin" / "checkov", help="its program")
    parser.add_argument("--stack", action="append", help="a stack to scan instead of dev and prod; may be repeated")
    options = parser.parse_args(argv)
    stacks: Sequence[str] = options.stack or STACKS
    accepted = load_exceptions(EXCEPTIONS.read_text())
    findings = [finding for stack in stacks for finding in scan_stack(stack, options.checkov)]
    wrong = problems(findings, accepted, complete=set(STACKS) <= set(stacks))
    for line in wrong:
        print(line)
    print(f"{', '.join(stacks)}: {len(findings)} findings of checkov, {len(wrong)} problems")
    return 1 if wrong else 0
