"""WAF: a web ACL goes when it protects nothing."""

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, refuse, rule


@rule("wafv2", "DeleteWebACL", source="api DeleteWebACL: WAFAssociatedItemException")
def acl_is_unused(params: Params) -> None:
    if any(acl.id == params["Id"] and acl.associated_resources for acl in backend("wafv2").wacls.values()):
        told = "AWS WAF couldn't perform the operation because your resource is being used by another resource"
        refuse("WAFAssociatedItemException", told)
