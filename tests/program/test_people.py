"""What people may do in Open WebUI, and the company's directory, by the variables that Open WebUI 0.12.4 reads."""

from typing import Any

import pytest

from apps.hardening import HARDENING
from apps.surroundings import BUNDLE
from settings.reserved_env import LDAP_KEYS, PEOPLE_KEYS
from tests.program.variants import SECRET_ARN
from tests.support.program import environment, plan, secrets

RIGHTS = {
    "DEFAULT_USER_ROLE": "pending",
    "ENABLE_API_KEYS": "false",
    "USER_PERMISSIONS_CHAT_FILE_UPLOAD": "true",
    "USER_PERMISSIONS_FEATURES_API_KEYS": "false",
    "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER": "false",
    "USER_PERMISSIONS_FEATURES_WEB_SEARCH": "true",
}
"""What a stack that says nothing grants."""
DIRECTORY = {"host": "ldap.corp.example.com", "searchBase": "DC=corp,DC=example,DC=com"}
EGRESS = [{"port": 636, "cidrs": ["10.0.0.0/8"]}]


def added(**webui: Any) -> dict[str, str]:
    before, after = environment(plan({"webui": {}}), "webui"), environment(plan({"webui": webui}), "webui")
    return {name: value for name, value in after.items() if before.get(name) != value}


def test_a_stack_that_says_nothing_grants_little_and_the_reason_is_told() -> None:
    given = environment(plan(), "webui")
    assert {name: given[name] for name in PEOPLE_KEYS} == RIGHTS
    closed = {name for name, value in RIGHTS.items() if value in {"false", "pending"}}
    assert closed - HARDENING.keys() == {"USER_PERMISSIONS_FEATURES_API_KEYS"}


@pytest.mark.parametrize(
    ("webui", "expected"),
    [
        ({"defaultRole": "user"}, {"DEFAULT_USER_ROLE": "user"}),
        (
            {"permissions": {"apiKeys": True}},
            {"ENABLE_API_KEYS": "true", "USER_PERMISSIONS_FEATURES_API_KEYS": "true"},
        ),
        (
            {"permissions": {"codeInterpreter": True, "uploads": False, "webSearch": False}},
            {
                "USER_PERMISSIONS_CHAT_FILE_UPLOAD": "false",
                "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER": "true",
                "USER_PERMISSIONS_FEATURES_WEB_SEARCH": "false",
            },
        ),
        ({"env": {"DEFAULT_USER_ROLE": "user"}}, {"DEFAULT_USER_ROLE": "user"}),
    ],
)
def test_a_right_is_granted_alone(webui: dict[str, Any], expected: dict[str, str]) -> None:
    assert added(**webui) == expected


def test_a_directory_is_asked_by_tls_whose_certificate_is_checked() -> None:
    assert added(egress=EGRESS, ldap=DIRECTORY) == {
        "ENABLE_LDAP": "true",
        "LDAP_SERVER_HOST": "ldap.corp.example.com",
        "LDAP_SERVER_PORT": "636",
        "LDAP_USE_TLS": "true",
        "LDAP_VALIDATE_CERT": "true",
        "LDAP_SEARCH_BASE": "DC=corp,DC=example,DC=com",
        "LDAP_ATTRIBUTE_FOR_USERNAME": "uid",
        "LDAP_ATTRIBUTE_FOR_MAIL": "mail",
        "ENABLE_LDAP_GROUP_MANAGEMENT": "false",
        "ENABLE_LDAP_GROUP_CREATION": "false",
    }


ACTIVE_DIRECTORY = {
    **DIRECTORY,
    "bindDn": "CN=chat,DC=corp,DC=example,DC=com",
    "bindSecretArn": SECRET_ARN,
    "searchFilter": "(memberOf=CN=chat-users,DC=corp,DC=example,DC=com)",
    "usernameAttribute": "sAMAccountName",
    "groupsAttribute": "memberOf",
    "createGroups": True,
}


def test_active_directory_tells_groups_and_its_own_ca_is_trusted() -> None:
    webui = {"egress": EGRESS, "ldap": ACTIVE_DIRECTORY}
    recording = plan({"rootCertificates": f"{SECRET_ARN}:roots::", "webui": webui})
    given, kept = environment(recording, "webui"), secrets(recording, "webui")
    assert given["LDAP_CA_CERT_FILE"] == given["SSL_CERT_FILE"] == BUNDLE
    assert given["LDAP_ATTRIBUTE_FOR_USERNAME"] == "sAMAccountName"
    assert given["LDAP_SEARCH_FILTERS"] == "(memberOf=CN=chat-users,DC=corp,DC=example,DC=com)"
    assert given["ENABLE_LDAP_GROUP_MANAGEMENT"] == given["ENABLE_LDAP_GROUP_CREATION"] == "true"
    assert kept["LDAP_APP_PASSWORD"] == SECRET_ARN
    # `LDAP_SEARCH_FILTER` is another name of what is set.
    assert LDAP_KEYS.keys() - given.keys() - kept.keys() == {"LDAP_SEARCH_FILTER"}
