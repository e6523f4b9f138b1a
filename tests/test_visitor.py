"""Who is behind a request, when everything in it may be invented."""

import pytest

from esign_app import visitor

PROXIES = ["10.0.0.1", "192.168.0.0/24", "not a network"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger speaks for himself only
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what stands further left was invented
        ("10.0.0.1", "198.51.100.1, 192.168.0.7", "198.51.100.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("", "198.51.100.1", ""),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_proxies_of_ours_speak_for_others(peer: str, forwarded: str, address: str) -> None:
    """B85."""
    assert visitor.address(peer, forwarded, PROXIES) == address


@pytest.mark.parametrize(
    ("accepted", "asked", "language"),
    [
        ("", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("fr,de;q=0.5,en;q=0.4", "", "de"),
        ("fr", "", "en"),
        ("en;q=0.2, de;q=0", "", "en"),
        ("de", "en", "en"),
        ("de", "tlh", "de"),
        ("de;q=much,en", "", "en"),
    ],
)
def test_the_language_is_what_was_asked_for_or_the_best_we_speak(
    accepted: str, asked: str, language: str
) -> None:
    assert visitor.language(accepted, asked) == language


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"origin": "https://crm.example"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
    ],
)
def test_a_form_of_strangers_is_told_from_ours(headers: dict[str, str], own: bool) -> None:
    assert visitor.is_own_form(headers, ["https://crm.example"]) is own
