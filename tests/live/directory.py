"""A directory on this machine: OpenLDAP's slapd, as Debian and Ubuntu package it.

Its packages are unpacked beside Open WebUI's environment, which takes no root. PyPI has no directory that keeps
`memberOf`, which Active Directory has too.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from live.processes import Processes
from tests.live.running import VENV

BASE = "DC=corp,DC=example,DC=com"
PEOPLE, GROUPS = f"OU=Crew\\, all hands,{BASE}", f"OU=Groups,{BASE}"
BIND_DN, BIND_PASSWORD = f"CN=Open WebUI\\, search,{BASE}", "a made-up password of the account that searches"
_ADMIN, _ADMIN_PASSWORD = f"CN=admin,{BASE}", "a made-up password of the administrator"
_LOGGED = "stats"
"""What slapd writes down: connections, binds and searches."""

_CONFIGURATION = """
include "{etc}/core.schema"
include "{etc}/cosine.schema"
include "{etc}/inetorgperson.schema"
modulepath "{modules}"
moduleload back_mdb
moduleload memberof
TLSCertificateFile "{certificate}.pem"
TLSCertificateKeyFile "{certificate}.key"
database mdb
directory "{data}"
suffix "{base}"
rootdn "{admin}"
rootpw "{password}"
overlay memberof
access to attrs=userPassword by anonymous auth
access to * by dn.exact={bind} read
"""

_ENTRIES = f"""
dn: {BASE}
objectClass: organization
objectClass: dcObject
o: The company
dc: corp

dn: {PEOPLE}
objectClass: organizationalUnit
ou: Crew, all hands

dn: {GROUPS}
objectClass: organizationalUnit
ou: Groups

dn: {BIND_DN}
objectClass: person
cn: Open WebUI, search
sn: Open WebUI
userPassword: {BIND_PASSWORD}
"""


@dataclass(frozen=True, kw_only=True)
class Directory:
    """What runs; `folder` has its data and the certificates."""

    folder: Path
    port: int
    processes: Processes

    @cached_property
    def _programs(self) -> Path:
        return _unpacked(Path(f"{VENV}-slapd"))

    @property
    def log(self) -> str:
        """What slapd has written since it was started."""
        return self.processes.log("slapd").read_text()

    def create(self, certificate: str) -> None:
        """Start it with the account that searches, and without people."""
        (self.folder / "data").mkdir()
        self.start(certificate)
        self.change(_ENTRIES)

    def start(self, certificate: str) -> None:
        """Start it with a certificate of the folder, as it was left."""
        there = self._programs
        text = _CONFIGURATION.format(
            etc=there / "etc/ldap/schema",
            modules=there / "usr/lib/ldap",
            certificate=self.folder / certificate,
            data=self.folder / "data",
            base=BASE,
            admin=_ADMIN,
            password=_ADMIN_PASSWORD,
            bind=json.dumps(BIND_DN),
        )
        configuration = self._private("slapd.conf", text)
        address = f"ldaps://localhost:{self.port}"
        command: list[str | Path] = [there / "usr/sbin/slapd", "-h", address, "-f", configuration, "-d", _LOGGED]
        self.processes.start("slapd", command, self._environment, self.folder)
        self.processes.wait_until("slapd", lambda: "slapd starting" in self.log, seconds=30)

    def stop(self) -> None:
        """Stop it; its data stay."""
        self.processes.end("slapd", signal.SIGTERM)

    def change(self, entries: str) -> None:
        """Add entries, or change them, as LDIF has it (RFC 2849)."""
        password = self._private("password", _ADMIN_PASSWORD)
        login: list[str | Path] = ["-H", f"ldaps://localhost:{self.port}", "-x", "-D", _ADMIN, "-y", password]
        # OpenLDAP's clients look for this machine's own name where they are told localhost.
        unchecked = {"LDAPTLS_REQCERT": "never"}
        done = subprocess.run(
            [self._programs / "usr/bin/ldapmodify", "-a", *login],
            input=entries,
            env={**self._environment, **unchecked},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def join(self, group: str, person: str) -> None:
        """Make somebody a member of a group."""
        self.change(_membership("add", group, person))

    def leave(self, group: str, person: str) -> None:
        """Take somebody out of a group."""
        self.change(_membership("delete", group, person))

    def _private(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text)
        return file

    @property
    def _environment(self) -> Mapping[str, str]:
        libraries = ":".join(str(folder) for folder in self._programs.glob("**/lib/*-linux-gnu"))
        return {"PATH": os.defpath, "LD_LIBRARY_PATH": libraries}


def person(name: str, password: str, **attributes: str) -> str:
    """The entry of somebody who types `name`."""
    more = {"cn": name.title(), "sn": name.title(), "mail": f"{name}@example.com", **attributes}
    lines = [f"dn: {dn_of(name)}", "objectClass: inetOrgPerson", f"userPassword: {password}"]
    return "\n".join([*lines, *(f"{attribute}: {value}" for attribute, value in more.items()), "", ""])


def dn_of(name: str) -> str:
    """The distinguished name of somebody."""
    return f"uid={name},{PEOPLE}"


def group(name: str, *members: str) -> str:
    """The entry of a group, in which the account that searches is too: none may be empty."""
    lines = [f"dn: {_group_dn(name)}", "objectClass: groupOfNames", f"cn: {name}", f"member: {BIND_DN}"]
    return "\n".join([*lines, *(f"member: {dn_of(member)}" for member in members), "", ""])


def _group_dn(name: str) -> str:
    return f"CN={name.replace(',', chr(92) + ',')},{GROUPS}"


def _membership(change: str, group: str, person: str) -> str:
    return f"dn: {_group_dn(group)}\nchangetype: modify\n{change}: member\nmember: {dn_of(person)}\n"


def _unpacked(folder: Path) -> Path:
    """The packages' files, fetched once; what apt-get keeps of its own goes below the folder, too."""
    files = folder / "files"
    if not (files / ".complete").exists():
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            pytest.skip("the directory's tests need apt-get, for OpenLDAP's packages of Debian or Ubuntu")
        lists, packages = folder / "lists", folder / "packages"
        for one in (lists / "partial", folder / "cache/archives/partial", packages, files):
            one.mkdir(parents=True, exist_ok=True)
        apt = ["apt-get", "-q", "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={folder / 'cache'}"]
        _run([*apt, "update"], packages)
        missing = re.findall(r"^Inst (\S+)", _run([*apt, "--simulate", "install", "slapd"], packages), re.MULTILINE)
        _run([*apt, "download", *{"slapd", "ldap-utils", *missing}], packages)
        for package in packages.glob("*.deb"):
            _run(["dpkg-deb", "--extract", str(package), str(files)], packages)
        (files / ".complete").touch()
    return files


def _run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
