"""What people may do in Open WebUI 0.12.4, and its connection to the company's directory."""

import json
from collections.abc import Mapping

from apps.shared import SharedParts
from apps.surroundings import BUNDLE
from components.support.secret_values import SecretReference
from settings import StackSettings


def variables(settings: StackSettings) -> dict[str, str]:
    """Roles, permissions, and the directory."""
    return {**_rights(settings), **_directory(settings)}


def secrets(settings: StackSettings, shared: SharedParts) -> dict[str, SecretReference]:
    """The password of the account that searches the directory."""
    ldap = settings.webui.ldap
    if ldap is None or ldap.bind_secret_arn is None:
        return {}
    return {"LDAP_APP_PASSWORD": shared.facts.secrets[ldap.bind_secret_arn]}


def _rights(settings: StackSettings) -> dict[str, str]:
    may = settings.webui.permissions
    flags = {
        "ENABLE_API_KEYS": may.api_keys,
        "USER_PERMISSIONS_CHAT_FILE_UPLOAD": may.uploads,
        "USER_PERMISSIONS_FEATURES_API_KEYS": may.api_keys,
        "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER": may.code_interpreter,
        "USER_PERMISSIONS_FEATURES_WEB_SEARCH": may.web_search,
    }
    return {
        "DEFAULT_USER_ROLE": settings.webui.default_role.value,
        **{name: json.dumps(on) for name, on in flags.items()},
    }


def _directory(settings: StackSettings) -> dict[str, str]:
    ldap = settings.webui.ldap
    if ldap is None:
        return {}
    given: Mapping[str, str | None] = {
        "LDAP_APP_DN": ldap.bind_dn,
        "LDAP_SEARCH_FILTERS": ldap.search_filter,
        "LDAP_ATTRIBUTE_FOR_GROUPS": ldap.groups_attribute,
        # Beside the image's own, which Open WebUI takes by itself.
        "LDAP_CA_CERT_FILE": BUNDLE if settings.root_certificates else None,
    }
    return {
        "ENABLE_LDAP": "true",
        "LDAP_SERVER_HOST": ldap.host,
        "LDAP_SERVER_PORT": str(ldap.port),
        "LDAP_USE_TLS": json.dumps(ldap.tls),
        "LDAP_VALIDATE_CERT": "true",
        "LDAP_SEARCH_BASE": ldap.search_base,
        "LDAP_ATTRIBUTE_FOR_USERNAME": ldap.username_attribute,
        "LDAP_ATTRIBUTE_FOR_MAIL": ldap.mail_attribute,
        "ENABLE_LDAP_GROUP_MANAGEMENT": json.dumps(ldap.groups_attribute is not None),
        "ENABLE_LDAP_GROUP_CREATION": json.dumps(ldap.create_groups),
        **{name: value for name, value in given.items() if value is not None},
    }
