"""From a deal to a sealed contract by script, and what is never told on the way."""

import re
from urllib.parse import unquote

import httpx
import pytest

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation import mailbox
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from esign_app.domain import messages
from esign_app.domain.signing import progress, requests
from tests.api.calls import every_call
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import Automation, World


def drafted(sales: Api, world: World, automation: Automation) -> str:
    made = sales("POST", f"/deals/{world.deal}/documents", json={"template_id": world.template})
    assert (made.status_code, made.json()["state"]) == (202, "preparing")
    automation.run()
    return str(made.json()["id"])


def signed_by_all(sales: Api, world: World, automation: Automation) -> str:
    document = drafted(sales, world, automation)
    assert sales.post(f"/documents/{document}/sign", {"layout": "reuse"})["state"] == "preparing"
    automation.run()
    automation.sign("Sigrid Signs")
    automation.sign("Alex Muster")
    return document


def test_the_manual_way_from_a_template_to_a_sealed_file(
    sales: Api, world: World, automation: Automation
) -> None:
    document = drafted(sales, world, automation)
    draft = sales.get(f"/documents/{document}")
    assert (draft["state"], draft["ready"], draft["error"]) == ("draft", True, "")
    assert re.fullmatch(r"Contract \d{4}-001", draft["label"])
    assert (draft["deal_id"], draft["template_id"]) == (world.deal, world.template)
    sales.refused(404, "GET", f"/documents/{document}/request")
    prepared = sales.get(f"/documents/{document}/preparation")
    assert [person["name"] for person in prepared["people"]] == ["Sigrid Signs", "Alex Muster"]
    assert prepared["missing"] == []

    sales.post(f"/documents/{document}/sign", {"layout": "reuse"})
    automation.run()
    assert states(sales, document) == ["invited", "waiting"]
    sales.refused(404, "GET", f"/documents/{document}/sealed.pdf")
    automation.sign("Sigrid Signs")
    assert states(sales, document) == ["signed", "invited"]
    assert sales.get(f"/documents/{document}")["state"] == "partly_signed"
    automation.sign("Alex Muster")

    request = sales.get(f"/documents/{document}/request")
    assert request["state"] == "completed" and request["completed_at"].endswith("Z")
    assert all(party["signed_at"] for party in request["parties"])
    sealed = sales("GET", f"/documents/{document}/sealed.pdf")
    assert sealed.headers["content-type"] == "application/pdf"
    assert pdf.verify(sealed.content, roots(), utcnow()).verdict == "intact"
    assert sales.get(f"/deals/{world.deal}")["stage"]["name"] == "Won"


def states(sales: Api, document: str) -> list[str]:
    return [party["state"] for party in sales.get(f"/documents/{document}/request")["parties"]]


def test_the_automatic_way_and_its_run(sales: Api, world: World, automation: Automation) -> None:
    move = {"stage_id": world.stages["Contract"], "confirm": True}
    sales.post(f"/deals/{world.deal}/move", move)
    automation.run()
    (run,) = sales.get("/runs", params={"deal_id": world.deal})["items"]
    assert (run["state"], run["action"], run["rule_id"]) == ("done", "send_for_signature", world.rule)
    assert "Sigrid Signs" in run["sentence"]
    assert run == sales.get(f"/runs/{run['id']}")
    (document,) = sales.get(f"/deals/{world.deal}/documents")["items"]
    assert (document["id"], document["state"]) == (run["document_id"], "sent")
    sales.refused(422, "POST", f"/runs/{run['id']}/retry")

    sales.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["New"]})
    sales.post(f"/deals/{world.deal}/move", move)
    automation.run()
    skipped = sales.get("/runs", params={"deal_id": world.deal})["items"][0]
    assert skipped["state"] == "skipped" and document["label"] in skipped["sentence"]
    assert len(sales.get(f"/deals/{world.deal}/documents")["items"]) == 1


def test_a_run_that_needs_a_person_goes_on_after_what_was_missing_was_mended(
    sales: Api, world: World, automation: Automation
) -> None:
    sales.ok("PATCH", f"/contacts/{world.contact}", json={"email": ""})
    sales.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["Contract"], "confirm": True})
    automation.run()
    (run,) = sales.get("/runs", params={"deal_id": world.deal})["items"]
    assert run["state"] == "needs_person" and "Alex Muster" in run["sentence"]
    sales.ok("PATCH", f"/contacts/{world.contact}", json={"email": "new@client.example"})
    assert sales.ok("POST", f"/runs/{run['id']}/retry")["state"] == "waiting"
    automation.run()
    assert sales.get(f"/runs/{run['id']}")["state"] == "done"


def test_what_is_missing_is_said_with_its_place_and_nothing_is_sent(
    sales: Api, world: World, automation: Automation
) -> None:
    document = drafted(sales, world, automation)
    sales.ok("PATCH", f"/contacts/{world.contact}", json={"email": ""})
    before = everything()
    problem = sales.refused(409, "POST", f"/documents/{document}/sign", json={"layout": "reuse"})
    assert everything() == before
    assert problem["code"] == "not_ready"
    assert problem["missing"][0]["place"] == {"kind": "contact", "id": world.contact}


def test_a_document_is_sent_once_and_can_be_stopped(sales: Api, world: World, automation: Automation) -> None:
    document = drafted(sales, world, automation)
    request = sales.post(f"/documents/{document}/sign", {"layout": "reuse"})["request_id"]
    sales.refused(409, "POST", f"/documents/{document}/sign", json={"layout": "reuse"})
    automation.run()
    assert sales.post(f"/requests/{request}/cancel")["state"] == "cancelled"
    sales.refused(409, "POST", f"/requests/{request}/cancel")
    sales.refused(422, "POST", f"/requests/{request}/retry")
    assert sales.get(f"/documents/{document}")["state"] == "cancelled"


def test_a_document_that_cannot_be_made_says_why_and_is_tried_again(
    api: Api, world: World, automation: Automation
) -> None:
    template = api.get(f"/templates/{world.template}")
    broken = {
        "name": "Broken",
        "html": "{{ deal.nothing }}{{ sign('own') }}{{ sign('client') }}",
        "seen_version": template["version"],
    }
    api.ok("PUT", f"/templates/{world.template}", json=broken)
    document = api.post(f"/deals/{world.deal}/documents", {"template_id": world.template})["id"]
    automation.run()
    failed = api.get(f"/documents/{document}")
    assert failed["state"] == "failed" and "deal.nothing" in failed["error"]
    german = api("GET", f"/documents/{document}", headers={"Accept-Language": "de"}).json()
    assert german["error"] != failed["error"]
    mended = broken | {"html": template["html"], "seen_version": template["version"] + 1}
    api.ok("PUT", f"/templates/{world.template}", json=mended)
    assert api.post(f"/documents/{document}/retry")["state"] == "preparing"
    automation.run()
    again = api.get(f"/documents/{document}")
    assert (again["state"], again["number"]) == ("draft", failed["number"])


def test_another_signatory_can_be_chosen(api: Api, world: World, automation: Automation) -> None:
    robin = api.post("/signatories", {"name": "Robin Krause", "email": "robin@example.com"})["id"]
    body = {"template_id": world.template, "signatory_id": robin}
    document = api.post(f"/deals/{world.deal}/documents", body)["id"]
    automation.run()
    people = api.get(f"/documents/{document}/preparation")["people"]
    assert people[0] == {
        "slot": "own",
        "name": "Robin Krause",
        "email": "robin@example.com",
        "choice": "auto",
        "channel": "email",
        "address": "robin@example.com",
    }


def test_messages_tell_their_fate_and_a_code_is_never_sent_again(
    sales: Api, world: World, automation: Automation
) -> None:
    document = signed_by_all(sales, world, automation)
    sent = sales.get(f"/documents/{document}/messages")["items"]
    assert [item["kind"] for item in reversed(sent)] == [
        "invitation",
        "code",
        "invitation",
        "code",
        "completed",
        "completed",
    ]
    assert {item["state"] for item in sent} == {"accepted"}
    for item in sent:
        sales.refused(422, "POST", f"/messages/{item['id']}/resend")


def test_no_answer_holds_a_link_a_token_a_code_or_a_hash_of_a_key(
    api: Api, sales: Api, world: World, automation: Automation
) -> None:
    """A4, B40: whoever sends cannot sign. Every body of every operation is searched, by admin and by sales."""
    document = signed_by_all(sales, world, automation)
    sales.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["Contract"], "confirm": True})
    request = sales.get(f"/documents/{document}/request")["id"]
    message = sales.get(f"/documents/{document}/messages")["items"][0]["id"]
    run = sales.get("/runs", params={"deal_id": world.deal})["items"][0]["id"]
    letters = mailbox.messages()
    secrets = {letter.link.rpartition("/")[2] for letter in letters if letter.link}
    secrets |= {letter.code for letter in letters if letter.code}
    assert len(secrets) >= 6
    hashes = {
        word for line in everything() if "api_key" in line for word in re.findall(r"[0-9a-f]{64}", line)
    }
    for caller in (api, sales):
        for call in every_call(world, document=document, request=request, message=message, run=run):
            body = caller(call.method, call.path, json=call.body, params=call.query).content.decode("latin-1")
            if not body.startswith("%PDF"):
                found = {
                    secret
                    for secret in secrets | hashes
                    if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", body)
                }
                assert not found, call


@pytest.mark.parametrize(
    "name",
    [
        "Rahmen \u201926 “neu” 🚀",
        "a\r\nSet-Cookie: x=1",
        'x"; filename="evil.exe',
        "x" * 120,
        "\u202egnp.exe",
        "../../etc/passwd",
        "عقد",
    ],
)
def test_a_file_has_a_name_that_cannot_break_its_header(
    api: Api, world: World, renderer: None, name: str
) -> None:
    """B35, on the one route whose file name people choose."""
    template = api.get(f"/templates/{world.template}")
    body = {"name": name, "html": template["html"], "seen_version": template["version"]}
    saved = api.ok("PUT", f"/templates/{world.template}", json=body)
    answer = api("POST", f"/templates/{world.template}/preview", json={})
    assert answer.content.startswith(b"%PDF") and "set-cookie" not in answer.headers
    assert filename(answer) == f"{saved['name']}.pdf"


def filename(answer: httpx.Response) -> str:
    """As a client reads it, the extended form first (RFC 6266)."""
    plain, _, extended = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert re.fullmatch(r'attachment; filename="[ -_.a-zA-Z0-9]*"', plain)
    return unquote(extended)


def test_a_message_that_was_refused_says_why_and_is_sent_again(
    sales: Api, world: World, automation: Automation
) -> None:
    document = drafted(sales, world, automation)
    sales.post(f"/documents/{document}/sign", {"layout": "reuse"})
    automation.run()
    (sent,) = sales.get(f"/documents/{document}/messages")["items"]
    with engine.transaction() as session:
        messages.refused(session, sent["id"], "550 no such user", permanent=True, now=utcnow())
    (failed,) = sales.get(f"/documents/{document}/messages")["items"]
    assert (failed["state"], failed["error"]) == ("failed", "550 no such user")
    assert sales.post(f"/messages/{sent['id']}/resend")["state"] == "queued"
    automation.run()
    found = sales.get(f"/documents/{document}/messages")["items"]
    (again,) = [item for item in found if item["resent_of"]]
    assert (again["resent_of"], again["state"], again["error"]) == (sent["id"], "accepted", "")
    back = sales.post(f"/messages/{again['id']}/bounced", {"reason": "mailbox full"})
    assert (back["state"], back["error"], back["can_resend"]) == ("bounced", "mailbox full", True)


def test_a_channel_is_chosen_by_slot(sales: Api, world: World, automation: Automation) -> None:
    document = drafted(sales, world, automation)
    client = world.contact
    sales("PATCH", f"/contacts/{client}", json={"phone": ""})
    body = {"layout": "reuse", "channels": {"client": "sms"}}
    problem = sales.refused(409, "POST", f"/documents/{document}/sign", json=body)
    (missing,) = problem["missing"]
    assert missing["text"] == "Alex Muster has no phone number."
    assert (missing["place"], missing["field"]) == ({"kind": "contact", "id": client}, "phone")
    for wrong in ({"nobody": "sms"}, {"client": "pigeon"}):
        sales.refused(422, "POST", f"/documents/{document}/sign", json=body | {"channels": wrong})
    sales("PATCH", f"/contacts/{client}", json={"phone": "0170 1234567"})
    sales.post(f"/documents/{document}/sign", body)
    parties = sales.get(f"/documents/{document}/request")["parties"]
    assert {party["slot"]: party["channel"] for party in parties} == {"own": "auto", "client": "sms"}


def test_a_request_that_failed_goes_on_where_it_was(sales: Api, world: World, automation: Automation) -> None:
    document = drafted(sales, world, automation)
    request = sales.post(f"/documents/{document}/sign", {"layout": "reuse"})["request_id"]
    with engine.transaction() as session:
        reason = {"message": "This document is not ready.", "values": {}}
        progress.record_failed(session, requests.find(session, request).id or 0, reason, now=utcnow())
    assert sales.get(f"/requests/{request}")["state"] == "failed"
    assert sales.post(f"/requests/{request}/retry")["state"] == "preparing"
    automation.run()
    assert states(sales, document) == ["invited", "waiting"]
