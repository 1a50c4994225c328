"""The rules in the groups that AWS manages for its web application firewall, as far as this program uses them.

Sources: AWS WAF developer guide, "Baseline rule groups" and "IP reputation rule groups".
"""

import re
from collections.abc import Mapping

COMMON = "AWSManagedRulesCommonRuleSet"
KNOWN_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
IP_REPUTATION = "AWSManagedRulesAmazonIpReputationList"

_PARTS: Mapping[str, Mapping[str, str]] = {
    COMMON: {
        "NoUserAgent": "HEADER",
        "UserAgent_BadBots": "HEADER",
        "SizeRestrictions": "QUERYSTRING Cookie_HEADER BODY URIPATH",
        "EC2MetaDataSSRF": "BODY COOKIE URIPATH QUERYARGUMENTS",
        "GenericLFI": "QUERYARGUMENTS URIPATH BODY",
        "RestrictedExtensions": "URIPATH QUERYARGUMENTS",
        "GenericRFI": "QUERYARGUMENTS BODY URIPATH",
        "CrossSiteScripting": "COOKIE QUERYARGUMENTS BODY URIPATH",
    },
    KNOWN_BAD_INPUTS: {
        "JavaDeserializationRCE": "HEADER BODY URIPATH QUERYSTRING",
        "Host_localhost": "HEADER",
        "PROPFIND": "METHOD",
        "ExploitablePaths": "URIPATH",
        "Log4JRCE": "HEADER QUERYSTRING BODY URIPATH",
        "ReactJSRCE": "BODY",
    },
}
"""By group, what is looked for and in which parts of a request: a rule is called by both."""

RULES: Mapping[str, frozenset[str]] = {
    **{
        group: frozenset(f"{attack}_{part}" for attack, parts in attacks.items() for part in parts.split())
        for group, attacks in _PARTS.items()
    },
    IP_REPUTATION: frozenset({"AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"}),
}
"""The rules of each group, by the names that an override of their action takes."""

QUERY_ATTACKS = ("EC2MetaDataSSRF", "GenericLFI", "GenericRFI", "RestrictedExtensions", "CrossSiteScripting")
"""What the common rules look for in the arguments of a query."""

RATE_WINDOWS = (60, 120, 300, 600)
"""Seconds over which requests are counted (botocore, wafv2 RateBasedStatement, EvaluationWindowSec)."""

_RULE = re.compile(r"[\w-]{1,128}", re.ASCII)


def group_of(rule: str) -> str | None:
    """The group that has a rule of this name; None for one that AWS may have added since."""
    return next((group for group, rules in RULES.items() if rule in rules), None)


def query_rule(attack: str) -> str:
    """The common rule against an attack in a query's arguments."""
    return f"{attack}_QUERYARGUMENTS"


def query_label(attack: str) -> str:
    """What that rule marks a request with, also when it only counts."""
    return f"awswaf:managed:aws:core-rule-set:{attack}_QueryArguments"


def rule_name_problem(name: str) -> str | None:
    """The name of a rule (botocore, wafv2 EntityName)."""
    return None if _RULE.fullmatch(name) else "must be the name of a managed rule, such as NoUserAgent_HEADER"


def window_problem(seconds: int) -> str | None:
    """How long requests are counted."""
    if seconds in RATE_WINDOWS:
        return None
    return f"must be {', '.join(map(str, RATE_WINDOWS[:-1]))} or {RATE_WINDOWS[-1]} seconds (AWS WAF)"
