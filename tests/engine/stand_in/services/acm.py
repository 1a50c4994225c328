"""ACM: a certificate goes when no listener has it."""

from typing import Any

from tests.engine.stand_in.account import load_balancers
from tests.engine.stand_in.rules import Params, refuse, rule


@rule("acm", "DeleteCertificate", source="api DeleteCertificate: ResourceInUseException")
def certificate_is_unused(params: Params) -> None:
    arn = params["CertificateArn"]
    if any(arn in _certificates(listener) for b in load_balancers() for listener in b.listeners.values()):
        refuse("ResourceInUseException", f"Certificate {arn} is in use.")


def _certificates(listener: Any) -> set[str]:
    listed = (c["CertificateArn"] if isinstance(c, dict) else c for c in listener.certificates or [])
    return {listener.certificate, *listed}
