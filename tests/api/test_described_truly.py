"""What the description says is what happens: values made from it, right and wrong ones, find no fault and no surprise."""

import itertools

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.routing import Mount

from esign_app.api.app import app
from esign_app.gate import Gate
from tests.api.conftest import Api
from tests.support.world import Automation, World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Always the same values, few of them: the rest of the search is for an afternoon with a larger number here.
FEW = settings(
    max_examples=6, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=[*HealthCheck]
)  # fmt: skip
SEED = 4711


@pytest.fixture
def ids(api: Api, world: World, automation: Automation) -> dict[str, str]:
    """What names of parameters and fields may stand for, once a contract is on its way."""
    api.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["Contract"], "confirm": True})
    automation.run()
    [document] = api.get(f"/deals/{world.deal}/documents")["items"]
    [message] = api.get(f"/documents/{document['id']}/messages")["items"]
    [run] = api.get("/runs", params={"deal_id": world.deal})["items"]
    return {
        "deal_id": world.deal,
        "stage_id": world.stages["Offer"],
        "contact_id": world.contact,
        "company_id": world.company,
        "template_id": world.template,
        "signatory_id": world.signatory,
        "rule_id": world.rule,
        "document_id": document["id"],
        "request_id": document["request_id"],
        "message_id": message["id"],
        "run_id": run["id"],
        "owner_id": api.get("/users")["items"][0]["id"],
    }


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_value_finds_a_fault_or_an_answer_that_is_not_described(
    ids: dict[str, str], world: World, mode: GenerationMode
) -> None:
    mounted = Gate(Starlette(routes=[Mount("/api/v1", app())]), hosts=(), larger={}, patience=60)
    # Its 503 is described, and what it answers depends on who else runs.
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", mounted).exclude(path="/health")
    asked = itertools.count()

    def ask(case: Case) -> None:
        if next(asked) % 2:
            _aim(case, ids)
        case.call_and_validate(headers={"Authorization": f"Bearer {world.keys['admin']}"}, checks=CHECKS)

    wrong = []
    for found in described.get_all_operations():
        values = found.ok().as_strategy(generation_mode=mode)
        try:
            seed(SEED)(FEW(given(case=values)(ask)))()
        except FailureGroup as failures:
            wrong.append(str(failures))
    assert wrong == []
    assert next(asked) > 200


def _aim(case: Case, ids: dict[str, str]) -> None:
    """At what is there: made-up ids only ever find out that nothing is."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            values.update({name: ids[name] for name in values if name in ids})
