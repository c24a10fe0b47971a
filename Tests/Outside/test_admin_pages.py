"""The pages of administrators as they are: small, quick, accessible, usable by the keyboard, and
open to those alone whom the routes let in."""

import re

import pytest

from callers import Visitor
from client import Client, eventually
from eyes import (
    ENTER, SCHEMES, WINDOWS, arrives, check_page, check_weight, enter, press, replace_by, tab_to)
from populace import count, organisation_id, person_id, rows_of
from stack.mariadb import DATABASE



@pytest.fixture(scope="module")
def paths(peopled, admin):
    """Every page of this piece, by name."""
    someone = person_id(peopled, "p010@people.example")
    organisation = organisation_id(peopled)
    technician = person_id(peopled, "tech@example.com")
    admin.submit(f"/admin/users/{someone}/edit", {"firstName": "Priya", "status": "active"})
    entry = peopled.mariadb.query(
        "SELECT id FROM audit_entries ORDER BY at DESC LIMIT 1", DATABASE)[0][0]
    return {
        "overview": "/admin", "search": "/admin/search?q=ravi",
        "people": "/admin/users", "nobody": "/admin/users?q=nobody-is-called-so",
        "new person": "/admin/users/new", "person": f"/admin/users/{someone}",
        "edit person": f"/admin/users/{someone}/edit",
        "disable": f"/admin/users/{someone}/disable", "unlock": f"/admin/users/{someone}/unlock",
        "enable": f"/admin/users/{someone}/enable",
        "verification": f"/admin/users/{someone}/verification",
        "organisations": "/admin/organisations", "new organisation": "/admin/organisations/new",
        "organisation": f"/admin/organisations/{organisation}",
        "edit organisation": f"/admin/organisations/{organisation}/edit",
        "link": f"/admin/organisations/{organisation}/technicians",
        "unlink": f"/admin/organisations/{organisation}/technicians/{technician}/unlink",
        "roles": "/admin/roles", "routes": "/admin/roles/routes", "audit": "/admin/audit",
        "entry": f"/admin/audit/{entry}", "events": "/admin/events", "event": "/admin/events/1",
        "system": "/admin/system",
    }


NAMES = [
    "overview", "search", "people", "nobody", "new person", "person", "edit person", "disable",
    "unlock", "enable", "verification", "organisations", "new organisation", "organisation",
    "edit organisation", "link", "unlink", "roles", "routes", "audit", "entry",
    "events", "event", "system"]


def navigation(visitor):
    side = visitor.page("/admin").split('<nav class="side"')[1].split("</nav>")[0]
    return re.findall(r'href="([^"]+)"', side)


def test_every_page_is_in_the_list(paths):
    assert sorted(paths) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_quick_and_clean(admin, paths, name):
    check_weight(admin, paths[name])


# Who may what.

ACCOUNTS = ["admin", "manager", "user", "sales", "tech", "customer1", "host"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_navigation_has_what_the_routes_let_in_and_nothing_else(peopled, admin, account):
    visitor = Visitor(peopled, person_id(peopled, f"{account}@example.com"))
    listed = navigation(visitor)
    assert set(listed) <= set(navigation(admin))
    for path in navigation(admin):
        answer = visitor.get(path)
        assert answer.status == (200 if path in listed else 403), path
    assert "/admin" in listed
    assert ("/admin/users" in listed) == (account == "admin")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("overview", "search")])
def test_whoever_may_not_gets_a_page_that_says_so(peopled, paths, name):
    visitor = Visitor(peopled, person_id(peopled, "user@example.com"))
    answer = visitor.get(paths[name])
    assert answer.status == 403
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "ask an administrator for a role" in answer.body.decode()
    stranger = Client(peopled).get(paths[name], headers={"Accept": "text/html"})
    assert stranger.status == 303
    assert stranger.headers["location"].startswith("/admin/login?next=")


def test_a_user_sees_no_numbers_of_the_administration(peopled):
    text = Visitor(peopled, person_id(peopled, "user@example.com")).page("/admin")
    assert "Uma Pillai" in text and "MariaDB" in text
    assert "Recent changes" not in text and "Disabled accounts" not in text
    assert "Your latest shipments" in text and "Who can sign in" not in text
    ways = text.split("What you may open")[1]
    assert "/admin/wallets" in ways and "/admin/users" not in ways


def test_the_matrix_is_the_table_of_permissions(admin):
    text = admin.page("/admin/roles")
    roles = re.findall(r'<th scope="col" class="mark">(\w+)</th>', text)
    rows = re.findall(r"<code>([\w.]+)</code></th>(.*?)</tr>", text, re.S)
    granted = {name: [role for role, cell in zip(roles, re.findall(r"<td.*?</td>", cells))
                      if ">may<" in cell] for name, cells in rows}
    assert len(roles) == 10 and granted["profile.read"] == roles
    assert granted["people.manage"] == ["admin"] and granted["audit.read"] == ["admin"]


def test_routes_are_listed_with_who_may_call_them(admin):
    everything = rows_of(admin.get("/admin/roles/routes?format=csv"))
    who = {row["Route"]: row["Who"] for row in everything}
    assert who["POST /api/v1/auth/login"] == "anyone"
    assert who["PATCH /api/v1/admin/users/:id"] == "admin"
    assert who["GET /admin/users"] == "admin"
    open_to = {row["Route"] for row in rows_of(
        admin.get("/admin/roles/routes?format=csv&role=manager"))}
    assert "GET /admin" in open_to and "GET /admin/users" not in open_to


# In a browser.

@pytest.fixture(scope="module")
def browser(browser, peopled, admin):
    enter(browser, peopled, admin)
    return browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_accessible_and_fits(
        peopled, browser, axe, paths, name, width, height, scheme):
    check_page(browser, axe, peopled.url("https") + paths[name], width, height, scheme)




def test_the_keyboard_alone_filters_people_and_edits_one(peopled, browser):
    id = person_id(peopled, "p027@people.example")
    browser.show(1280, 800)
    browser.open(peopled.url("https") + "/admin")
    press(browser, "g", "p")
    arrives(browser, "/admin/users")
    tab_to(browser, ".filter [name=q]")
    press(browser, *"p027@")
    tab_to(browser, ".filter [name=status]")
    press(browser, *"act")
    tab_to(browser, ".filter button")
    press(browser, ENTER)
    eventually(lambda: re.search(r"^1 people$", browser.look(
        "return document.querySelector('.list').innerText") or "", re.M))
    tab_to(browser, ".cards tbody a")
    press(browser, ENTER)
    arrives(browser, f"/admin/users/{id}")
    tab_to(browser, ".acts a")
    press(browser, ENTER)
    arrives(browser, f"/admin/users/{id}/edit")
    tab_to(browser, "[name=firstName]")
    replace_by(browser, "Keya")
    tab_to(browser, "[name=roles][value=sales]")
    press(browser, " ")
    tab_to(browser, ".form button")
    press(browser, ENTER)
    arrives(browser, f"/admin/users/{id}")
    said = browser.run("return document.querySelector('.flash').innerText")
    assert said.startswith("Keya") and said.endswith("was saved.")
    assert count(peopled, "users",
                 f"id = '{id}' AND first_name = 'Keya' AND FIND_IN_SET('sales', roles)") == 1


def test_the_search_answers_while_one_types_and_the_arrows_lead_there(peopled, browser):
    id = person_id(peopled, "p028@people.example")
    browser.show(1280, 800)
    browser.open(peopled.url("https") + "/admin")
    press(browser, "/", *"p028@people")
    eventually(lambda: browser.look(
        "return document.querySelectorAll('.results a').length") == 1)
    press(browser, "\ue015", ENTER)
    arrives(browser, f"/admin/users/{id}")


def test_a_question_is_asked_over_the_page(peopled, browser):
    id = person_id(peopled, "p029@people.example")
    browser.show(1280, 800)
    browser.open(peopled.url("https") + f"/admin/users/{id}")
    tab_to(browser, ".acts .button-danger")
    press(browser, ENTER)
    eventually(lambda: browser.look("return document.querySelector('dialog.confirm').open"))
    eventually(lambda: browser.run("return document.activeElement.innerText") == "Keep it")
    press(browser, ENTER)
    eventually(lambda: not browser.run("return !!document.querySelector('dialog.confirm')"))
    assert count(peopled, "users", f"id = '{id}' AND status = 'active'") == 1
