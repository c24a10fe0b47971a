"""The pages of administrators, with real servers and several hundred people: what each shows, what
its forms do, who may open it, and how it behaves in a real browser."""

import csv
import importlib.resources
import io
import re
import shutil
import statistics
import threading

import pytest

from browser import Browser
from callers import Visitor, make_id, sign_in
from client import Client, eventually
from conftest import make_stack, running
from stack.mariadb import DATABASE
from test_pages import Inline

PEOPLE = 340
PAGE_BYTES_MAX = 60 * 1024
WARM_SECONDS_MAX = 0.050
WINDOWS = [(390, 844), (1280, 800)]
SCHEMES = ["light", "dark"]
GRAVE = {"serious", "critical"}
FIRST = ["Ravi", "Meera", "Tomás", "Ingrid", "Noor", "Kofi", "Śrī", "Zoë", "Li", "Anna-Maria"]
LAST = ["Iyer", "D'Souza", "Ñuñez", "Sørensen", "Khan", "Mensah", "Venkataraman", "O'Brien", "Wei"]


def person_id(stack, email):
    return stack.mariadb.query(f"SELECT id FROM users WHERE email = '{email}'", DATABASE)[0][0]


def populate(stack):
    """Several hundred people of many roles, some without a name, some disabled."""
    organisations = [row[0] for row in stack.mariadb.query(
        "SELECT id FROM organisations ORDER BY name", DATABASE)]
    roles = ["user", "user,customer", "user,manager", "user,technician", "user,host,buyer"]
    rows = []
    for number in range(PEOPLE):
        named = number % 7 != 3
        first = FIRST[number % len(FIRST)].replace("'", "''")
        last = LAST[number % len(LAST)].replace("'", "''")
        organisation = organisations[number % 5] if number % 5 < len(organisations) else None
        rows.append("(" + ", ".join([
            f"'{make_id('usr')}'", f"'p{number:03}@people.example'", "'!'",
            f"'{first}'" if named else "NULL", f"'{last}'" if named else "NULL",
            f"'{roles[number % len(roles)]}'", f"'{organisation}'" if organisation else "NULL",
            "'disabled'" if number % 29 == 5 else "'active'",
            f"UTC_TIMESTAMP(3) - INTERVAL {number * 7 + 1} HOUR"]) + ")")
    stack.mariadb.query(
        "INSERT INTO users (id, email, password_hash, first_name, last_name, roles, "
        "organisation_id, status, created_at) VALUES " + ",".join(rows), DATABASE)


@pytest.fixture(scope="module")
def peopled():
    """A stack with several hundred people, one of them in every role of the demo."""
    for stack in running(make_stack("people")):
        populate(stack)
        yield stack


@pytest.fixture(scope="module")
def admin(peopled):
    return Visitor(peopled, person_id(peopled, "admin@example.com"))


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
        "entry": f"/admin/audit/{entry}", "system": "/admin/system",
    }


NAMES = [
    "overview", "search", "people", "nobody", "new person", "person", "edit person", "disable",
    "unlock", "enable", "verification", "organisations", "new organisation", "organisation",
    "edit organisation", "link", "unlink", "roles", "routes", "audit", "entry", "system"]


def organisation_id(stack, name="Northwind Cold Stores"):
    return stack.mariadb.query(
        f"SELECT id FROM organisations WHERE name = '{name}'", DATABASE)[0][0]


def count(stack, what, where="TRUE"):
    return int(stack.mariadb.query(f"SELECT COUNT(*) FROM {what} WHERE {where}", DATABASE)[0][0])


def links(page, within="<main"):
    return re.findall(r'href="([^"]+)"', page.split(within, 1)[1])


def navigation(visitor):
    side = visitor.page("/admin").split('<nav class="side"')[1].split("</nav>")[0]
    return re.findall(r'href="([^"]+)"', side)


def test_every_page_is_in_the_list(paths):
    assert sorted(paths) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_quick_and_clean(admin, paths, name):
    with_own = admin.connect()
    try:
        for _ in range(20):
            admin.get(paths[name], connection=with_own)
        answers = [admin.get(paths[name], connection=with_own) for _ in range(9)]
    finally:
        with_own.close()
    assert {answer.status for answer in answers} == {200}
    assert len(answers[0].body) < PAGE_BYTES_MAX
    assert statistics.median(answer.seconds for answer in answers) < WARM_SECONDS_MAX
    assert Inline(answers[0].body.decode()).found == []


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
    assert "No other page yet" in text


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


def rows_of(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


# People.

def test_pages_lead_through_all_people_once(peopled, admin):
    seen, path = [], "/admin/users?sort=email"
    while path:
        text = admin.page(path)
        seen += re.findall(r'<td class="text" data-label="E-mail">([^<]+)<', text)
        following = [link for link in links(text) if "cursor=" in link and "format" not in link]
        path = following[-1].replace("&amp;", "&") if 'rel="next"' in text else None
    assert len(seen) == len(set(seen)) == count(peopled, "users")
    assert seen == sorted(seen)


def test_the_filter_and_the_file_agree(peopled, admin):
    organisation = organisation_id(peopled)
    filter = f"role=host&status=active&organisationId={organisation}&q=people.example"
    where = (f"FIND_IN_SET('host', roles) AND status = 'active' AND email LIKE '%people.example%'"
             f" AND organisation_id = '{organisation}'")
    assert f"{count(peopled, 'users', where)} people" in admin.page(f"/admin/users?{filter}") \
        or count(peopled, "users", where) == 0
    everybody = rows_of(admin.get("/admin/users?format=csv"))
    assert len(everybody) == count(peopled, "users") > 300
    disabled = rows_of(admin.get("/admin/users?format=csv&status=disabled"))
    assert len(disabled) == count(peopled, "users", "status = 'disabled'") > 5
    assert {row["Status"] for row in disabled} == {"disabled"}
    assert len(disabled[0]["Id"]) == 30


def test_a_whole_name_is_found(admin):
    assert "Ravi Ñuñez" in admin.page("/admin/users?q=ravi+%C3%B1u%C3%B1")


@pytest.mark.parametrize("path", [
    "/admin/users?q=%C3%A9", "/admin/users?organisationId=%C3%A9", "/admin/organisations?q=%C3%A9",
    "/admin/audit?q=%C3%A9&actorId=%C3%A9&objectId=%C3%A9&action=%C3%A9", "/admin/search?q=%C3%A9%C3%A9",
    "/api/v1/admin/users?q=%C3%A9&organisationId=%C3%A9",
    "/api/v1/admin/audit?actorId=%C3%A9&objectType=%C3%A9", "/api/v1/admin/organisations?q=%C3%A9"])
def test_letters_that_no_id_has_find_no_id(peopled, admin, path):
    caller = admin
    if path.startswith("/api"):
        caller = Client(peopled)
        caller.headers["Authorization"] = "Bearer " + sign_in(peopled, "admin")
    assert caller.get(path).status == 200


def test_an_empty_list_says_how_to_go_on(admin):
    text = admin.page("/admin/users?q=nobody-is-called-so")
    assert "Nothing matches" in text and "Clear the filter" in text


def test_somebody_is_added_and_what_is_wrong_is_said_beside_the_field(peopled, admin):
    path = "/admin/users/new"
    refused = admin.submit(path, {"email": "p001@people.example", "password": "password"})
    assert refused.status == 422
    assert "First password" in refused.body.decode().split("<form class=\"form\"")[0]
    taken = admin.submit(path, {"email": "p001@people.example", "password": "long and strange 7"})
    assert taken.status == 409 and "E-mail has an account already." in taken.body.decode()
    done = admin.submit(path, {
        "email": "New.Person@people.example", "password": "long and strange 7",
        "firstName": "New", "lastName": "Person", "roles": ["manager", "sales"],
        "organisationId": organisation_id(peopled)})
    assert done.status == 303, done
    text = admin.page(done.headers["location"])
    assert "user, manager, sales" in text and "Northwind Cold Stores" in text
    assert "user.added" in text and "not yet" in text
    assert count(peopled, "mails", "recipient = 'new.person@people.example'") == 1


def test_a_form_without_our_secret_changes_nothing(peopled, admin):
    id = person_id(peopled, "p020@people.example")
    for path in [f"/admin/users/{id}/edit", f"/admin/users/{id}/disable",
                 "/admin/organisations/new"]:
        for secret in [{}, {"csrf": "guessed"}]:
            answer = admin.submit(path, {"name": "X", "status": "disabled"}, seen=secret)
            assert answer.status == 403, path
            assert "not from here" in answer.body.decode()
    assert count(peopled, "users", f"id = '{id}' AND version = 1 AND status = 'active'") == 1
    assert count(peopled, "organisations", "name = 'X'") == 0


def edit(person, **changes):
    return {"firstName": "Vera", "lastName": "Nair", "phone": "", "roles": ["manager"],
            "status": "active", "organisationId": ""} | changes


def test_an_edit_is_kept_and_the_audit_log_shows_the_difference(peopled, admin):
    id = person_id(peopled, "p021@people.example")
    answer = admin.submit(f"/admin/users/{id}/edit", edit(id, phone="+91 22 5555 0101"))
    assert answer.status == 303 and answer.headers["location"] == f"/admin/users/{id}"
    entry = peopled.mariadb.query(
        f"SELECT id FROM audit_entries WHERE object_id = '{id}'", DATABASE)
    assert len(entry) == 1
    text = admin.page(f"/admin/audit/{entry[0][0]}")
    row = re.search(r'data-label="Field">\s*Phone\s*</td>(.*?)</tr>', text, re.S)[1]
    assert "–" in row and "+91 22 5555 0101" in row
    assert "127.0.0.1" in text and "Asha Raghunathan" in text
    again = admin.submit(f"/admin/users/{id}/edit", edit(id, phone="+91 22 5555 0101"))
    assert again.status == 303
    assert count(peopled, "audit_entries", f"object_id = '{id}'") == 1, "nothing was changed"


def test_a_conflict_is_told_with_who_and_what_and_keeps_what_was_typed(peopled, admin):
    id = person_id(peopled, "p022@people.example")
    path = f"/admin/users/{id}/edit"
    seen = admin.hidden(path)
    assert admin.submit(path, edit(id, firstName="First")).status == 303
    late = admin.submit(path, edit(id, firstName="Second"), seen=seen)
    text = late.body.decode()
    assert late.status == 409
    assert "was changed while you were editing" in text
    assert "Asha Raghunathan changed first name" in text
    assert 'value="Second"' in text
    assert count(peopled, "users", f"id = '{id}' AND first_name = 'First'") == 1
    meant = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"',
                            text.split('<form class="form"')[1]))
    assert admin.submit(path, edit(id, firstName="Second"), seen=meant).status == 303
    assert count(peopled, "users", f"id = '{id}' AND first_name = 'Second'") == 1


def test_disabling_says_what_it_ends_and_ends_it(peopled, admin):
    id = person_id(peopled, "p023@people.example")
    visitor = Visitor(peopled, id)
    Visitor(peopled, id)
    peopled.mariadb.query(f"""
        INSERT INTO api_keys (id, user_id, name, prefix, digest, scopes, created_at)
        VALUES ('{make_id("key")}', '{id}', 'erp', 'ent_live_abc', x'{"ab" * 32}',
            'identity:read', UTC_TIMESTAMP(3))""", DATABASE)
    assert visitor.get("/admin").status == 200
    text = admin.page(f"/admin/users/{id}/disable")
    assert "Ends 2 sessions, within 5 seconds." in text
    assert "Stops 1 API key until the account is enabled again." in text
    assert admin.submit(f"/admin/users/{id}/disable", {}).status == 303
    eventually(lambda: visitor.get("/admin").status == 303, seconds_max=6)
    assert "1 API key works again." in admin.page(f"/admin/users/{id}/enable")
    assert admin.submit(f"/admin/users/{id}/enable", {}).status == 303
    assert count(peopled, "users", f"id = '{id}' AND status = 'active'") == 1


def test_a_locked_account_is_seen_and_unlocked(peopled, admin):
    email, id = "user@example.com", person_id(peopled, "user@example.com")
    client = Client(peopled)
    for _ in range(5):
        client.post("/api/v1/auth/login", {"email": email, "password": "wrong"})
    assert client.post("/api/v1/auth/login", {"email": email, "password": "user12345"}).status == 423
    assert re.search(r"locked</span>", admin.page(f"/admin/users?q={email}"))
    assert re.search(r"locked for another (29|30) min", admin.page(f"/admin/users/{id}"))
    assert "Forgets 5 failed attempts" in admin.page(f"/admin/users/{id}/unlock")
    assert admin.submit(f"/admin/users/{id}/unlock", {}).status == 303
    assert client.post("/api/v1/auth/login", {"email": email, "password": "user12345"}).status == 200


def test_the_link_to_confirm_is_sent_again_until_it_is_not_needed(peopled, admin):
    id = person_id(peopled, "p024@people.example")
    where = "recipient = 'p024@people.example'"
    assert admin.submit(f"/admin/users/{id}/verification", {}).status == 303
    assert count(peopled, "mails", where) == 1
    peopled.mariadb.query(
        f"UPDATE users SET email_verified_at = UTC_TIMESTAMP(3) WHERE id = '{id}'", DATABASE)
    refused = admin.submit(f"/admin/users/{id}/verification", {})
    assert refused.status == 409 and "confirmed already" in refused.body.decode()
    assert count(peopled, "mails", where) == 1


def test_the_last_administrator_stays(peopled, admin):
    id = person_id(peopled, "admin@example.com")
    question = admin.submit(f"/admin/users/{id}/disable", {})
    assert question.status == 409
    assert "This is the last administrator" in question.body.decode()
    form = admin.submit(f"/admin/users/{id}/edit", edit(id))
    assert form.status == 409 and "last administrator" in form.body.decode()
    program = Client(peopled)
    program.headers["Authorization"] = "Bearer " + program.post("/api/v1/auth/login", {
        "email": "admin@example.com", "password": "administrator123"}).json["accessToken"]
    for change in [{"roles": ["user"]}, {"status": "disabled"}]:
        answer = program.request("PATCH", f"/api/v1/admin/users/{id}", change)
        assert (answer.status, answer.problem["code"]) == (409, "last_admin")
    assert count(peopled, "users", f"id = '{id}' AND status = 'active' AND roles LIKE '%admin%'")


def test_two_administrators_cannot_disable_each_other_at_once(peopled):
    ids = [person_id(peopled, f"p{number:03}@people.example") for number in (30, 31)]
    quoted = ", ".join(f"'{id}'" for id in ids)
    asha = person_id(peopled, "admin@example.com")
    peopled.mariadb.query(
        f"UPDATE users SET roles = 'user,admin' WHERE id IN ({quoted});"
        f"UPDATE users SET status = 'disabled' WHERE id = '{asha}'", DATABASE)
    try:
        visitors = [Visitor(peopled, id) for id in ids]
        seen = [visitor.hidden(f"/admin/users/{other}/disable")
                for visitor, other in zip(visitors, reversed(ids))]
        answers = []
        threads = [threading.Thread(target=lambda v, o, s: answers.append(
            v.submit(f"/admin/users/{o}/disable", {}, seen=s).status), args=each)
            for each in zip(visitors, reversed(ids), seen)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # The second may also come too late to be let in at all.
        assert sorted(answers)[0] == 303 and len(answers) == 2
        assert count(peopled, "users",
                     f"id IN ({quoted}) AND status = 'active' AND roles LIKE '%admin%'") == 1
    finally:
        peopled.mariadb.query(
            f"UPDATE users SET roles = 'user', status = 'active' WHERE id IN ({quoted});"
            f"UPDATE users SET status = 'active' WHERE id = '{asha}'", DATABASE)


# Organisations.

def test_an_organisation_is_added_edited_and_gets_a_technician(peopled, admin):
    refused = admin.submit("/admin/organisations/new", {"name": "", "email": "nothing"})
    assert refused.status == 422 and "2 things need to be changed" in refused.body.decode()
    added = admin.submit("/admin/organisations/new", {"name": "Kaveri <Foods>"})
    path = added.headers["location"]
    assert added.status == 303 and "Kaveri &lt;Foods&gt;" in admin.page(path)
    edited = admin.submit(f"{path}/edit", {"name": "Kaveri Foods", "address": "12 Mill Road"})
    assert edited.status == 303 and "12 Mill Road" in admin.page(path)
    late = admin.submit(f"{path}/edit", {"name": "Other"}, seen=admin.hidden(f"{path}/edit")
                        | {"version": "1"})
    assert late.status == 409 and "changed while you were editing" in late.body.decode()
    technician = person_id(peopled, "tech@example.com")
    assert technician in admin.page(f"{path}/technicians")
    linked = admin.submit(f"{path}/technicians", {"userId": technician})
    assert linked.status == 303 and "Tara Joshi" in admin.page(path)
    assert technician not in admin.page(f"{path}/technicians")
    nobody = admin.submit(f"{path}/technicians",
                          {"userId": person_id(peopled, "user@example.com")})
    assert nobody.status == 409 and "no technician" in nobody.body.decode()
    assert admin.submit(f"{path}/technicians/{technician}/unlink", {}).status == 303
    assert "No technician is linked" in admin.page(path)
    actions = [row[0] for row in peopled.mariadb.query(
        f"SELECT action FROM audit_entries WHERE object_id = '{path.split('/')[-1]}' ORDER BY at",
        DATABASE)]
    assert actions == ["organisation.added", "organisation.changed", "technician.linked",
                       "technician.unlinked"]


# The audit log, the search, the system.

def test_the_audit_log_is_filtered_by_what_people_ask_for(peopled, admin):
    id = person_id(peopled, "p025@people.example")
    assert admin.submit(f"/admin/users/{id}/edit", edit(id)).status == 303
    asha = person_id(peopled, "admin@example.com")
    today = peopled.mariadb.query("SELECT UTC_DATE()", DATABASE)[0][0]

    def found(query):
        return [row["Entry"] for row in rows_of(admin.get(f"/admin/audit?format=csv&{query}"))] \
            if "entries" in admin.page(f"/admin/audit?{query}") else []

    entry = found(f"objectId={id}")
    assert len(entry) == 1
    for query in [f"actorId={asha}", "action=user.changed", "q=raghunathan", f"q={entry[0]}",
                  f"from={today}", f"to={today}"]:
        assert entry[0] in found(query), query
    for query in ["action=organisation.added", "actorId=nobody", "from=2999-01-01",
                  "to=2000-01-01"]:
        assert entry[0] not in found(query), query


def test_search_finds_what_somebody_may_see(peopled, admin):
    id = person_id(peopled, "p026@people.example")
    organisation = organisation_id(peopled)
    entry = peopled.mariadb.query("SELECT id FROM audit_entries LIMIT 1", DATABASE)[0][0]
    wanted = {"p026@": f"/admin/users/{id}", id: f"/admin/users/{id}",
              "northwind": f"/admin/organisations/{organisation}",
              organisation: f"/admin/organisations/{organisation}",
              entry: f"/admin/audit/{entry}", "audit": "/admin/audit"}
    user = Visitor(peopled, person_id(peopled, "host@example.com"))
    for text, path in wanted.items():
        for page in ["/admin/search", "/admin/fragments/search"]:
            assert f'href="{path}"' in admin.page(f"{page}?q={text}").split("role=\"search\"")[-1]
            own = user.page(f"{page}?q={text}")
            assert f'href="{path}"' not in own and "Nothing has this id" in own
    assert "Type at least 2" in admin.page("/admin/search?q=p")


def test_the_system_page_has_processes_dependencies_and_charts_after_a_while(admin):
    text = eventually(
        lambda: (text := admin.page("/admin/system")).count("<svg class=\"chart") >= 3 and text,
        seconds_max=30, every_seconds=0.5)
    for words in ["supervisor", "worker 3", "courier 0", "MariaDB", "MQTT broker", "Requests",
                  "Latency", "Time spent on the database", "GET /admin/system"]:
        assert words in text, words


# In a browser.

@pytest.fixture(scope="module")
def browser(peopled, admin):
    if not shutil.which("chromedriver"):
        pytest.skip("chromium-driver is not installed: see scripts/install")
    with Browser() as browser:
        browser.devtools("Network.setCookie", name="entrepot_session", value=admin.cookie,
                         url=peopled.url("https"), path="/", secure=True, httpOnly=True)
        yield browser


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip("axe_playwright_python", reason="see scripts/test")
    return (importlib.resources.files(package) / "axe.min.js").read_text()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_accessible_and_fits(
        peopled, browser, axe, paths, name, width, height, scheme):
    browser.log()
    browser.show(width, height, scheme)
    browser.open(peopled.url("https") + paths[name])
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run("return document.querySelectorAll('h1').length") == 1
    found = browser.run(axe + """;
        return axe.run(document, {resultTypes: ['violations']}).then(result =>
            result.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html)]))""")
    assert [finding for finding in found if finding[0] in GRAVE] == []
    assert browser.log() == []


TAB, ENTER, CONTROL = "\ue004", "\ue007", "\ue009"


def press(browser, *keys):
    strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
    browser.call("POST", browser.session + "/actions", {
        "actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})


def replace_by(browser, text):
    browser.call("POST", browser.session + "/actions", {"actions": [{
        "type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": CONTROL}, {"type": "keyDown", "value": "a"},
            {"type": "keyUp", "value": "a"}, {"type": "keyUp", "value": CONTROL}]}]})
    press(browser, *text)


def tab_to(browser, selector, strokes_max=90):
    for _ in range(strokes_max):
        if browser.run("return document.activeElement.matches(arguments[0])", selector):
            return
        press(browser, TAB)
    raise AssertionError(f"no way by Tab to {selector}")


def arrives(browser, path):
    eventually(lambda: browser.run(
        "return document.readyState === 'complete' && location.pathname") == path)


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
    eventually(lambda: "1 people" in browser.run("return document.querySelector('.list')"
                                                 ".innerText"))
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
    eventually(lambda: browser.run(
        "return document.querySelectorAll('.results a').length") == 1)
    press(browser, "\ue015", ENTER)
    arrives(browser, f"/admin/users/{id}")


def test_a_question_is_asked_over_the_page(peopled, browser):
    id = person_id(peopled, "p029@people.example")
    browser.show(1280, 800)
    browser.open(peopled.url("https") + f"/admin/users/{id}")
    tab_to(browser, ".acts .button-danger")
    press(browser, ENTER)
    eventually(lambda: browser.run("return document.querySelector('dialog.confirm')?.open"))
    assert browser.run("return document.activeElement.innerText") == "Keep it"
    press(browser, ENTER)
    eventually(lambda: not browser.run("return !!document.querySelector('dialog.confirm')"))
    assert count(peopled, "users", f"id = '{id}' AND status = 'active'") == 1
