"""Rules for the company's proxy and certificates: no variable may say otherwise."""

from collections.abc import Iterator

from problems import Path, Problem
from settings.rules.parts import apps, remove
from settings.stack import StackSettings

_PROXY = frozenset({"ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"})
_TRUST = frozenset(
    {
        "AWS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE",
        "ROOT_CERTIFICATES",
        "SSL_CERT_FILE",
    }
)


def variables_beside_proxy_and_certificates(settings: StackSettings) -> Iterator[Problem]:
    """A variable of one's own would win in one container, and clients would disagree."""
    of: list[tuple[Path, frozenset[str]]] = []
    if settings.proxy:
        of.append((("proxy",), _PROXY))
    if settings.root_certificates:
        of.append((("rootCertificates",), _TRUST))
    for key, variables in of:
        for path, app in apps(settings):
            for place, given in (("env", app.env), ("secrets", app.secrets)):
                for name in given:
                    if name.upper() in variables:
                        rule = f"is set by this program in every container, for {key[0]}"
                        yield remove((*path, place, name), rule, key)
