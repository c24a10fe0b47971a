"""What the tests of tokens and of their keys share."""

import subprocess

from callers import Caller
from people import ME, refused

JWKS = "/.well-known/jwks.json"


def make_key(path):
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                    "-out", path], check=True, capture_output=True)
    return path


def ask(stack, token):
    return Caller(stack, token=token).get(ME)


def is_refused(stack, token):
    refused(ask(stack, token), 401, "unauthenticated")
