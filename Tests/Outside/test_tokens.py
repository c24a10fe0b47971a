"""Access tokens: what others can verify, and every known way to forge one."""

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import time

import pytest

from callers import Caller, packed, parts, sign_in, signed, unpacked
from client import eventually
from people import (
    API, LOGOUT, ME, REFRESH, SESSIONS, USERS, Member, operator, query, refused)
from token_checks import JWKS, ask, is_refused, make_key


@pytest.fixture(scope="module")
def member(identity):
    return Member.new(identity)


@pytest.fixture(scope="module")
def other_key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys") / "other.key")


class Forger:
    """A member's own good token, and what can be made of it."""

    def __init__(self, member):
        self.stack = member.stack
        self.token = member.access
        self.header, self.claims = parts(member.access)
        self.head, self.body, self.signature = member.access.split(".")
        self.key = self.stack.tls.token_key
        assert member.is_in()

    def truly_signed(self, header=(), claims=()):
        """By the key itself: what only somebody who stole it could make."""
        return signed(self.key, self.header | dict(header), self.claims | dict(claims))

    def by_secret(self, secret, algorithm="HS256", **header):
        text = f"{packed(self.header | {'alg': algorithm} | header)}.{self.body}"
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
        made = hmac.digest(secret, text.encode(), digest[algorithm])
        return f"{text}.{packed(made)}"

    def public(self, *options):
        return subprocess.check_output(["openssl", "pkey", "-in", self.key, "-pubout", *options])

    @property
    def modulus(self):
        [key] = Caller(self.stack).get(JWKS).json["keys"]
        return key["n"]


@pytest.fixture
def forger(member):
    return Forger(member)


def test_the_forger_could_make_a_good_one(forger):
    """Else every test below would pass for nothing."""
    assert ask(forger.stack, forger.truly_signed()).status == 200


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, [], ["none"]])
@pytest.mark.parametrize("signature", ["", "kept"])
def test_no_algorithm(forger, name, signature):
    head = packed(forger.header | {"alg": name})
    is_refused(forger.stack, f"{head}.{forger.body}.{signature and forger.signature}")


def test_no_algorithm_at_all(forger):
    head = packed({name: value for name, value in forger.header.items() if name != "alg"})
    is_refused(forger.stack, f"{head}.{forger.body}.{forger.signature}")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("form", ["PEM", "PEM without its last newline", "DER", "modulus",
                                  "modulus as text", "kid", "nothing"])
def test_the_public_key_is_no_secret(forger, algorithm, form):
    secret = {
        "PEM": lambda: forger.public(), "DER": lambda: forger.public("-outform", "DER"),
        "PEM without its last newline": lambda: forger.public().rstrip(b"\n"),
        "modulus": lambda: unpacked(forger.modulus),
        "modulus as text": lambda: forger.modulus.encode(),
        "kid": lambda: forger.header["kid"].encode(), "nothing": lambda: b"",
    }[form]()
    is_refused(forger.stack, forger.by_secret(secret, algorithm))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256"])
def test_another_algorithm_with_the_true_signature(forger, algorithm):
    is_refused(forger.stack, forger.truly_signed(header={"alg": algorithm}))


@pytest.mark.parametrize("kid", [
    "unknown", "", None, 0, [], {}, "/dev/null", "../../../../dev/null", "/proc/self/environ",
    "file:///etc/passwd", "' UNION SELECT 'x", "x' OR '1'='1", "|/bin/true", "a\0b", "x" * 4000])
def test_a_key_id_is_looked_up_and_nothing_else(forger, kid):
    is_refused(forger.stack, forger.truly_signed(header={"kid": kid}))
    for secret in [b"", b"\0", b"x"]:
        is_refused(forger.stack, forger.by_secret(secret, kid=kid))


def test_no_key_id(forger):
    header = {name: value for name, value in forger.header.items() if name != "kid"}
    is_refused(forger.stack, signed(forger.key, header, forger.claims))


def own_jwk(key):
    modulus = subprocess.check_output(["openssl", "rsa", "-in", key, "-noout", "-modulus"],
                                      text=True).strip().removeprefix("Modulus=")
    return {"kty": "RSA", "e": "AQAB", "n": packed(bytes.fromhex(modulus)), "alg": "RS256",
            "use": "sig"}


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "x5t"])
@pytest.mark.parametrize("kid", ["the true one", "its own"])
def test_a_token_does_not_bring_its_own_key(forger, other_key, name, kid, listener):
    jwk = own_jwk(other_key) | {"kid": "its own"}
    value = {"jwk": jwk, "jku": f"http://127.0.0.1:{listener.port}/jwks",
             "x5u": f"http://127.0.0.1:{listener.port}/x5u", "x5c": [jwk["n"]],
             "x5t": "x"}[name]
    header = forger.header | {name: value}
    if kid == "its own":
        header["kid"] = kid
    is_refused(forger.stack, signed(other_key, header, forger.claims))
    assert listener.asked == 0, "nobody went to fetch it"


@pytest.fixture
def listener():
    """A port that counts who comes."""
    class Listener:
        def __init__(self):
            self.socket = socket.create_server(("127.0.0.1", 0))
            self.socket.setblocking(False)
            self.port = self.socket.getsockname()[1]

        @property
        def asked(self):
            try:
                self.socket.accept()
                return 1
            except BlockingIOError:
                return 0

    made = Listener()
    yield made
    made.socket.close()


def test_another_key_under_the_true_id(forger, other_key):
    is_refused(forger.stack, signed(other_key, forger.header, forger.claims))


@pytest.mark.parametrize("seconds", [0, 1, 20, 120, 86400])
def test_an_expired_token(forger, seconds):
    is_refused(forger.stack, forger.truly_signed(claims={"exp": int(time.time()) - seconds}))


@pytest.mark.parametrize("end", [None, "tomorrow", "9999999999", -1, 1e300, [], True, 2**70])
def test_an_end_that_is_no_time(forger, end):
    is_refused(forger.stack, forger.truly_signed(claims={"exp": end}))


def test_no_end(forger):
    claims = {name: value for name, value in forger.claims.items() if name != "exp"}
    is_refused(forger.stack, signed(forger.key, forger.header, claims))


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_of_the_future(forger, name):
    is_refused(forger.stack, forger.truly_signed(claims={name: int(time.time()) + 120}))
    near = forger.truly_signed(claims={name: int(time.time()) + 10})
    assert ask(forger.stack, near).status == 200, "clocks of hosts differ a little"


@pytest.mark.parametrize("issuer", ["other", "", None, "Entrepot", ["entrepot"], "entrepot "])
def test_another_issuer(forger, issuer):
    is_refused(forger.stack, forger.truly_signed(claims={"iss": issuer}))


def test_no_issuer(forger):
    claims = {name: value for name, value in forger.claims.items() if name != "iss"}
    is_refused(forger.stack, signed(forger.key, forger.header, claims))


@pytest.mark.parametrize("audience", ["other", ["other"], "", []])
def test_a_token_that_was_made_for_somebody_else(forger, audience):
    is_refused(forger.stack, forger.truly_signed(claims={"aud": audience}))


@pytest.mark.parametrize("change", [
    {"roles": ["admin"]}, {"sub": "usr_" + "0" * 26}, {"exp": 9999999999}, {"ver": 99},
    {"sid": None}])
def test_a_changed_payload(forger, change):
    body = packed(forger.claims | change)
    is_refused(forger.stack, f"{forger.head}.{body}.{forger.signature}")


def test_a_payload_that_only_looks_different(forger):
    body = packed(json.dumps(forger.claims, indent=1).encode())
    is_refused(forger.stack, f"{forger.head}.{body}.{forger.signature}")


@pytest.mark.parametrize("place", [0, 1, 100, 254, 255])
def test_a_changed_signature(forger, place):
    data = bytearray(unpacked(forger.signature))
    data[place] ^= 1
    is_refused(forger.stack, f"{forger.head}.{forger.body}.{packed(bytes(data))}")


@pytest.mark.parametrize("data", [b"", b"\0", b"\0" * 256, b"\xff" * 256, b"\x01", b"\0" * 255,
                                  b"\0" * 257])
def test_a_signature_that_is_none(forger, data):
    is_refused(forger.stack, f"{forger.head}.{forger.body}.{packed(data)}")


def test_a_signature_that_is_padded(forger):
    data = unpacked(forger.signature)
    for other in [data + b"\0", b"\0" + data, data[:-1], data[1:]]:
        is_refused(forger.stack, f"{forger.head}.{forger.body}.{packed(other)}")


def test_the_last_bits_of_the_base64_are_not_free(forger):
    """256 bytes leave 4 bits of the last sign unused: a second spelling of the same signature."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(forger.token[-1])
    is_refused(forger.stack, forger.token[:-1] + alphabet[last ^ 1])


@pytest.mark.parametrize("shape", [
    "{0}.{1}", "{0}.{1}.", "{1}.{2}", "{0}", "..", ".", "{0}..{2}", ".{1}.{2}", "{0}.{1}.{2}.",
    ".{0}.{1}.{2}", "{0}.{1}.{2}.{2}", "{0}.{1}.{2}.{0}.{1}", "{0}.{1}.{2}=", "{0}.{1}.{2}==",
    "{0} .{1}.{2}", "{0}.{1}.{2}x", "{2}.{1}.{0}", "{0},{1},{2}", "%7B{0}.{1}.{2}"])
def test_another_number_or_order_of_parts(forger, shape):
    is_refused(forger.stack, shape.format(forger.head, forger.body, forger.signature))


def test_ordinary_base64_is_not_taken(forger):
    body = base64.b64encode(json.dumps(forger.claims).encode()).decode()
    text = f"{forger.head}.{body}"
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", forger.key],
                          input=text.encode(), capture_output=True, check=True)
    if set(body) & set("+/="):
        is_refused(forger.stack, f"{text}.{packed(done.stdout)}")
    signature = base64.b64encode(unpacked(forger.signature)).decode()
    is_refused(forger.stack, f"{forger.head}.{forger.body}.{signature}")


def test_a_huge_token(forger):
    for token in ["a" * 7800, "a." * 3900, f"{forger.head}.{'A' * 7000}.{forger.signature}"]:
        is_refused(forger.stack, token)
    answer = ask(forger.stack, "a" * 40_000)
    assert (answer.status, answer.problem["code"]) in [
        (431, "headers_too_large"), (400, "malformed_request")]


@pytest.mark.parametrize("depth", [50, 700])
def test_a_deep_token(forger, depth):
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    is_refused(forger.stack, f"{packed(deep)}.{forger.body}.{forger.signature}")


def test_a_member_twice(forger):
    claims = json.dumps(forger.claims)[:-1] + ',"sub":"usr_' + "0" * 26 + '"}'
    text = f"{forger.head}.{packed(claims.encode())}"
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", forger.key],
                          input=text.encode(), capture_output=True, check=True)
    is_refused(forger.stack, f"{text}.{packed(done.stdout)}")


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": []}, {"typ": "JWE"},
                                    {"crit": ["b64"], "b64": False}])
def test_an_extension_that_must_be_understood(forger, header):
    is_refused(forger.stack, forger.truly_signed(header=header))


def test_a_refresh_token_is_no_access_token(forger, member):
    is_refused(forger.stack, member.refresh)


def test_an_access_token_is_no_refresh_token(forger):
    answer = Caller(forger.stack).post(REFRESH, {"refreshToken": forger.token[:200]})
    refused(answer, 401, "invalid_refresh_token")
    assert Caller(forger.stack).post(REFRESH, {"refreshToken": forger.token}).status in (401, 422)


@pytest.mark.parametrize("sid", ["ses_" + "0" * 26, "", "x", "' OR '1'='1"])
def test_a_session_that_there_is_not(forger, sid):
    is_refused(forger.stack, forger.truly_signed(claims={"sid": sid}))


def test_the_session_of_somebody_else(forger):
    other = Member.new(forger.stack)
    theirs = parts(other.access)[1]["sid"]
    is_refused(forger.stack, forger.truly_signed(claims={"sid": theirs}))
    is_refused(forger.stack, forger.truly_signed(claims={"sub": other.id}))


def test_claimed_roles_count_for_nothing(forger):
    """Even the key's own signature: what a person may is read from where it is kept."""
    admin = Caller(forger.stack, token=forger.truly_signed(claims={"roles": ["admin"]}))
    refused(admin.get(USERS), 403, "forbidden")


@pytest.mark.parametrize("version", [0, 2, -1, "1", None])
def test_a_token_of_another_version_of_the_person(forger, version):
    is_refused(forger.stack, forger.truly_signed(claims={"ver": version}))


def test_the_token_of_a_deleted_session(identity):
    member = Member.new(identity)
    assert member.is_in()
    query(identity, f"DELETE FROM sessions WHERE user_id = '{member.id}'")
    eventually(lambda: not member.is_in(), seconds_max=5)


def test_the_token_of_a_session_that_was_left(identity):
    member = Member.new(identity)
    assert member.post(LOGOUT).status == 204
    eventually(lambda: not member.is_in(), seconds_max=5)


def test_the_operators_token_has_no_session_and_is_nobody(identity):
    token = sign_in(identity, "admin", subject="operator")
    assert "sid" not in parts(token)[1]
    caller = Caller(identity, token=token)
    assert caller.get(USERS).status == 200
    for path in [ME, f"{API}/users/profile"]:
        refused(caller.get(path), 404, "not_found")
    assert caller.get(SESSIONS).json["items"] == []
    assert caller.post(LOGOUT).status == 204
    head, _, signature = token.split(".")
    body = packed(parts(token)[1] | {"sub": "usr_x"})
    is_refused(identity, f"{head}.{body}.{signature}")


def test_no_token_of_an_operator_makes_the_server_fall_over(identity):
    caller = operator(identity, "user")
    listed = json.loads(identity.entrepot.call("routes"))
    for route in listed["routes"]:
        if route["area"] == "identity":
            path = route["path"].replace("{id}", "ses_" + "0" * 26)
            answer = caller.request(route["method"], path, {})
            assert answer.status < 500, (route, answer)
