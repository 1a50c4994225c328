"""A company's own authority, and certificates that it signs, made by openssl."""

import subprocess
from pathlib import Path

_REQUEST = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")


def make_authority(folder: Path, name: str = "authority") -> None:
    """Write `<name>.pem` and `<name>.key` into the folder."""
    own = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=The company's {name}")
    subprocess.run([*_REQUEST, *own], cwd=folder, check=True, capture_output=True)


def certify(folder: Path, name: str, host: str, authority: str = "authority") -> None:
    """Write `<name>.pem` and `<name>.key` of a server at `host`, signed by an authority of the folder."""
    signed = ("-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    named = ("-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-addext", "basicConstraints=CA:FALSE")
    subprocess.run([*_REQUEST, *signed, *named], cwd=folder, check=True, capture_output=True)
