"""The OpenAPI document: it is valid, and it says what is so."""

import re

import pytest

from callers import NO_NOTE, NOTE, NOTES, Caller, forget_notes, sign_in

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
# Proving routes that fall over on purpose, or want a table of other programs.
DELIBERATE = {"/api/v1/proving/crash", "/contracts/{id}"}


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving, token=sign_in(proving, "admin"))


@pytest.fixture
def document(caller):
    return caller.get("/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def test_the_document_is_valid(document):
    validator = pytest.importorskip("openapi_spec_validator", reason="see scripts/test")
    assert document["openapi"].startswith("3.1.")
    problems = list(validator.OpenAPIV31SpecValidator(document).iter_errors())
    assert [problem.message for problem in problems] == []


def test_the_validator_can_say_no(document):
    validator = pytest.importorskip("openapi_spec_validator", reason="see scripts/test")
    document["paths"]["/health"]["get"]["responses"]["200"] = {"describes": "nothing"}
    assert list(validator.OpenAPIV31SpecValidator(document).iter_errors())


def test_it_is_the_same_wherever_it_is_asked_for(caller, stack):
    bodies = {caller.get(path).body for path in [
        "/openapi.json", "/api/openapi.json", "/api/v1/openapi.json"]}
    assert len(bodies) == 1
    product = Caller(stack).get("/openapi.json").json
    assert product["servers"] == [{"url": stack.url("https")}]
    assert not [path for path in product["paths"] if "proving" in path]


def test_the_binary_prints_it_without_a_server(stack):
    printed = stack.entrepot.call("openapi")
    assert '"openapi":"3.1' in printed.replace(" ", "")


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_operation_is_there(caller, document):
    """Its path knows it, and whatever it answers without a body it does not fall over."""
    asked = 0
    for method, path, _ in operations(document):
        if path in DELIBERATE:
            continue
        there = re.sub("{.*?}", caller.make_note()["id"], path)
        assert method in caller.request("OPTIONS", there).headers["allow"].split(", "), path
        answer = caller.request(method, there)
        assert answer.status < 500, f"{method} {path}: {answer}"
        asked += 1
    assert asked >= 15


def test_nothing_that_is_there_is_left_out(document):
    paths = {(method, path) for method, path, _ in operations(document)}
    assert {("GET", "/health"), ("GET", "/api/v1/health"), ("GET", "/ready"), ("GET", "/metrics"),
            ("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/api/v1/system/health"),
            ("GET", "/api/v1/system/info"), ("POST", "/api/v1/proving/notes"),
            ("DELETE", "/api/v1/proving/notes/{id}")} <= paths


def test_who_needs_a_token_is_said(document):
    for method, path, operation in operations(document):
        answers_anyone = operation["x-access"] in ("anyone", "allow-listed addresses")
        assert ("security" in operation) != answers_anyone, f"{method} {path}"


def test_an_operation_that_asks_for_a_token_does(caller, document):
    stranger = Caller(caller.stack)
    for method, path, operation in operations(document):
        if "security" in operation:
            answer = stranger.request(method, path.replace("{id}", NO_NOTE.rpartition("/")[2]))
            assert answer.status == 401, f"{method} {path}: {answer}"


def schema_errors(document, schema, value):
    jsonschema = pytest.importorskip("jsonschema", reason="see scripts/test")
    whole = schema | {"components": document["components"]}
    found = jsonschema.Draft202012Validator(
        whole, format_checker=jsonschema.FormatChecker()).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def schema_of(document, method, path, status, content_type="application/json"):
    responses = document["paths"][path][method]["responses"]
    return responses[str(status)]["content"][content_type]["schema"]


ANSWERS = {
    "/health": ("get", "/health", "/health", 200),
    "/api/v1/health": ("get", "/api/health", "/api/v1/health", 200),
    "/ready": ("get", "/ready", "/ready", 200),
    "system/health": ("get", "/api/v1/system/health", "/api/v1/system/health", 200),
    "system/info": ("get", "/api/v1/system/info", "/api/v1/system/info", 200),
    "an empty list": ("get", f"{NOTES}?page=9", NOTES, 200),
    "a list": ("get", f"{NOTES}?limit=1", NOTES, 200),
    "a new note": ("post", NOTES, NOTES, 201),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_real_answers_are_as_the_document_says(caller, document, case):
    for _ in range(2):
        caller.make_note()
    method, path, template, status = ANSWERS[case]
    answer = caller.request(method.upper(), path, NOTE if method == "post" else None)
    assert answer.status == status
    schema = schema_of(document, method, template, status)
    assert schema_errors(document, schema, answer.json) == []
    assert set(schema["required"]) == set(answer.json)
    assert schema_errors(document, schema, {}), "a schema that takes everything says nothing"


def test_real_problems_are_as_the_document_says(caller, document):
    schema = document["components"]["schemas"]["Problem"]
    for answer in [caller.get(NO_NOTE), caller.post(NOTES, {}), caller.get("/nowhere")]:
        assert schema_errors(document, schema, answer.problem) == []
        assert set(answer.problem) <= set(schema["properties"])


def test_the_bounds_in_the_document_are_those_that_hold(caller, document):
    body = document["paths"][NOTES]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    bodies = [NOTE, NOTE | {"quantity": 0}, NOTE | {"quantity": 10**9},
              NOTE | {"quantity": 10**9 + 1}, NOTE | {"title": ""},
              NOTE | {"title": "x" * 200}, NOTE | {"title": "x" * 201},
              NOTE | {"tags": []}, NOTE | {"tags": None}, NOTE | {"tags": ["a"] * 5},
              NOTE | {"tags": ["a"] * 6}, NOTE | {"tags": [""]}, NOTE | {"quantity": 1.5}, {}]
    for body in bodies:
        is_valid = not schema_errors(document, schema, body)
        assert (caller.post(NOTES, body).status == 201) == is_valid, body


def test_the_parameters_of_a_list_are_declared(document):
    parameters = document["paths"][NOTES]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {"page", "limit", "cursor", "sort"}
    limit = next(parameter for parameter in parameters if parameter["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 100)
