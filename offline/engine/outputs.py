"""Computes the id and the outputs that the offline provider returns for a resource."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from offline.engine.aws_facts import AwsFacts, hexadecimal
from offline.engine.protobuf import UNKNOWN, Json, with_leaves
from offline.engine.shapes import AUTO, SHAPES


def automatic_name(type_: str, name: str, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The property that Pulumi names by itself because the program did not; empty when there is none.

    It is known in a preview too: automatic naming happens before the provider is asked for anything.
    """
    for key, template in SHAPES.get(type_, {}).items():
        if template == AUTO and inputs.get(key) is None and type_.startswith("aws:"):
            prefix = inputs.get(f"{key}Prefix") or f"{name}-"
            return {key: UNKNOWN if prefix is UNKNOWN else f"{prefix}{hexadecimal(7, type_, name)}"}
    return {}


def computed_outputs(
    type_: str, name: str, inputs: Mapping[str, Any], facts: AwsFacts, *, id_: str = ""
) -> tuple[str, dict[str, Any]]:
    """(id, outputs) of a resource after an update; the outputs hold no inputs, save an automatic name.

    `id_` is given for a resource that exists already; it is then taken for its name too.
    """
    context = _Context(type_, name, inputs, facts)
    outputs: dict[str, Any] = dict(automatic_name(type_, name, inputs))
    if id_:
        outputs = {key: id_.rsplit("/", maxsplit=1)[-1] for key in outputs}
    context.update(outputs)
    shape = SHAPES.get(type_)
    if shape is None and type_.startswith("aws:"):
        service, kind = type_.removeprefix("aws:").split("/")[0], type_.rsplit(":", maxsplit=1)[-1]
        shape = {"id": "{auto}", "arn": facts.arn(service, f"{kind[0].lower()}{kind[1:]}/{{auto}}")}
    for key, template in (shape or {}).items():
        if context.get(key) is None or key == "id":
            context[key] = outputs[key] = with_leaves(template, partial(_filled, context))
    if special := _SPECIAL.get(type_):
        outputs.update(special(context))
    computed_id = str(outputs.pop("id", context["auto"]))
    return id_ or computed_id, outputs


def _filled(context: Mapping[str, Any], template: Json) -> Json:
    return template.format_map(context) if isinstance(template, str) else template


class _Context(dict[str, Any]):
    """The words a template may use: the inputs, the account, and digits derived from type and name."""

    def __init__(self, type_: str, name: str, inputs: Mapping[str, Any], facts: AwsFacts) -> None:
        super().__init__(inputs)
        self.facts = facts
        self.seed = (type_, name)
        digest = hexadecimal(64, type_, name)
        self.update(region=facts.region, account=facts.account_id, partition=facts.partition)
        self.update(suffix=facts.dns_suffix, auto=f"{name}-{digest[:7]}")
        self.update({f"hex{n}": digest[:n] for n in (6, 11, 12, 16, 17, 32, 64)})
        self["uuid"] = "-".join(digest[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
        self["digits"] = str(int(digest[:16], 16))[:10]
        self["cluster_name"] = str(inputs.get("cluster") or "default").split("/")[-1]
        self["internal_prefix"] = "internal-" if inputs.get("internal") else ""
        balancer, listener = str(inputs.get("loadBalancerArn")), str(inputs.get("listenerArn"))
        self["load_balancer_path"] = balancer.replace(":loadbalancer/", ":listener/")
        self["listener_path"] = listener.replace(":listener/", ":listener-rule/")

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


def _certificate(context: _Context) -> dict[str, Any]:
    domains = [context["domainName"], *(context.get("subjectAlternativeNames") or [])]
    options = [
        {
            "domainName": domain,
            "resourceRecordName": f"_{hexadecimal(32, domain)}.{domain.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{hexadecimal(32, domain, 'value')}.acm-validations.aws.",
        }
        for domain in dict.fromkeys(domains)
    ]
    arn = context.facts.arn("acm", f"certificate/{context['uuid']}")
    return {"id": arn, "arn": arn, "domainValidationOptions": options, "status": "PENDING_VALIDATION"}


def _password(context: _Context) -> dict[str, Any]:
    length = int(context["length"])
    letters = "".join(hexadecimal(64, *context.seed, str(n)) for n in range(length // 64 + 1))
    return {"id": "none", "result": letters[:length], "bcryptHash": f"$2a$10${letters[:length]}"}


def _vpc(context: _Context) -> dict[str, Any]:
    """Never the inputs: awsx has inputs and outputs of one name and different types, e.g. `natGateways`."""
    count = int(context.get("numberOfAvailabilityZones") or 3)
    zones = context.get("availabilityZoneNames") or context.facts.availability_zones[:count]
    specs = context.get("subnetSpecs") or [{"type": "Public"}, {"type": "Private"}]
    layers = {spec["type"].lower() for spec in specs}

    def ids(layer: str) -> list[str]:
        used = zones if layer in layers else ()
        return [f"subnet-{hexadecimal(17, *context.seed, layer, zone)}" for zone in used]

    return {
        "vpcId": f"vpc-{context['hex17']}",
        "publicSubnetIds": ids("public"),
        "privateSubnetIds": ids("private"),
        "isolatedSubnetIds": ids("isolated"),
    }


_SPECIAL: Final[dict[str, Callable[[_Context], dict[str, Any]]]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "awsx:ec2:Vpc": _vpc,
    "random:index/randomPassword:RandomPassword": _password,
}
