"""The keys behind access tokens: what others verify with, and how they change."""

import hmac
import os
import signal
import ssl
import subprocess

import pytest

from callers import Caller, packed, parts, signed
from client import eventually
from conftest import make_stack
from people import REFRESH, Member
from token_checks import JWKS, is_refused, make_key

SECRET = "a secret of more than thirty-two bytes"


@pytest.fixture(scope="module")
def member(identity):
    return Member.new(identity)


def verifier(stack):
    """PyJWT, with the keys that it fetches itself."""
    jwt = pytest.importorskip("jwt", reason="see scripts/test")
    pytest.importorskip("cryptography", reason="see scripts/test")
    context = ssl.create_default_context(cafile=stack.tls.authority)
    keys = jwt.PyJWKClient(stack.url("https") + JWKS, ssl_context=context)

    def verify(token, issuer="entrepot"):
        return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"],
                          issuer=issuer, options={"require": ["exp", "iat", "iss", "sub"]})

    return jwt, verify


def test_another_library_verifies_our_tokens(member):
    jwt, verify = verifier(member.stack)
    claims = verify(member.access)
    assert (claims["sub"], claims["roles"]) == (member.id, ["user"])
    with pytest.raises(jwt.InvalidIssuerError):
        verify(member.access, issuer="other")
    head, body, signature = member.access.split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        verify(f"{head}.{packed(claims | {'roles': ['admin']})}.{signature}")


def test_the_published_keys_are_public_and_cached(identity):
    answer = Caller(identity).get(JWKS)
    assert answer.status == 200 and "max-age" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("application/json")
    [key] = answer.json["keys"]
    assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}, "nothing of the private key"


@pytest.fixture
def keyed():
    """A stack whose keys a test may change."""
    stack = make_stack("keyed", ENTREPOT_WORKERS="2")
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def reload_with(stack, **settings):
    """New settings, read at SIGHUP, once every worker has them."""
    before = set(stack.entrepot.workers() + stack.entrepot.workers("slow"))
    for name, value in settings.items():
        stack.settings.keep(name, str(value))
    stack.settings.write()
    os.kill(stack.entrepot.pid(), signal.SIGHUP)

    def all_new():
        now = set(stack.entrepot.workers() + stack.entrepot.workers("slow"))
        return len(now) == len(before) and not now & before

    eventually(all_new, seconds_max=30)


def kids(stack):
    return [key["kid"] for key in Caller(stack).get(JWKS).json["keys"]]


def test_keys_rotate_with_overlap(keyed):
    old_key = keyed.tls.token_key
    new_key = make_key(keyed.directory / "tls/new.key")
    member = Member.new(keyed)
    [old] = kids(keyed)
    reload_with(keyed, ENTREPOT_TOKEN_KEY_FILE=f"{old_key},{new_key}")
    assert kids(keyed)[0] == old and len(kids(keyed)) == 2, "first it is only made known"
    assert parts(member.again().access)[0]["kid"] == old
    [_, new] = kids(keyed)
    reload_with(keyed, ENTREPOT_TOKEN_KEY_FILE=f"{new_key},{old_key}")
    later = member.again()
    assert parts(later.access)[0]["kid"] == new
    assert member.is_in() and later.is_in(), "tokens of the old key still pass"
    _, verify = verifier(keyed)
    assert verify(member.access)["sub"] == verify(later.access)["sub"] == member.id
    reload_with(keyed, ENTREPOT_TOKEN_KEY_FILE=new_key)
    assert kids(keyed) == [new]
    assert not member.is_in() and later.is_in()
    refreshed = Caller(keyed).post(REFRESH, {"refreshToken": member.refresh})
    assert Member(keyed, refreshed).is_in(), "who only lacks a token gets one"


def test_a_shared_secret_signs_instead_of_a_key(keyed):
    before = Member.new(keyed)
    reload_with(keyed, ENTREPOT_TOKEN_SECRET=SECRET)
    assert kids(keyed) == [], "a secret is not published"
    member = before.again()
    header, claims = parts(member.access)
    assert header["alg"] == "HS256" and member.is_in()
    head, body, signature = member.access.split(".")
    assert packed(hmac.digest(SECRET.encode(), f"{head}.{body}".encode(), "sha256")) == signature
    assert not before.is_in(), "the key counts no longer"
    is_refused(keyed, signed(keyed.tls.token_key, header, claims))
    is_refused(keyed, signed(keyed.tls.token_key, header | {"alg": "RS256"}, claims))
    is_refused(keyed, f"{packed(header | {'alg': 'none'})}.{body}.")
    text = f"{head}.{packed(claims | {'roles': ['admin']})}"
    for secret in [b"", b"secret", SECRET[:-1].encode()]:
        is_refused(keyed, f"{text}.{packed(hmac.digest(secret, text.encode(), 'sha256'))}")


@pytest.mark.parametrize("name, value", [
    ("ENTREPOT_TOKEN_SECRET", "short"), ("ENTREPOT_TOKEN_KEY_FILE", "/nowhere.key"),
    ("ENTREPOT_TOKEN_KEY_FILE", "{key},{key}"), ("ENTREPOT_TOKEN_KEY_FILE", "/etc/hostname")])
def test_a_key_that_cannot_be_used_stops_the_start(identity, name, value):
    value = value.replace("{key}", str(identity.tls.token_key))
    environment = identity.entrepot.environment() | {name: value}
    done = subprocess.run([identity.entrepot.executable(), "check"], env=environment,
                          capture_output=True, text=True)
    assert (done.returncode, name in done.stdout + done.stderr) == (1, True), done
