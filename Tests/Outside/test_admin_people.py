"""What administrators do on pages: people, organisations, the audit log, the search, the system."""

import re
import threading

import pytest

from callers import Visitor, make_id, sign_in
from client import Client, eventually
from populace import count, organisation_id, person_id, rows_of
from stack.mariadb import DATABASE


def links(page, within="<main"):
    return re.findall(r'href="([^"]+)"', page.split(within, 1)[1])


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
    "/admin/audit?q=%C3%A9&actorId=%C3%A9&objectId=%C3%A9&action=%C3%A9",
    "/admin/search?q=%C3%A9%C3%A9",
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
    assert "(empty)" in row and "+91 22 5555 0101" in row
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
    eventually(lambda: visitor.get("/admin").status == 303, seconds_max=5)
    assert "1 API key works again." in admin.page(f"/admin/users/{id}/enable")
    assert admin.submit(f"/admin/users/{id}/enable", {}).status == 303
    assert count(peopled, "users", f"id = '{id}' AND status = 'active'") == 1


def test_a_locked_account_is_seen_and_unlocked(peopled, admin):
    email, id = "user@example.com", person_id(peopled, "user@example.com")
    client = Client(peopled)
    for _ in range(5):
        client.post("/api/v1/auth/login", {"email": email, "password": "wrong"})
    right = {"email": email, "password": "user12345"}
    assert client.post("/api/v1/auth/login", right).status == 423
    assert re.search(r"locked</span>", admin.page(f"/admin/users?q={email}"))
    assert re.search(r"locked for another (29|30) min", admin.page(f"/admin/users/{id}"))
    assert "Forgets 5 failed attempts" in admin.page(f"/admin/users/{id}/unlock")
    assert admin.submit(f"/admin/users/{id}/unlock", {}).status == 303
    assert client.post("/api/v1/auth/login", right).status == 200


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

    def found(query):
        return [row["Entry"] for row in rows_of(admin.get(f"/admin/audit?format=csv&{query}"))] \
            if "entries" in admin.page(f"/admin/audit?{query}") else []

    entry = found(f"objectId={id}")
    assert len(entry) == 1
    # The days of a filter are the reader's, who lives 5 h 30 min before UTC.
    today = peopled.mariadb.query(
        f"SELECT DATE(at + INTERVAL 330 MINUTE) FROM audit_entries WHERE id = '{entry[0]}'",
        DATABASE)[0][0]
    for query in [f"actorId={asha}", "action=user.changed", "q=raghunathan", f"q={entry[0]}",
                  f"from={today}", f"to={today}"]:
        assert entry[0] in found(query), query
    for query in ["action=organisation.added", "actorId=nobody", "from=2999-01-01",
                  "to=2000-01-01"]:
        assert entry[0] not in found(query), query


def test_search_finds_what_somebody_may_see(peopled, admin):
    id = person_id(peopled, "p026@people.example")
    organisation = organisation_id(peopled)
    assert admin.submit(f"/admin/users/{id}/edit", edit(id)).status == 303
    entry = peopled.mariadb.query(
        f"SELECT id FROM audit_entries WHERE object_id = '{id}'", DATABASE)[0][0]
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
        every_seconds=0.5)
    for words in ["supervisor", "worker 3", "courier 0", "MariaDB", "MQTT broker", "Requests",
                  "Latency", "Time spent on the database", "GET /admin/system"]:
        assert words in text, words
