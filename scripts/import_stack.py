"""Prepare the way over from CloudFormation: import file, proposed config and report. Only reads from AWS.

Exit status: 0 everything was written, 1 the stack cannot be taken over as it is, or not be read.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from health.aws import Aws
from offline import stack_files
from offline.engine import record
from offline.engine.aws_facts import AwsFacts
from offline.engine.recording import Recording
from problems.command import MissingError, command, leave, missing, require
from scripts import stack_file
from scripts.aws_access import NO_REGION, sign_in
from scripts.cloudformation.differences import find_differences
from scripts.cloudformation.import_file import import_file
from scripts.cloudformation.mapping import map_resources
from scripts.cloudformation.preparations import preparations
from scripts.cloudformation.proposal import Proposal, propose
from scripts.cloudformation.report import Files, TakeOverReport
from scripts.cloudformation.retention import exports_only, read_template
from scripts.cloudformation.stack import read_stack
from scripts.cloudformation.system import System, read_system
from scripts.stack_file import StackFile

HEADER = """\
# Proposed by `make import` from the CloudFormation stack {stack}: what runs there, as this program says it.
# Read it, then rename it to Pulumi.{name}.yaml. docs/migrate-from-cloudformation.md says what comes next.
"""


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Write the files into `root` and print the report."""
    parser = argparse.ArgumentParser(prog="python -m scripts.import_stack", description=__doc__)
    parser.add_argument("--cfn-stack", required=True, help="name or ARN of the CloudFormation stack")
    parser.add_argument("--stack", required=True, help="the Pulumi stack that takes over")
    parser.add_argument("--out", default="import.json", help="the import file")
    options = parser.parse_args(arguments)
    print(_take_over(options, stack_file.read(root, options.stack)))
    return 0


def _take_over(options: argparse.Namespace, config: StackFile) -> str:
    root, name = config.root, config.name
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
    report = TakeOverReport(
        system=system,
        pulumi_stack=options.stack,
        files=files,
        template=read_template(aws, stack),
        preparations=preparations(system, plan, recording),
        proposal=proposal,
        plan=plan,
        recording=recording,
        differences=find_differences(system, plan, recording),
    )
    # Last, when nothing can fail any more: half of the files would be in the way of the next call.
    _write(root / files.resources, json.dumps(import_file(plan, recording), indent=2))
    _write(root / files.config, _config_file(report, config))
    if files.exports:
        _write(root / files.exports, json.dumps(exports_only(stack), indent=2))
    return "\n".join(report.lines())


def _refuse_to_overwrite(root: Path, files: Files) -> None:
    paths = [path for path in (files.resources, files.config, files.exports) if path and (root / path).exists()]
    require(missing(f"a free name: {path} exists", "Move it away.") for path in paths)


def _sign_in(config: StackFile) -> tuple[Aws, str]:
    session, account = sign_in(config, [str(allowed) for allowed in config.values.get("aws:allowedAccountIds") or ()])
    if session.region_name is None:
        raise MissingError(NO_REGION)
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
        stack_file.ROOT / "__main__.py", config=proposal.config | {"aws:region": region}, stack=stack, aws=facts
    )


def _config_file(report: TakeOverReport, config: StackFile) -> str:
    """The proposal in place of the file's own words for its keys; the rest of the file stays, its secrets' key too."""
    stack = report.system.stack
    file = {**stack_files.read(config.file)} if config.file.is_file() else {}
    values = {f"{report.recording.project}:{key}": value for key, value in report.proposal.config.items()}
    document = file | {"config": {**(file.get("config") or {}), "aws:region": stack.region} | values}
    return HEADER.format(stack=stack.name, name=config.name) + yaml.safe_dump(document, sort_keys=False, width=120)


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
