"""What nginx does itself: TLS, headers, limits, and its own refusals as problem documents."""

import gzip
import os
import pathlib
import socket
import ssl
import subprocess

import pytest

from client import SECONDS_MAX, Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
}


def handshake(stack, version, ciphers="DEFAULT:@SECLEVEL=0"):
    context = ssl.create_default_context(cafile=stack.tls.authority)
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("localhost", stack.ports["https"]), SECONDS_MAX) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            return secure.version()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_modern_tls_is_taken(stack, version):
    assert handshake(stack, version).replace(".", "_") == version.name


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(stack, version):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(stack, version)


def test_the_certificate_is_of_the_stacks_own_authority_alone(stack):
    with pytest.raises(ssl.SSLCertVerificationError):
        with socket.create_connection(("localhost", stack.ports["https"])) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_http_2_is_spoken(stack):
    done = subprocess.run(
        ["curl", "-s", "--http2", "--cacert", stack.tls.authority, "-o", "/dev/null", "-w",
         "%{http_version} %{http_code}", stack.url("https") + "/health"],
        capture_output=True, text=True)
    assert done.stdout == "2 200"


@pytest.mark.parametrize("path", ["/health", "/no/such/page", "/assets/none.css"])
def test_every_answer_carries_the_security_headers_once(client, path):
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_all(name) == [value]
    policy = answer.headers.get_all("content-security-policy")
    assert len(policy) == 1 and "unsafe" not in policy[0] and "default-src" in policy[0]
    assert answer.headers["server"] == "nginx"


def test_transport_security_is_said_over_tls_only(stack):
    assert "max-age=" in Client(stack).get("/health").headers["strict-transport-security"]
    plain = Client(stack, secure=False).get("/health")
    assert plain.status == 200
    assert plain.headers["strict-transport-security"] is None


def test_a_sane_request_id_is_kept(client):
    answer = client.get("/health", headers={"X-Request-Id": "order-4711.a_b"})
    assert answer.headers.get_all("x-request-id") == ["order-4711.a_b"]


@pytest.mark.parametrize("wild", ['a"b', "a b", "a:b", "x" * 65, "<script>", "é"])
def test_a_wild_request_id_is_replaced(client, wild):
    answer = client.get("/no/such/page", headers={"X-Request-Id": wild.encode("latin-1")})
    assert answer.headers["x-request-id"] != wild
    assert answer.problem["requestId"].isalnum()


REFUSED_REQUESTS = {
    "a host that is none": (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "malformed_request"),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed_request"),
    "a request line that is none": (b"HELLO\r\n\r\n", 400, "malformed_request"),
    "a zero byte": (b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    "a path above the root": (b"GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        400, "malformed_request"),
    "an address past the limit": (
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri_too_long"),
    "a header past the limit": (
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n", 431,
        "headers_too_large"),
    "TRACE": (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
    "an internal address": (b"GET /_files/a HTTP/1.1\r\nHost: a\r\n\r\n", 404, "not_found"),
    "the problem page itself": (b"GET /_problem HTTP/1.1\r\nHost: a\r\n\r\n", 404, "not_found"),
    "a version of the future": (
        b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "http_version_not_supported"),
}


@pytest.mark.parametrize("case", REFUSED_REQUESTS)
def test_what_nginx_refuses_is_a_problem_document(client, case):
    request, status, code = REFUSED_REQUESTS[case]
    answer = client.raw(request)
    assert (answer.status, answer.problem["code"]) == (status, code)
    assert answer.headers["cache-control"] == "no-store"
    if status == 405:
        assert answer.headers["allow"]


def test_plain_http_on_the_tls_port_is_a_problem_document(stack):
    client = Client(stack, secure=False)
    client.stack = type("Swapped", (), {"ports": {"http": stack.ports["https"]}})
    answer = client.get("/health")
    assert (answer.status, answer.problem["code"]) == (400, "malformed_request")


def test_a_body_past_one_mebibyte_is_refused_before_it_is_read(client):
    answer = client.raw(
        b"POST /api/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
    assert (answer.status, answer.problem["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("secure", [True, False])
def test_the_bare_address_leads_to_the_pages(stack, secure):
    answer = Client(stack, secure=secure).get("/")
    scheme = "https" if secure else "http"
    assert answer.status == 302
    assert answer.headers["location"] in ["/admin", f"{stack.url(scheme)}/admin"]


def too_large(client, path, accept=None):
    headers = {} if accept is None else {"Accept": accept}
    return client.request("POST", path, b"x" * 1_048_577, headers=headers)


@pytest.mark.parametrize("path, accept", [
    ("/admin", None), ("/admin/x?a=b%20c", None), ("/admin/x", "*/*"), ("/admin/x", "text/*"),
    ("/admin/x", BROWSER), ("/docs", BROWSER), ("/", BROWSER)])
def test_people_get_what_nginx_refuses_as_a_page(client, path, accept):
    answer = too_large(client, path, accept)
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "<h1>The body is too large</h1>" in text and "Go back and send less." in text
    assert f"<code>{answer.headers['x-request-id']}</code>" in text
    assert "$" not in text
    assert answer.headers["cache-control"] == "no-store"
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_all(name) == [value]
    assert len(answer.headers.get_all("content-security-policy")) == 1


@pytest.mark.parametrize("path, accept", [
    ("/admin/x", "application/json"), ("/admin/x", "application/problem+json"),
    ("/administer", "*/*"), ("/x/admin", "*/*"), ("/x", None), ("/x", "*/*"),
    ("/api/v1/x", BROWSER), ("/api/v1/x?/admin", "*/*"), ("/x", "application/json,x-text/html")])
def test_programs_get_what_nginx_refuses_as_a_document(client, path, accept):
    answer = too_large(client, path, accept)
    assert (answer.status, answer.problem["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("theme, tag", [
    ("dark", '<html lang="en" data-theme="dark">'),
    ("light", '<html lang="en" data-theme="light">'), ("<script>", '<html lang="en">')])
def test_the_page_of_a_refusal_keeps_the_theme(client, theme, tag):
    client.headers["Cookie"] = f"theme={theme}"
    assert tag in too_large(client, "/admin").body.decode()


@pytest.mark.parametrize("address", ["/_problem_page", "/_problem"])
def test_the_places_of_refusals_are_not_to_be_had(client, address):
    answer = client.get(address)
    assert (answer.status, answer.problem["code"]) == (404, "not_found")


def test_an_upload_may_be_larger(client):
    answer = client.request("POST", "/api/v1/upload", b"x" * 2_000_000)
    assert answer.status != 413 or "detail" in answer.problem, "refused by nginx"
    answer = client.raw(
        b"POST /api/v1/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 27262977\r\n\r\n")
    assert answer.status == 413


def test_the_binarys_own_problems_pass_as_they_are(client):
    answer = client.get("/no/such/page")
    assert (answer.status, answer.problem["code"]) == (404, "not_found")
    assert "detail" in answer.problem, "nginx's own documents have none"


def test_large_answers_are_compressed_for_those_who_ask(client):
    plain = client.get("/openapi.json")
    packed = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert plain.headers["content-encoding"] is None
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "accept-encoding" in packed.headers["vary"].lower()


def test_a_versioned_asset_is_kept_for_a_year_and_others_are_asked_for_again(stack, client):
    assets = sorted(stack.nginx.shared.glob("assets/*.*"))
    if not assets:
        pytest.skip("there are no assets yet")
    path = f"/assets/{assets[0].name}"
    assert client.get(path).headers["cache-control"] == "no-cache"
    assert "immutable" in client.get(path + "?v=1").headers["cache-control"]


@pytest.mark.parametrize("path", [
    "/assets/", "/assets/none.css", "/assets/.git", "/assets/..%2fhttp.conf",
    "/assets/../http.conf", "/assets/%2e%2e/%2e%2e/Package.swift", "/.git/config", "/.env",
])
def test_nothing_but_assets_is_given_away(client, path):
    answer = client.get(path)
    assert (answer.status, answer.problem["code"]) in [
        (404, "not_found"), (400, "malformed_request")]


def test_a_flood_from_one_address_is_held_off(limited):
    client = Client(limited, secure=False)
    connection = client.connect()
    answers = [client.get("/health", connection=connection) for _ in range(1100)]
    refused = [answer for answer in answers if answer.status == 429]
    assert answers[0].status == 200
    assert 50 < len(refused) < 150
    assert refused[0].problem["code"] == "rate_limited"
    assert refused[0].headers["retry-after"] == "1"


def test_the_pools_of_the_configuration_are_those_of_the_binary(stack):
    generated = (stack.nginx.folder / "entrepot-pools.conf").read_text()
    assert "default entrepot_fast;" in generated
    assert "$entrepot_pool" in generated


def test_production_and_development_share_all_but_the_site(stack):
    shared = {path.name for path in stack.nginx.shared.glob("*.conf")}
    production = (stack.nginx.shared / "production.conf").read_text()
    development = (stack.nginx.shared / "development.conf.in").read_text()
    for name in ["http.conf", "entrepot.conf"]:
        assert name in shared
        assert f"include entrepot/{name};" in production
        assert f"include entrepot/{name};" in development
    assert (stack.nginx.shared / "fastcgi.conf").exists()


def test_the_production_file_is_taken_by_nginx(stack, tmp_path):
    """With a certificate and paths of the test's, and nothing else changed."""
    text = (stack.nginx.shared / "production.conf").read_text()
    text = text.replace("/etc/ssl/entrepot/fullchain.pem", str(stack.tls.certificate))
    text = text.replace("/etc/ssl/entrepot/private.key", str(stack.tls.key))
    text = text.replace("/var/log/nginx/", f"{tmp_path}/")
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "entrepot").symlink_to(stack.nginx.shared)
    (tmp_path / "entrepot-pools.conf").write_text(stack.pools())
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{ worker_connections 64; }}\n"
        f"http {{ include /etc/nginx/mime.types; client_body_temp_path {tmp_path}/body;\n"
        f"fastcgi_temp_path {tmp_path}/fastcgi; proxy_temp_path {tmp_path}/proxy;\n"
        f"scgi_temp_path {tmp_path}/scgi; uwsgi_temp_path {tmp_path}/uwsgi;\n"
        "include site.conf; }\n")
    if os.geteuid() != 0:
        site = pathlib.Path(tmp_path / "site.conf")
        site.write_text(site.read_text().replace(":443 ", ":8443 ").replace(":80 ", ":8081 ")
                        .replace(" 443 ", " 8443 ").replace(" 80 ", " 8081 "))
    tried = subprocess.run(
        [stack.nginx.executable(), "-t", "-q", "-e", "stderr", "-c", configuration],
        capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
