"""Two hundred people sign at once: does everybody get an answer, how fast, and is anything lost?

    .venv/bin/python -m benchmarks.signing_at_once

`esign run` on SQLite with a real SMTP sink. 200 contracts wait for their clients. All clients open their links within two
seconds and go through it as fast readers do: each takes 1 to 4 seconds before he agrees, asks for the code, types it, signs.
Meanwhile the server delivers codes and puts signatures and seals into PDFs. Before, ten others did the same one after
another on the quiet server. Limits: no answer but the right one, for each kind of POST p95 under 12 x the median of the
same POST alone, and at the end every contract is completed, sealed intact, and everything accounted for. Exits with 1 when
one is missed.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.support import audit, mail
from tests.support.chaos import Post
from tests.support.patient import Signer
from tests.support.script import Script, until
from tests.support.server import PLAIN_HTTP, Server

PARTIES, ALONE = 200, 10
MOST = 12
# Seconds in which everybody opens his link, and how long each takes before every step.
BEGIN_WITHIN, THINKS = 15, (2, 8)
OWN, CLIENT = "Jana Weber", "Ada Berg"
Times = dict[str, list[float]]


def main() -> int:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, mail.sink(Post) as post:
        server = Server(Path(folder), ESIGN_SMTP_URL=post.url).start()
        try:
            script = Script(server)
            deals = _sent(script, post)
            links = _links(script, post, deals)
            alone = asyncio.run(_one_after_another(server.url, post, links[:ALONE]))
            _wait_until_completed(script, deals[:ALONE])
            begun = time.monotonic()
            crowd, wrong = asyncio.run(_all_at_once(server.url, post, links[ALONE:]))
            signed_after = time.monotonic() - begun
            _wait_until_completed(script, deals)
            completed_after = time.monotonic() - begun
            faults = audit.faults(server.data, "", deals)
        finally:
            server.stop()
    return _told(alone, crowd, [*wrong, *faults], (signed_after, completed_after, load))


def _sent(script: Script, post: Post) -> list[str]:
    """Deals whose contract our side has signed."""
    contact = script.contact()["id"]
    deals = [script.deal(contact)["id"] for _ in range(ALONE + PARTIES)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(script.drop, deals))
        labels = list(pool.map(lambda deal: until(lambda: _label(script, deal), 600), deals))
        list(pool.map(lambda label: _signer(script, post, label, OWN).sign(), labels))
    return deals


def _label(script: Script, deal: str) -> str:
    """The deal's document, once it is sent."""
    found = script.get(f"/deals/{deal}/documents")["items"]
    return next((each["label"] for each in found if each["state"] == "sent"), "")


def _signer(script: Script, post: Post, label: str, name: str) -> Signer:
    link = until(lambda: _link(post, label, name), 120)
    return Signer([script.server.url], link, name, lambda label: post.codes(name, label))


def _link(post: Post, label: str, name: str) -> str:
    number = label.rpartition(" ")[2]
    return next(
        (
            each.link
            for each in post.read
            if each.link and each.name == name and each.subject.endswith(number)
        ),
        "",
    )


def _links(script: Script, post: Post, deals: list[str]) -> list[tuple[str, str]]:
    """The clients' links, each with its document's name."""
    labels = [script.get(f"/deals/{deal}/documents")["items"][0]["label"] for deal in deals]
    return [(until(lambda label=label: _link(post, label, CLIENT), 300), label) for label in labels]


async def _one_after_another(url: str, post: Post, links: list[tuple[str, str]]) -> Times:
    times: Times = defaultdict(list)
    async with _client(url) as client:
        for link in links:
            await _sign(client, post, link, times, pause=0.5)
            await asyncio.sleep(2)  # until the server has sealed it
    return times


async def _all_at_once(url: str, post: Post, links: list[tuple[str, str]]) -> tuple[Times, list[str]]:
    times: Times = defaultdict(list)
    chance = random.Random(1)
    async with _client(url) as client:

        async def party(link: tuple[str, str], begins: float) -> None:
            await asyncio.sleep(begins)
            await _sign(client, post, link, times, pause=0)

        everybody = [party(link, chance.uniform(0, BEGIN_WITHIN)) for link in links]
        done = await asyncio.gather(*everybody, return_exceptions=True)
    return times, [repr(each) for each in done if each is not None]


def _client(url: str) -> httpx.AsyncClient:
    many = httpx.Limits(max_connections=PARTIES, max_keepalive_connections=PARTIES)
    return httpx.AsyncClient(
        base_url=url,
        headers={"Accept": "application/json"},
        timeout=60,
        verify=PLAIN_HTTP,
        limits=many,
    )


async def _sign(
    client: httpx.AsyncClient, post: Post, link: tuple[str, str], times: Times, *, pause: float
) -> None:
    path, label = link
    chance = random.Random(label)

    async def think() -> None:
        await asyncio.sleep(pause or chance.uniform(*THINKS))

    async def act(kind: str, body: dict[str, Any] | None = None) -> Any:
        begun = time.perf_counter()
        answer = await client.post(path + kind, json=body)
        times[kind].append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{kind}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    state = await act("/start")
    await think()
    await act("/consent", {"version": state["consent"]["version"], "agree": True})
    await think()
    await act("/code")
    while not (codes := post.codes(CLIENT, label)):  # noqa: ASYNC110 (the mail comes in another thread)
        await asyncio.sleep(0.2)
    await think()
    await act("/code/check", {"code": codes[0]})
    await think()
    await act("/sign", {"method": "typed", "name": CLIENT})


def _wait_until_completed(script: Script, deals: list[str]) -> None:
    for deal in deals:
        until(lambda deal=deal: script.get(f"/deals/{deal}")["stage"]["name"] == "Won", 600)


def _told(alone: Times, crowd: Times, wrong: list[str], took: tuple[float, float, float]) -> int:
    ratios = {
        kind: {
            "numerator_p95_ms": round(_p95(crowd[kind]), 1),
            "denominator_median_alone_ms": round(statistics.median(times), 1),
            "ratio": round(_p95(crowd[kind]) / statistics.median(times), 1),
        }
        for kind, times in alone.items()
    }
    result = {
        "parties": PARTIES,
        "posts": ratios,
        "limit": MOST,
        "signed_after_s": round(took[0]),
        "completed_after_s": round(took[1]),
        "wrong": wrong,
        "load_before": round(took[2], 1),
    }
    print(json.dumps(result, indent=2))
    return 0 if not wrong and all(each["ratio"] < MOST for each in ratios.values()) else 1


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
