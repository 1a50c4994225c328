"""Prepare the way over from CloudFormation: import file, proposed config and report. Only reads from AWS.

Exit status: 0 everything was written, 1 the stack cannot be taken over as it is, or not be read.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pulumi
import yaml

from offline.engine import record
from offline.engine.aws_facts import AwsFacts
from offline.engine.recording import Recording
from scripts import stack_config
from scripts.aws_access import AWS_ERRORS, account_id, open_session, sign_in_problem
from scripts.cloudformation.differences import find_differences
from scripts.cloudformation.import_file import import_file
from scripts.cloudformation.mapping import map_resources
from scripts.cloudformation.preparations import preparations
from scripts.cloudformation.problems import TakeOverError
from scripts.cloudformation.proposal import Proposal, propose
from scripts.cloudformation.report import Files, Report
from scripts.cloudformation.retention import exports_only, not_retained
from scripts.cloudformation.stack import Aws, read_stack
from scripts.cloudformation.system import System, read_system
from scripts.findings import NO_REGION, Finding, report

HEADER = """\
# Proposed by `make import` from the CloudFormation stack {stack}: what runs there, as this program says it.
# Read it, then rename it to Pulumi.{name}.yaml. docs/migrate-from-cloudformation.md says what comes next.
"""


def main(arguments: Sequence[str], root: Path = stack_config.ROOT) -> int:
    """Write the files into `root` and print the report."""
    options = _parse(arguments)
    try:
        config = stack_config.read(root, options.stack)
        text = _take_over(options, config)
    except (stack_config.ConfigFileError, pulumi.RunError) as error:
        print(error, file=sys.stderr)
    except TakeOverError as error:
        report("import", error.findings)
    except AWS_ERRORS as error:
        print(f"AWS refused: {error}", file=sys.stderr)
    else:
        print(text)
        return 0
    return 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.import_stack", description=__doc__)
    parser.add_argument("--cfn-stack", required=True, help="name or ARN of the CloudFormation stack")
    parser.add_argument("--stack", required=True, help="the Pulumi stack that takes over")
    parser.add_argument("--out", default="import.json", help="the import file")
    return parser.parse_args(arguments)


def _take_over(options: argparse.Namespace, config: stack_config.StackConfig) -> str:
    root, name = config.root, options.stack.rpartition("/")[2]
    files = Files(
        resources=Path(options.out), config=Path(f"{name}.imported.yaml"), exports=Path(f"{name}.exports.json")
    )
    _refuse_to_overwrite(root, files)
    aws, account = _sign_in(config)
    stack = read_stack(aws, options.cfn_stack, account)
    system = read_system(aws, stack)
    proposal = propose(system)
    recording = record_program(proposal, system, name)
    plan = map_resources(system, recording)
    if not stack.exports:
        files = replace(files, exports=None)
    found = Report(
        system=system,
        pulumi_stack=options.stack,
        files=files,
        not_retained=not_retained(aws, stack),
        preparations=preparations(system, plan, recording),
        proposal=proposal,
        plan=plan,
        recording=recording,
        differences=find_differences(system, plan, recording),
    )
    # Last, when nothing can fail any more: half of the files would be in the way of the next call.
    _write(root / files.resources, json.dumps(import_file(plan, recording), indent=2))
    _write(root / files.config, _config_file(found, config))
    if files.exports:
        _write(root / files.exports, json.dumps(exports_only(stack), indent=2))
    return "\n".join(found.lines())


def _refuse_to_overwrite(root: Path, files: Files) -> None:
    paths = [path for path in (files.resources, files.config, files.exports) if path and (root / path).exists()]
    if paths:
        raise TakeOverError(*(Finding(f"a free name: {path} exists", "Move it away.") for path in paths))


def _sign_in(config: stack_config.StackConfig) -> tuple[Aws, str]:
    try:
        session = open_session(config)
        account = account_id(session)
    except AWS_ERRORS as error:
        raise TakeOverError(sign_in_problem(error)) from error
    if session.region_name is None:
        raise TakeOverError(Finding("an AWS region", NO_REGION))
    allowed = config.values.get("aws:allowedAccountIds") or [account]
    if account not in map(str, allowed):
        where = ", ".join(map(str, allowed))
        raise TakeOverError(
            Finding(f"credentials for account {where}: these are for {account}", "Set AWS_PROFILE to the other one.")
        )
    return Aws(session), account


def record_program(proposal: Proposal, system: System, stack: str) -> Recording:
    """Run the program offline on the proposed config, in the network that is really there."""
    block = {"associationId": "live", "state": "associated"}
    cidrs = [entry["CidrBlock"] for entry in system.vpc["CidrBlockAssociationSet"]]
    vpc = {
        "cidrBlock": system.vpc["CidrBlock"],
        "cidrBlockAssociations": [block | {"cidrBlock": cidr} for cidr in cidrs],
        "enableDnsSupport": system.vpc["enableDnsSupport"],
        "enableDnsHostnames": system.vpc["enableDnsHostnames"],
    }
    subnets = {
        subnet_id: {
            "availabilityZone": subnet["AvailabilityZone"],
            "cidrBlock": subnet["CidrBlock"],
            "vpcId": subnet["VpcId"],
        }
        for subnet_id, subnet in system.subnets.items()
    }
    region, account = system.stack.region, system.stack.account
    facts = AwsFacts(region=region, account_id=account, vpcs={system.vpc["VpcId"]: vpc}, subnets=subnets)
    return record(
        stack_config.ROOT / "__main__.py", config=proposal.config | {"aws:region": region}, stack=stack, aws=facts
    )


def _config_file(found: Report, config: stack_config.StackConfig) -> str:
    """The proposal, with what the stack's file says of the AWS provider: profile, allowed accounts."""
    stack, name = found.system.stack, found.pulumi_stack.rpartition("/")[2]
    provider = {key: value for key, value in config.values.items() if key.startswith("aws:")}
    values = {f"{found.recording.project}:{key}": value for key, value in found.proposal.config.items()}
    document = {"config": provider | {"aws:region": stack.region} | values}
    return HEADER.format(stack=stack.name, name=name) + yaml.safe_dump(document, sort_keys=False, width=120)


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
