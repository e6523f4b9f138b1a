"""Rules, contacts, companies, the own company and its signatories by script."""

import pytest

from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World


def test_rules_stand_under_their_stages_in_order(api: Api, world: World) -> None:
    stages = api.get("/rules")["items"]
    assert [item["stage"]["name"] for item in stages] == [
        stage["name"] for stage in api.get("/pipelines")["items"][0]["stages"]
    ]
    found = {rule["id"]: rule for item in stages for rule in item["rules"]}
    assert set(found) == {world.rule, world.trigger}
    assert found[world.rule] == api.get(f"/rules/{world.rule}")
    assert found[world.rule]["template"] == "Service contract"


def test_a_rule_is_changed_in_part_and_switched(api: Api, world: World) -> None:
    seen = api.get(f"/rules/{world.rule}")
    change = {"params": {"before_sending": "at_once"}, "seen_version": seen["version"]}
    changed = api.ok("PATCH", f"/rules/{world.rule}", json=change)
    assert changed["params"] == seen["params"] | {"before_sending": "at_once"}
    assert api.refused(409, "PATCH", f"/rules/{world.rule}", json=change)["code"] == "conflict"
    assert api.post(f"/rules/{world.rule}/switch", {"enabled": False})["enabled"] is False
    assert (
        api.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["Contract"]})["stage"]["name"]
        == "Contract"
    )


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("move_here", {"on": "full_moon"}),
        ("move_here", {}),
        ("move_here", {"on": "party_signed", "template": "x"}),
        ("call_webhook", {}),
        ("send_for_signature", {"on": "party_signed"}),
        ("__import__", {}),
    ],
)
def test_a_rule_that_makes_no_sense_is_not_kept(
    api: Api, world: World, action: str, params: dict[str, str]
) -> None:
    before = everything()
    body = {"stage_id": world.stages["Won"], "action": action, "params": params}
    assert api("POST", "/rules", json=body).status_code in (404, 422)
    assert everything() == before


def test_a_trigger_can_be_added(api: Api, world: World) -> None:
    body = {"stage_id": world.stages["Lost"], "action": "move_here", "params": {"on": "party_declined"}}
    rule = api.post("/rules", body)
    assert (rule["kind"], rule["params"], rule["enabled"]) == ("trigger", {"on": "party_declined"}, True)


def test_a_contact_is_kept_clean(sales: Api, world: World) -> None:
    made = sales.post(
        "/contacts",
        {"name": " Kim\u202e  Novak\n", "email": "KIM@Client.Example", "phone": "030 123456", "locale": "de"},
    )
    assert (made["name"], made["email"], made["phone"]) == ("Kim Novak", "kim@client.example", "+4930123456")
    assert made["company_id"] == ""
    moved = sales.ok("PATCH", f"/contacts/{made['id']}", json={"company_id": world.company})
    assert (moved["company_id"], moved["company"], moved["name"]) == (world.company, "Muster AG", "Kim Novak")
    assert sales.ok("PATCH", f"/contacts/{made['id']}", json={"company_id": None})["company"] == ""


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"locale": "tlh"}, "locale"),
        ({"name": " "}, "name"),
    ],
)
def test_contact_data_that_cannot_be_is_refused(
    sales: Api, world: World, values: dict[str, str], field: str
) -> None:
    before = everything()
    assert sales.refused(422, "PATCH", f"/contacts/{world.contact}", json=values)["field"] == field
    assert sales.refused(422, "POST", "/contacts", json={"name": "x"} | values)["field"] == field
    assert everything() == before


@pytest.mark.parametrize("noun", ["contacts", "companies"])
def test_contacts_and_companies_have_pages_and_versions(sales: Api, world: World, noun: str) -> None:
    made = [sales.post(f"/{noun}", {"name": f"Name {number}"})["id"] for number in range(4)]
    first = sales.get(f"/{noun}", params={"limit": 3})
    rest = sales.get(f"/{noun}", params={"limit": 3, "after": first["next"]})
    assert [item["id"] for item in first["items"] + rest["items"]][-4:] == made
    assert rest["next"] is None
    change = {"name": "Other", "seen_version": 1}
    assert sales.ok("PATCH", f"/{noun}/{made[0]}", json=change)["version"] == 2
    before = everything()
    assert sales.refused(409, "PATCH", f"/{noun}/{made[0]}", json=change)["code"] == "conflict"
    assert everything() == before


def test_the_own_company_is_changed_in_part(api: Api, world: World) -> None:
    seen = api.get("/own-company")
    changed = api.ok("PATCH", "/own-company", json={"city": "Kiel", "seen_version": seen["version"]})
    assert changed == seen | {"city": "Kiel", "version": seen["version"] + 1}
    api.refused(409, "PATCH", "/own-company", json={"city": "Bonn", "seen_version": seen["version"]})
    problem = api.refused(
        422, "PATCH", "/own-company", json={"zone": "Mars/Base", "seen_version": changed["version"]}
    )
    assert problem["field"] == "zone"


def test_signatories_come_and_go(api: Api, sales: Api, world: World) -> None:
    robin = api.post("/signatories", {"name": "Robin Krause", "email": "robin@example.com", "mandate": "CEO"})
    assert robin in sales.get("/signatories")["items"]
    changed = api.ok("PATCH", f"/signatories/{robin['id']}", json={"mandate": "CFO"})
    assert changed == robin | {"mandate": "CFO"}
    assert api("DELETE", f"/signatories/{robin['id']}").status_code == 204
    api.refused(404, "GET", f"/signatories/{robin['id']}")
    api.refused(404, "DELETE", f"/signatories/{robin['id']}")


def test_a_deal_can_be_given_to_a_user(sales: Api, world: World) -> None:
    users = sales.get("/users")["items"]
    assert {tuple(user) for user in users} == {("id", "name")}
    mara = next(user for user in users if user["name"] == "Mara Sales")
    deal = sales.ok("PATCH", f"/deals/{world.deal}", json={"owner_id": mara["id"]})
    assert deal["owner"] == mara
