"""What the tests of the PDF adapter share: a warm nursery and the values of a believable deal."""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from esign_app.adapters import pdf
from esign_app.domain import starter

DEAL: dict[str, Any] = {
    "deal": {"title": "Warehouse planning", "number": "D-118", "amount_minor": 1190000, "currency": "EUR", "close_date": "2027-02-26"},
    "lines": [
        {"title": "Workshop", "quantity_milli": 1500, "unit": "d", "price_minor": 400000, "tax_bp": 1900, "total_minor": 600000},
        {"title": "Licence", "quantity_milli": 4000, "unit": "pcs", "price_minor": 100000, "tax_bp": 1900, "total_minor": 400000},
    ],
    "totals": {"net_minor": 1000000, "tax_minor": 190000, "gross_minor": 1190000, "currency": "EUR"},
    "own": {
        "name": "Nordlicht Systeme GmbH", "street": "Speicherstraße 14", "postcode": "20457", "city": "Hamburg", "country": "DE",
        "registration": "HRB 148220", "tax_id": "DE287446190", "bank": "Musterbank", "iban": "DE89 3704 0044 0532 0130 00",
        "email": "office@nordlicht.example", "phone": "+49 40 5550 1420",
    },
    "own_signatory": {"name": "Jana Weber", "mandate": "Managing Director", "email": "jana@nordlicht.example"},
    "client": {
        "name": "Katarzyna Wiśniewska", "email": "k@lodzka.example", "phone": "+48 42 555 0199", "company": "Łódzka Fabryka Sp. z o.o.",
        "street": "ul. Piotrkowska 104a", "postcode": "90-926", "city": "Łódź", "country": "PL", "tax_id": "PL7251801126",
    },
    "document": {"number": "2026-014", "date": "2026-11-25", "id": "K7QF-2MXA-9DTE"},
}  # fmt: skip


@pytest.fixture
def deal() -> dict[str, Any]:
    return deepcopy(DEAL)


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Started by a process that holds a secret, which no child may see."""
    os.environ["ESIGN_TEST_SECRET"] = "hidden"
    pdf.warm()
    yield
    pdf.stop()
    del os.environ["ESIGN_TEST_SECRET"]


@pytest.fixture
def contract() -> Callable[[str], str]:
    """The starter contract in a language."""
    return lambda language: starter.text("contract", language)


@pytest.fixture
def corpus() -> Path:
    return Path(__file__).parents[1] / "trust" / "corpus"
