"""The stack's own certificate authority, the certificate of localhost that it signed, and the key
that signs access tokens."""

import subprocess

from .server import ServerError

SECONDS_LEFT_MIN = 7 * 86400
AUTHORITY_DAYS = 3650
SERVER_DAYS = 820


class TLS:
    def __init__(self, run):
        self.folder = run / "tls"
        self.authority = self.folder / "ca.pem"
        self.certificate = self.folder / "server.pem"
        self.key = self.folder / "server.key"
        self.token_key = self.folder / "token.key"

    def make(self):
        """Once, and again shortly before the certificate ends."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.token_key.exists():
            self.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                         "-out", self.token_key)
            self.token_key.chmod(0o600)
        if self.is_good():
            return
        authority_key = self.folder / "ca.key"
        if not self.authority.exists() or not authority_key.exists():
            self.openssl("req", "-x509", *self.new_key(authority_key), "-days", AUTHORITY_DAYS,
                         "-subj", "/CN=Entrepot demo authority", "-out", self.authority,
                         "-addext", "basicConstraints=critical,CA:TRUE",
                         "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        request = self.folder / "server.csr"
        extensions = self.folder / "server.ext"
        extensions.write_text(
            "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n"
            "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        self.openssl("req", "-new", *self.new_key(self.key), "-subj", "/CN=localhost",
                     "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey",
                     authority_key, "-CAcreateserial", "-days", SERVER_DAYS, "-extfile",
                     extensions, "-out", self.certificate)
        authority_key.chmod(0o600)
        self.key.chmod(0o600)

    def is_good(self):
        if not (self.authority.exists() and self.certificate.exists() and self.key.exists()):
            return False
        left = subprocess.run(
            ["openssl", "x509", "-checkend", str(SECONDS_LEFT_MIN), "-noout", "-in",
             self.certificate], capture_output=True)
        return left.returncode == 0

    def new_key(self, path):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
                "-keyout", path]

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            raise ServerError(f"openssl failed:\n{done.stderr}")
