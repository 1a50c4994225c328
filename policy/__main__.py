"""The policy pack as Pulumi runs it: `pulumi preview --policy-pack policy`. PolicyPack() serves until Pulumi ends."""

from policies.crossguard import enforced
from pulumi_policy import PolicyPack

PolicyPack(name="webui-bedrock", policies=enforced())
