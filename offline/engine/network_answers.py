"""What is answered about networks and load balancers that exist."""

import ipaddress
from collections.abc import Callable
from typing import Any

from offline.engine.aws_facts import AwsFacts, hexadecimal


class NothingFoundError(Exception):
    """AWS has nothing of the kind: the invoke fails, which a program may catch."""


class NetworkAnswers:
    """Answers of one run; `assume` notes what is made up."""

    def __init__(self, facts: AwsFacts, assume: Callable[[str], None]) -> None:
        self.facts, self.assume = facts, assume
        self._positions: dict[str, int] = {}
        self._vpc_id = next(iter(facts.vpcs), "")
        self.by_token: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "aws:index/getAvailabilityZones:getAvailabilityZones": self._availability_zones,
            "aws:ec2/getVpc:getVpc": self._vpc,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:ec2/getRouteTables:getRouteTables": self._route_tables,
            "aws:ec2/getManagedPrefixList:getManagedPrefixList": self._prefix_list,
            "aws:lb/getListener:getListener": self._listener,
            "aws:lb/getListenerRule:getListenerRule": self._listener_rule,
            "aws:lb/getLoadBalancer:getLoadBalancer": self._load_balancer,
        }

    def expect(self, text: str, position: int | None) -> None:
        """Learns a subnet's place in its list, or the VPC; any other text is passed over."""
        if position is not None and text.startswith("subnet-"):
            self._positions.setdefault(text, position)
        elif position is None and text.startswith("vpc-"):
            self._vpc_id = self._vpc_id or text

    def _availability_zones(self, args: dict[str, Any]) -> dict[str, Any]:
        hidden = self.facts.impaired_zones if args.get("state") == "available" else ()
        without = args.get("excludeZoneIds") or ()
        zones = [
            zone for zone in self.facts.availability_zones if zone not in hidden and self._zone_id(zone) not in without
        ]
        if not self.facts.zones_are_known:
            self.assume(f"{self.facts.region} has as many Availability Zones as the stack asks for")
        return {"id": self.facts.region, "names": zones}

    def _zone_id(self, zone: str) -> str:
        """Such as `use1-az2`: the name that is the same in every account."""
        area, *direction, number = self.facts.region.split("-")
        position = self.facts.availability_zones.index(zone)
        numbers = self.facts.zone_numbers
        zone_number = numbers[position] if position < len(numbers) else position + 1
        return f"{area}{''.join(word[0] for word in direction)}{number}-az{zone_number}"

    def _vpc(self, args: dict[str, Any]) -> dict[str, Any]:
        vpc_id = args["id"]
        facts = self.facts.vpcs.get(vpc_id, {})
        cidr = facts.get("cidrBlock", "10.0.0.0/16")
        if "cidrBlock" not in facts:
            self.assume(f"VPC {vpc_id} has the CIDR {cidr}")
        association = {"associationId": "vpc-cidr-assoc-1", "cidrBlock": cidr, "state": "associated"}
        dns = {"enableDnsHostnames": True, "enableDnsSupport": True}
        return {"id": vpc_id, "cidrBlock": cidr, "cidrBlockAssociations": [association], **dns, **facts}

    def _subnet(self, args: dict[str, Any]) -> dict[str, Any]:
        subnet_id = args["id"]
        facts = self.facts.subnets.get(subnet_id, {})
        position = self._positions.setdefault(subnet_id, len(self._positions))
        # Three, as people make them; of six zones one may lack services, for which no stack is to be refused.
        zones = self.facts.availability_zones[:3]
        zone = facts.get("availabilityZone", zones[position % len(zones)])
        vpc_id = facts.get("vpcId") or self._vpc_id or "vpc-0assumed"
        cidr = facts.get("cidrBlock", self._subnet_cidr(vpc_id, subnet_id))
        assumed: dict[str, Any] = {}
        if not {"availabilityZone", "cidrBlock", "vpcId"} <= facts.keys():
            self.assume(f"subnet {subnet_id} is in {zone}, in {vpc_id}, with the CIDR {cidr} and with IPv6")
            assumed["ipv6CidrBlock"] = f"2001:db8:0:{position:x}::/64"
        return {
            **assumed,
            "id": subnet_id,
            "vpcId": vpc_id,
            "availabilityZone": zone,
            "availabilityZoneId": self._zone_id(zone) if zone in self.facts.availability_zones else zone,
            "cidrBlock": cidr,
            **facts,
        }

    def _subnet_cidr(self, vpc_id: str, subnet_id: str) -> str:
        network = ipaddress.ip_network(self.facts.vpcs.get(vpc_id, {}).get("cidrBlock", "10.0.0.0/16"))
        blocks = list(network.subnets(new_prefix=min(network.prefixlen + 6, 28)))
        return str(blocks[list(self._positions).index(subnet_id) % len(blocks)])

    def _route_tables(self, args: dict[str, Any]) -> dict[str, Any]:
        # awsx gives each private subnet a route table of its own.
        zones = self.facts.availability_zones[: len(set(self._positions.values())) or None]
        tables = [f"rtb-{hexadecimal(17, args.get('vpcId', ''), zone)}" for zone in zones]
        return {"id": self.facts.region, "ids": tables}

    def _listener(self, args: dict[str, Any]) -> dict[str, Any]:
        arn = args["arn"]
        facts = self.facts.others.get(arn, {})
        if not facts:
            self.assume(f"{arn.split(':', 5)[5]} speaks HTTPS on port 443 and has no rules")
        balancer = arn.replace(":listener/", ":loadbalancer/", 1).rpartition("/")[0]
        return {"id": arn, "arn": arn, "loadBalancerArn": balancer, "port": 443, "protocol": "HTTPS", **facts}

    def _load_balancer(self, args: dict[str, Any]) -> dict[str, Any]:
        arn = args["arn"]
        facts = self.facts.others.get(arn, {})
        suffix = arn.partition(":loadbalancer/")[2]
        name = suffix.split("/")[1]
        if not facts:
            self.assume(f"load balancer {name} is internal, in {self._vpc_id}, and waits 900 seconds")
        return {
            "id": arn,
            "arn": arn,
            "arnSuffix": suffix,
            "name": name,
            "dnsName": f"internal-{name}-1234567890.{self.facts.region}.elb.{self.facts.dns_suffix}",
            "internal": True,
            "idleTimeout": 900,
            "securityGroups": [f"sg-{hexadecimal(17, arn)}"],
            "subnets": list(self._positions)[:2],
            "vpcId": self._vpc_id,
            **facts,
        }

    def _listener_rule(self, args: dict[str, Any]) -> dict[str, Any]:
        """A rule by its listener and priority, which `others` has as `<listener's ARN>/<priority>`."""
        found = self.facts.others.get(f"{args['listenerArn']}/{args['priority']}")
        if found is None:
            raise NothingFoundError(f"reading Listener Rule ({args['listenerArn']}/{args['priority']}): empty result")
        return {**args, **found}

    def _prefix_list(self, args: dict[str, Any]) -> dict[str, Any]:
        facts = self.facts.others.get(args["id"], {})
        if not facts:
            self.assume(f"prefix list {args['id']} holds up to 10 IPv4 ranges")
        return {**args, "name": args["id"], "addressFamily": "IPv4", "maxEntries": 10, **facts}
