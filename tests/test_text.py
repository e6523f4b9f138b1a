from datetime import UTC, datetime

import pytest

from esign_app.text import speaking, when

WINTER = datetime(2026, 1, 2, 13, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Berlin", "2 Jan 2026, 14:03 CET"),
        ("de", "Europe/Berlin", "2. Jan. 2026, 14:03 MEZ"),
        ("de", "America/Los_Angeles", "2. Jan. 2026, 05:03 PST"),
        ("de", "UTC", "2. Jan. 2026, 13:03 UTC"),
    ],
)
def test_a_time_names_its_zone_in_the_reader_s_language(language: str, zone: str, said: str) -> None:
    with speaking(language):
        assert when(WINTER, zone) == said
