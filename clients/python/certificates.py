"""Certificates that our authority did not make, or made at a strange time."""

import subprocess
from pathlib import Path

from server import Bundle, Server

NOT_YET = ["-startdate", "20990101000000Z", "-enddate", "20991231000000Z"]
NO_MORE = ["-startdate", "20010101000000Z", "-enddate", "20011231000000Z"]


def openssl(*words):
    command = ["openssl", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def self_signed(server: Server, name: str) -> Bundle:
    """A certificate that signs for itself."""
    folder = _folder(server, name)
    key, certificate = folder / "private.key", folder / "certificate.pem"
    new_key = ["-newkey", "rsa:2048", "-nodes", "-keyout", key]
    openssl("req", "-x509", *new_key, "-days", "30", "-subj", f"/CN={name}", "-out", certificate)
    return Bundle(name, folder, {"certificateId": "", "policy": ""})


def signed_by_our_authority(server: Server, name: str, dates: list[str]) -> Bundle:
    """A certificate of our authority, for a time of the test's choice."""
    folder = _folder(server, name)
    key, request = folder / "private.key", folder / "request.csr"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
            "-subj", f"/CN={name}", "-out", request)  # fmt: skip
    settings = folder / "ca.cnf"
    settings.write_text(CA_SETTINGS.format(folder=folder, data=server.data))
    (folder / "index.txt").write_text("")
    openssl("ca", "-batch", "-config", settings, "-rand_serial", *dates,
            "-in", request, "-out", folder / "certificate.pem", "-notext")  # fmt: skip
    return Bundle(name, folder, {"certificateId": "", "policy": ""})


def _folder(server: Server, name: str) -> Path:
    folder = server.home / "strange" / name
    folder.mkdir(parents=True)
    (folder / "root-ca.pem").write_text((server.data / "root-ca.pem").read_text())
    return folder


CA_SETTINGS = """
[ca]
default_ca = ours
[ours]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
certificate = {data}/root-ca.pem
private_key = {data}/root-ca.key
default_md = sha256
policy = anything
x509_extensions = client
[anything]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
"""


class Factory:
    """An authority of somebody else, who signs certificates of devices."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = folder / "factory.pem", folder / "factory.key"
        new_key = ["-newkey", "rsa:2048", "-nodes", "-keyout", self.key]
        openssl("req", "-x509", *new_key, "-days", "30", "-subj", f"/CN=factory {folder.name}",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-out", self.certificate)  # fmt: skip

    @property
    def pem(self) -> str:
        return self.certificate.read_text()

    def sign(self, common_name: str) -> "Signed":
        folder = self.folder / f"signed-{common_name}"
        folder.mkdir(exist_ok=True)
        key, request = folder / "private.key", folder / "request.csr"
        certificate = folder / "certificate.pem"
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                "-subj", f"/CN={common_name}", "-out", request)  # fmt: skip
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                "-CAcreateserial", "-days", "30", "-out", certificate)  # fmt: skip
        return Signed(certificate, key)


class Signed:
    """A certificate that a factory signed, and its key."""

    def __init__(self, certificate: Path, key: Path):
        self.certificate, self.key = certificate, key

    @property
    def pem(self) -> str:
        return self.certificate.read_text()
