"""What people may do in Open WebUI, and the company's directory that they are in."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from settings import formats
from settings.types import Check, Port, SecretOrKeyArn, Section

LDAPS_PORT = 636

Attribute = Annotated[str, Check(formats.attribute_problem, "sAMAccountName")]
DistinguishedName = Annotated[str, Check(formats.dn_problem, "OU=People,DC=corp,DC=example,DC=com")]


class DefaultRole(StrEnum):
    """The role of whoever comes for the first time, unless the identity provider tells another."""

    PENDING = "pending"
    USER = "user"


class PermissionSettings(Section):
    """What ordinary users may do; administrators may do all of it, and grant more to a group."""

    api_keys: bool = Field(
        default=False, description="Make keys to Open WebUI's API, which outlast a sign-in (default false)."
    )
    code_interpreter: bool = Field(
        default=False, description="Let models run code, in the browser or where you set it up (default false)."
    )
    uploads: bool = Field(default=True, description="Attach files: shown in the page or not (default true).")
    web_search: bool = Field(
        default=True, description="Search the web, where a search engine is set up (default true)."
    )


class LdapSettings(Section):
    """Sign-in with the password of an LDAP directory, Active Directory among them."""

    host: Annotated[str, Check(formats.host_problem, "ldap.corp.example.com")] = Field(
        description="Host name or address of the directory; `egress` has to open the port to it."
    )
    port: Port = Field(default=LDAPS_PORT, description="Port of the directory (default 636).")
    tls: bool = Field(
        default=True, description="Speak TLS from the first byte, with `rootCertificates` trusted too (default true)."
    )
    bind_dn: DistinguishedName | None = Field(
        default=None, description="Whose account searches the directory (default: nobody's, anonymously)."
    )
    bind_secret_arn: SecretOrKeyArn | None = Field(
        default=None,
        description="Secrets Manager ARN of that account's password, optionally with :json-key:stage:version.",
    )
    search_base: DistinguishedName = Field(description="Below which entry people are.")
    search_filter: (
        Annotated[str, Check(formats.filter_problem, "(memberOf=CN=chat,DC=corp,DC=example,DC=com)")] | None
    ) = Field(default=None, description="A filter that people must match besides (default none).")
    username_attribute: Attribute = Field(
        default="uid", description="Attribute that people type as their name; sAMAccountName of AD (default uid)."
    )
    mail_attribute: Attribute = Field(default="mail", description="Attribute of the e-mail address (default mail).")
    groups_attribute: Attribute | None = Field(
        default=None, description="Attribute of the groups, which people join and leave by it (default none)."
    )
    create_groups: bool = Field(
        default=False, description="Make groups that the directory names and Open WebUI lacks (default false)."
    )
