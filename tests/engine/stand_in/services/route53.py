"""Route 53: a record is created once, and an alias or CNAME is alone with its name."""

from typing import Any

import moto.route53.models

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, refuse, rule

_zone_id = moto.route53.models.create_route53_zone_id


def _id_as_aws_writes_it(*args: Any, **kwargs: Any) -> str:
    return f"Z{_zone_id(*args, **kwargs)[1:20].upper()}"


# moto's ids have lower-case letters and more of them, which the provider refuses to read.
moto.route53.models.create_route53_zone_id = _id_as_aws_writes_it


@rule(
    "route53",
    "ChangeResourceRecordSets",
    source="api InvalidChangeBatch; seen hashicorp/terraform-provider-aws#7918",
)
def record_is_new(params: Params) -> None:
    zone = backend("route53").zones.get(params["HostedZoneId"].split("/")[-1])
    known = {(record.name.rstrip("."), record.type) for record in zone.rrsets} if zone else set()
    for change in params["ChangeBatch"]["Changes"]:
        name, kind = change["ResourceRecordSet"]["Name"].rstrip("."), change["ResourceRecordSet"]["Type"]
        if change["Action"] == "CREATE" and (name, kind) in known:
            told = f"[Tried to create resource record set [name='{name}.', type='{kind}'] but it already exists]"
            refuse("InvalidChangeBatch", told)
        if change["Action"] != "DELETE" and _conflicts(kind, {other for named, other in known if named == name}):
            told = f"[RRSet of type {kind} with DNS name {name}. is not permitted because a conflicting RRSet exists]"
            refuse("InvalidChangeBatch", told)


def _conflicts(kind: str, others: set[str]) -> bool:
    """A CNAME is the only record of its name (RFC 1034)."""
    return bool(others - {"CNAME"}) if kind == "CNAME" else "CNAME" in others
