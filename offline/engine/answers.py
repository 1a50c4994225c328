"""What the offline provider answers when a program asks AWS a question (a Pulumi invoke)."""

import re
from collections.abc import Callable
from typing import Any

from pulumi import RunError

from offline.engine.aws_facts import AwsFacts, hexadecimal
from offline.engine.network_answers import NetworkAnswers
from offline.engine.protobuf import Json

_ZONE_ID = re.compile(r"Z[0-9A-Z]{1,31}")
_HOST_NAME = re.compile(r"([a-z0-9-]+\.)+[a-z-]{2,}", re.IGNORECASE)


class UnansweredInvokeError(RunError):
    """The program called a provider function that the offline provider has no answer for."""


class Answers:
    """Answers the invokes of one run, and notes in `assumptions` what it had to make up.

    An answer holds what programs read; the SDK gives None for every other property.
    """

    def __init__(self, facts: AwsFacts) -> None:
        self.facts = facts
        self.assumptions: list[str] = []
        self._network = NetworkAnswers(facts, self.assume)
        self._zone_names: dict[str, str] = {}
        self._by_token: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            **self._network.by_token,
            "aws:index/getRegion:getRegion": self._region,
            "aws:index/getCallerIdentity:getCallerIdentity": self._caller_identity,
            "aws:index/getPartition:getPartition": self._partition,
            "aws:cloudwatch/getLogGroups:getLogGroups": self._log_groups,
            "aws:cloudwatch/getLogGroup:getLogGroup": self._log_group,
            "aws:rds/getEngineVersion:getEngineVersion": self._engine_version,
            "aws:rds/getClusterSnapshot:getClusterSnapshot": self._cluster_snapshot,
            "aws:s3/getBucket:getBucket": self._bucket,
            "aws:secretsmanager/getSecret:getSecret": self._secret,
            "aws:secretsmanager/getSecretVersion:getSecretVersion": self._secret_version,
            "aws:secretsmanager/getSecretVersions:getSecretVersions": self._secret_versions,
            "aws:ssm/getParameter:getParameter": self._parameter,
            "aws:route53/getZone:getZone": self._zone,
            "aws:kms/getKey:getKey": self._kms_key,
            "aws:sns/getTopic:getTopic": self._topic,
        }

    def answer(self, token: str, args: dict[str, Any]) -> dict[str, Any]:
        """The result of one provider function; `UnansweredInvokeError` when offline cannot know it."""
        try:
            reply = self._by_token[token]
        except KeyError:
            raise UnansweredInvokeError(f"the offline provider has no answer for the invoke {token}") from None
        return reply(args)

    def expect(self, values: Json) -> None:
        """Learns the network from config or outputs: the subnets of one list are in one zone each, in its order.

        Without it the order of questions would decide, and that may change from run to run. A hosted zone is taken for
        that of the host name in the same map.
        """
        if isinstance(values, dict):
            self._expect_zone([value for value in values.values() if isinstance(value, str)])
            for value in values.values():
                self.expect(value)
        elif isinstance(values, list):
            for position, item in enumerate(values):
                if isinstance(item, str):
                    self._network.expect(item, position)
        elif isinstance(values, str):
            self._network.expect(values, None)

    def _expect_zone(self, texts: list[str]) -> None:
        zones, names = (list(filter(shape.fullmatch, texts)) for shape in (_ZONE_ID, _HOST_NAME))
        if zones and names:
            self._zone_names[zones[0]] = ".".join(names[0].lower().split(".")[-2:])

    def assume(self, text: str) -> None:
        """Notes what is made up, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)

    def _region(self, args: dict[str, Any]) -> dict[str, Any]:
        region = args.get("region") or self.facts.region
        return {"id": region, "region": region}

    def _caller_identity(self, _args: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.facts.account_id, "accountId": self.facts.account_id}

    def _partition(self, _args: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.facts.partition, "partition": self.facts.partition, "dnsSuffix": self.facts.dns_suffix}

    def _log_groups(self, args: dict[str, Any]) -> dict[str, Any]:
        prefix = args.get("logGroupNamePrefix") or ""
        names = sorted(name for name in self.facts.log_groups if name.startswith(prefix))
        return {"id": self.facts.region, "logGroupNames": names}

    def _log_group(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"id": args["name"], **args, "tags": dict(self.facts.log_groups[args["name"]])}

    def _engine_version(self, args: dict[str, Any]) -> dict[str, Any]:
        """A minor version of the asked family; nothing in a plan depends on which."""
        major = args["parameterGroupFamily"].removeprefix(args["engine"])
        return {**args, "id": f"{major}.9", "versionActual": f"{major}.9"}

    def _cluster_snapshot(self, args: dict[str, Any]) -> dict[str, Any]:
        identifier = args["dbClusterSnapshotIdentifier"]
        if identifier not in self.facts.snapshots:
            self.assume(f"snapshot {identifier} exists and can be restored")
        version = {"engine": "aurora-postgresql", "engineVersion": "16.9", "status": "available"}
        facts = self.facts.snapshots.get(identifier, {})
        return {"id": identifier, "dbClusterSnapshotIdentifier": identifier, **version, **facts}

    def _bucket(self, args: dict[str, Any]) -> dict[str, Any]:
        name = args["bucket"]
        arn = f"arn:{self.facts.partition}:s3:::{name}"
        if arn not in self.facts.others:
            self.assume(f"bucket {name} exists in {self.facts.region}")
        return {"id": name, "arn": arn, "bucketRegion": self.facts.region, **self.facts.others.get(arn, {})}

    def _secret(self, args: dict[str, Any]) -> dict[str, Any]:
        arn = args["arn"]
        name = arn.split(":secret:")[-1].rsplit("-", 1)[0]
        self.assume(f"secret {name} exists and is encrypted with the key of AWS")
        return {"id": arn, "arn": arn, "name": name, "kmsKeyId": ""}

    def _secret_version(self, args: dict[str, Any]) -> dict[str, Any]:
        secret_id = args["secretId"]
        value = f"made-up-{hexadecimal(32, secret_id, 'value')}"
        return {"id": secret_id, "secretId": secret_id, "arn": secret_id, "secretString": value}

    def _secret_versions(self, args: dict[str, Any]) -> dict[str, Any]:
        secret_id = args["secretId"]
        self.assume(f"secret {secret_id.split(':secret:')[-1]} has one version")
        version = {"versionId": hexadecimal(32, secret_id), "versionStages": ["AWSCURRENT"]}
        return {"id": secret_id, "secretId": secret_id, "versions": [version]}

    def _parameter(self, args: dict[str, Any]) -> dict[str, Any]:
        arn = args["name"]
        value = {"type": "String", "version": 1, "insecureValue": "-----BEGIN CERTIFICATE-----"}
        if arn not in self.facts.others:
            self.assume(f"parameter {arn.partition(':parameter/')[2]} holds certificates")
        return {"id": arn, "arn": arn, "name": arn, **value, **self.facts.others.get(arn, {})}

    def _zone(self, args: dict[str, Any]) -> dict[str, Any]:
        zone_id = args["zoneId"]
        facts = self.facts.hosted_zones.get(zone_id, {})
        name = facts.get("name") or self._zone_names.get(zone_id, "example.com")
        if "name" not in facts:
            self.assume(f"hosted zone {zone_id} is {name}")
        return {"id": zone_id, "zoneId": zone_id, "name": name, "privateZone": False, **facts}

    def _kms_key(self, args: dict[str, Any]) -> dict[str, Any]:
        key = args["keyId"]
        arn = key if key.startswith("arn:") else self.facts.arn("kms", f"key/{key}")
        usable = {"enabled": True, "keyState": "Enabled", "keyManager": "CUSTOMER"}
        facts = {"keySpec": "SYMMETRIC_DEFAULT", **usable, **self.facts.others.get(arn, {})}
        return {"id": key, "keyId": key, "arn": arn, **facts}

    def _topic(self, args: dict[str, Any]) -> dict[str, Any]:
        name = args["name"]
        self.assume(f"SNS topic {name} exists")
        return {"id": self.facts.arn("sns", name), "arn": self.facts.arn("sns", name), "name": name}
