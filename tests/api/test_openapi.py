"""The description: complete, without a page from elsewhere, and with the routes of others merged in."""

import json

import pytest
from starlette.testclient import TestClient

from esign_app import __version__
from esign_app.api import openapi
from esign_app.api.app import app
from esign_app.public import contract


def test_it_is_served_without_a_key_and_knows_where_it_is_mounted(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "/api/v1"}]
    assert document["info"]["version"] == __version__


@pytest.mark.parametrize("path", ["docs", "redoc", "docs/oauth2-redirect"])
def test_there_is_no_page_that_loads_scripts_from_elsewhere(client: TestClient, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 404


def test_every_operation_wants_a_key_and_describes_its_refusals() -> None:
    names = set()
    for path, item in app().openapi()["paths"].items():
        for operation in item.values():
            names.add(operation["operationId"])
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            assert "security" in operation or path == "/health"
    assert len(names) == sum(len(item) for item in app().openapi()["paths"].values())


def test_every_reference_leads_somewhere() -> None:
    document = openapi.merged(app(), contract.openapi()).openapi()
    text = json.dumps(document)
    for name in {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert name in document["components"]["schemas"], name


def test_a_patch_names_no_defaults() -> None:
    """A generated client would send them and overwrite what it did not mean to touch."""
    schemas = app().openapi()["components"]["schemas"]
    for name in (
        "DealChange",
        "ContactChange",
        "CompanyChange",
        "OwnCompanyChange",
        "SignatoryChange",
        "Params",
    ):
        assert not any("default" in value for value in schemas[name]["properties"].values())


def test_the_signing_routes_are_merged_and_count_from_the_root() -> None:
    paths = openapi.merged(app(), contract.openapi()).openapi()["paths"]
    assert paths["/s/{token}/sign"]["servers"] == [{"url": "/"}]
    assert "post" in paths["/s/{token}/sign"] and "/deals" in paths


def test_two_descriptions_of_one_name_are_a_mistake() -> None:
    twice = {"paths": {"/deals": {"get": {}}}}
    with pytest.raises(ValueError, match="/deals"):
        openapi.merged(app(), twice).openapi()
