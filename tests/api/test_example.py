"""The example of docs/api.md is run as it stands."""

import importlib.util
from collections.abc import Iterator
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.automation.sweep import sweep
from esign_app.front_end import ROOT
from tests.api.conftest import Api
from tests.support.world import World


@pytest.fixture
def running_engine(world: World, renderer: None) -> Iterator[None]:
    engine.start_engine(tick=sweep)
    yield
    engine.stop_engine()


@pytest.fixture
def example() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "send_contract", ROOT / "docs/examples/send_contract.py"
    )
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_example_sends_a_contract(
    running_engine: None, client: TestClient, api: Api, world: World, example: ModuleType
) -> None:
    esign = example.Esign(client, world.keys["sales"])
    document = example.send_contract(esign, "Kim Novak", "kim@client.example")
    sent = esign.wait(document, "sent", every=0.05)
    assert sent["label"].startswith("Contract")
    parties = api.get(f"/documents/{document}/request")["parties"]
    assert [party["name"] for party in parties] == ["Sigrid Signs", "Kim Novak"]
    deal = api.get(f"/deals/{sent['deal_id']}")
    assert deal["amount_minor"] == round((2.5 * 80_000 + 24_000) * 1.19)


def test_a_refusal_is_said_in_words(
    running_engine: None, client: TestClient, world: World, example: ModuleType
) -> None:
    esign = example.Esign(client, world.keys["signatory"])
    with pytest.raises(example.Refused, match=r"You do not have the right .*forbidden"):
        example.send_contract(esign, "Kim Novak", "kim@client.example")
