"""The policy pack as Pulumi runs it: `pulumi preview --policy-pack policy`. PolicyPack() serves until Pulumi ends."""

import sys
from pathlib import Path

# Pulumi puts the pack's own folder there; what is a secret in plain text `aws_rules` says, beside it.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from policies.crossguard import enforced
from pulumi_policy import PolicyPack

PolicyPack(name="webui-bedrock", policies=enforced())
