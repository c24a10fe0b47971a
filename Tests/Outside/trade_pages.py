"""Pages of contracts and shipments as somebody without a script reads and fills them."""

import html
import re

CONTRACTS = "/admin/contracts"
SHIPMENTS = "/admin/shipments"
NEW = f"{SHIPMENTS}/new"


def words(answer):
    """What a page says, without its markup."""
    text = answer if isinstance(answer, str) else answer.body.decode()
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text.split("<main", 1)[1], flags=re.S)
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def values(answer):
    """What stands in the fields of the page's form."""
    form = answer.body.decode().split('<form class="form"')[1]
    given = dict(re.findall(r'<input id="[^"]*" name="(\w+)"[^>]* value="([^"]*)"', form))
    given |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S))
    chosen = re.findall(r'<select[^>]* name="(\w+)".*?<option value="([^"]*)" selected', form, re.S)
    return {name: html.unescape(value) for name, value in (given | dict(chosen)).items()}


def hidden(answer):
    form = answer.body.decode().split('<form class="form"')[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def at(contract, more=""):
    return f"{CONTRACTS}/{contract['id']}{more}"


def cells(page, label):
    found = re.findall(rf'data-label="{label}">(.*?)</td>', page, re.S)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", "", cell)).split()) for cell in found]


def sending(contract, quantity, **fields):
    return {"contractId": contract["id"], "quantity": str(quantity), "reference": "",
            "destination": ""} | fields
