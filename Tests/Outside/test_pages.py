"""Pages for people, as the proving room shows them: HTML also when something is refused."""

import json

import pytest

from client import Client
from eyes import PAGE_BYTES_MAX, Inline
from visitor import FORM, Visitor

PAGES = ["", "/form", "/empty", "/signin", "/cancel", "/ORD-1", "/contracts"]
HTML = "text/html; charset=utf-8"


@pytest.fixture
def client(proving):
    return Client(proving)


@pytest.fixture
def visitor(proving):
    """A browser that has been on a page, so that its forms are taken."""
    visitor = Visitor(proving)
    visitor.open("/admin/gallery/signin")
    return visitor


def send(visitor, path, typed):
    csrf = visitor.page.forms["/admin/gallery/signin"]["csrf"]
    return visitor.request("POST", path, f"csrf={csrf}&{typed}", headers=FORM)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_html_without_inline_script_or_style(client, page):
    answer = client.get("/admin/gallery" + page)
    assert answer.status == 200
    assert answer.headers["content-type"] == HTML
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert Inline(answer.body.decode()).found == []
    # The gallery shows everything at once; no page does.
    assert page == "" or len(answer.body) < PAGE_BYTES_MAX


def test_the_runner_finds_inline_script_and_style():
    bad = Inline('<p style="" onclick="" id=a><b id=a><style></style><script></script>').found
    assert bad == ["style", "onclick", "id a twice", "style", "script"]


def test_the_assets_are_small_and_the_page_names_them(client):
    text = client.get("/admin/gallery").body.decode()
    for name, bytes_max in [("entrepot.css", 30 * 1024), ("entrepot.js", 10 * 1024)]:
        address = text.split(f'/assets/{name}')[1].split('"')[0]
        answer = client.get(f"/assets/{name}{address}")
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert len(answer.body) < bytes_max


@pytest.mark.parametrize("path", ["/admin/nowhere", "/admin/gallery/ORD-2", "/admin/a/b/c"])
def test_what_is_missing_is_a_page_for_people_and_a_document_for_programs(client, path):
    page = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status, page.headers["content-type"]) == (404, HTML)
    assert page.headers["x-request-id"] in page.body.decode()
    program = client.get(path, headers={"Accept": "application/json"})
    assert program.status == 404
    assert program.problem["code"] == "not_found"


def test_a_page_that_needs_a_sign_in_leads_there_and_back(client):
    answer = client.get("/admin/gallery/forbidden?a=b%20c")
    assert answer.status == 303
    assert answer.headers["location"] == (
        "/admin/login?next=%2Fadmin%2Fgallery%2Fforbidden%3Fa%3Db%2520c")


def test_a_wrong_method_is_a_page_that_says_which(client):
    answer = client.request("DELETE", "/admin/gallery")
    assert (answer.status, answer.headers["content-type"]) == (405, HTML)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_form_takes_only_what_browsers_send_of_forms(client):
    answer = client.request("POST", "/admin/gallery/form", {"email": "a@example.com"})
    assert (answer.status, answer.headers["content-type"]) == (415, HTML)
    broken = client.request("POST", "/admin/gallery/form", "email=%zz", headers=FORM)
    assert broken.status == 400
    api = client.request("POST", "/api/v1/proving/notes", "title=a&quantity=1", headers=FORM)
    assert api.status == 415
    assert api.problem["code"] == "unsupported_media_type"


def test_a_refused_form_is_shown_again_with_what_was_typed(visitor):
    typed = "email=%3Cb%3Enobody&firstName=&password=geheim12&roles=sales"
    answer = send(visitor, "/admin/gallery/form", typed)
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (422, HTML)
    assert 'value="&lt;b&gt;nobody"' in text
    assert "E-mail needs an @ sign." in text and "First name is required." in text
    assert 'value="sales" checked' in text
    assert "geheim12" not in text


def test_a_form_that_is_done_leads_on_and_is_spoken_of_once(visitor):
    typed = "email=a%40example.com&firstName=A&password=geheim12&roles=sales"
    answer = send(visitor, "/admin/gallery/form", typed)
    assert answer.status == 303
    assert answer.headers["location"] == "/admin/gallery"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly; Secure; SameSite=Lax" in cookie
    shown = visitor.get("/admin/gallery")
    assert "a@example.com was added." in shown.body.decode()
    assert shown.headers["set-cookie"].startswith("flash=; Max-Age=0")


@pytest.mark.parametrize("back, leads_to", [
    ("%2Fadmin%2Fgallery", "/admin/gallery"), ("https%3A%2F%2Fevil.example", "/admin"),
    ("%2F%2Fevil.example", "/admin"), ("", "/admin"),
])
def test_a_theme_is_kept_and_leads_back_to_our_pages_only(client, visitor, back, leads_to):
    answer = send(visitor, "/admin/theme", f"theme=dark&back={back}")
    assert answer.status == 303
    assert answer.headers["location"] == leads_to
    assert answer.headers["set-cookie"].startswith("theme=dark; Path=/;")
    page = client.get("/admin/gallery", headers={"Cookie": "theme=dark"}).body.decode()
    assert '<html lang="en" data-theme="dark">' in page
    other = client.get("/admin/gallery", headers={"Cookie": 'theme="><script>'}).body.decode()
    assert '<html lang="en">' in other


def test_a_list_is_a_file_too(client):
    answer = client.get("/admin/gallery?format=csv&status=shipped")
    lines = answer.body.decode().split("\r\n")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert lines[0] == "Order,Customer,Id,Status,Quantity,Total,Total currency,Placed"
    assert len(lines) == 4 and lines[3] == ""
    assert lines[1].startswith("ORD-04229,Northwind Cold Storage,ord_01HXYZ7K3F2AB4C5D6E7F8G9H2,")


def test_pages_are_not_part_of_the_api_document(client):
    paths = json.loads(client.get("/openapi.json").body)["paths"]
    assert not [path for path in paths if path.startswith("/admin")]
