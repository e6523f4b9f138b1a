"""People drop deals and sign contracts while processes are killed and started again; then everything is accounted for."""

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from random import Random
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from esign_app import engine
from esign_app.models import Message
from tests.support import audit, mail
from tests.support.environment import settings_in
from tests.support.fleet import fleet
from tests.support.patient import Patient, Signer, drop
from tests.support.script import LINE
from tests.support.server import Server

PEOPLE = 3
MOST_UNDER_WAY = 8
# Between a start and the next kill: how many things happen at most, and in how many seconds; then a moment longer.
MOST_HAPPENING, LONGEST, MOMENT = 6, 30.0, 0.3
# The sweep takes two minutes to look at what got stuck, and twice that for what got stuck again.
DRAINED_WITHIN = 420


@dataclass(frozen=True)
class Letter:
    """What its reader sees, and the Message-ID that its reader does not."""

    message_id: str
    name: str
    address: str
    subject: str
    link: str
    code: str


@dataclass
class Post(mail.Sink):
    """A mail server that reads what it accepts."""

    read: list[Letter] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        link = re.search(r"https?://[^/\s]+(/s/\S+)", text)
        code = re.search(r"^\s*(\d{6})\s*$", text, re.MULTILINE)
        to = message["To"].addresses[0]
        self.read.append(
            Letter(
                message_id=message["Message-ID"].strip("<>").partition("@")[0],
                name=to.display_name,
                address=to.addr_spec,
                subject=message["Subject"],
                link=link[1] if link else "",
                code=code[1] if code else "",
            )
        )
        return "250 accepted"

    def codes(self, name: str, label: str) -> list[str]:
        """The codes sent to a person for a document, newest first."""
        number = label.rpartition(" ")[2]
        return [
            each.code
            for each in reversed(self.read)
            if each.code and each.name == name and each.subject.endswith(number)
        ]


class Part(Protocol):
    """A process that can be killed and started again."""

    def kill(self) -> None: ...
    def start(self) -> object: ...


@dataclass
class Site:
    """The product as it runs: what can be killed, where people reach it, and where its data is."""

    parts: list[Part]
    servers: list[Server]
    data: Path
    database_url: str
    stop: Callable[[], object]


@contextmanager
def one_process(folder: Path, **settings: str) -> Iterator[Site]:
    """`esign run` on SQLite."""
    server = Server(folder, **settings).start()
    try:
        yield Site([server], [server], server.data, "", server.stop)
    finally:
        if server.is_running:
            server.stop()


@contextmanager
def many_processes(folder: Path, **settings: str) -> Iterator[Site]:
    """Two web servers and two workers on PostgreSQL."""
    with fleet(folder, **settings) as opened:
        servers = [opened.web(), opened.web()]
        workers = [opened.worker(), opened.worker()]
        data, url = (Path(opened.settings["ESIGN_DATA_DIR"]), opened.settings["ESIGN_DATABASE_URL"])
        yield Site([*servers, *workers], list(servers), data, url, opened.stop)


SITES = {"sqlite": one_process, "postgresql": many_processes}


class People:
    """Some drop deals, and whoever gets an invitation signs. Nobody gives up when a server is away."""

    def __init__(self, site: Site, post: Post) -> None:
        self.dropped: list[str] = []
        self.broken: list[str] = []
        self._urls = [server.url for server in site.servers]
        self._post = post
        self._key = site.servers[0].api_key()
        self._signed = 0
        self._dropping: list[Future[None]] = []
        self._leaving = threading.Event()
        self._closing = threading.Event()
        self._threads = ThreadPoolExecutor(PEOPLE + 1 + 2 * MOST_UNDER_WAY)
        stages = self.api().get("/api/v1/pipelines")["items"][0]["stages"]
        self._stages = {stage["name"]: stage["id"] for stage in stages}

    def api(self) -> Patient:
        return Patient(self._urls, {"Authorization": f"Bearer {self._key}"})

    def begin(self) -> None:
        self._dropping = [self._do(self._drop_deals, f"Client {number}") for number in range(PEOPLE)]
        self._do(self._read_mail)

    def happened(self) -> int:
        """How much people have done and got so far."""
        return len(self.dropped) + len(self._post.read) + self._signed

    def drop_no_more(self) -> None:
        """Come back when the last drop is answered."""
        self._leaving.set()
        wait(self._dropping)

    def leave(self) -> None:
        self._leaving.set()
        self._closing.set()
        self._threads.shutdown()

    def _do(self, act: Callable[..., None], *arguments: str) -> Future[None]:
        def noting() -> None:
            try:
                act(*arguments)
            except Exception as error:  # noqa: BLE001 (whatever a person met is a finding)
                self.broken.append(f"{act.__name__}{arguments}: {type(error).__name__} {error}"[:500])

        return self._threads.submit(noting)

    def _drop_deals(self, name: str) -> None:
        api = self.api()
        body = {"name": name, "email": f"{time.time_ns()}@client.example", "locale": "en"}
        contact = _made(api, "/api/v1/contacts", body)
        while not self._leaving.wait(0.1):
            if len(self.dropped) - self._signed // 2 >= MOST_UNDER_WAY:
                continue
            body = {
                "title": f"Deal {time.time_ns()}",
                "stage_id": self._stages["Offer"],
                "contact_id": contact,
            }
            deal = _made(api, "/api/v1/deals", body)
            api.ask("PUT", f"/api/v1/deals/{deal}/lines", json={"lines": [LINE]}).raise_for_status()
            self.dropped.append(deal)
            drop(api, deal, self._stages["Contract"])

    def _read_mail(self) -> None:
        seen: set[str] = set()
        while not self._closing.wait(0.1):
            for letter in list(self._post.read):
                if letter.link and letter.link not in seen:
                    seen.add(letter.link)
                    self._do(self._sign, letter.link, letter.name)

    def _sign(self, link: str, name: str) -> None:
        signer = Signer(self._urls, link, name, lambda label: self._post.codes(name, label))
        while not signer.step():
            time.sleep(0.2)
        self._signed += 1


def _made(api: Patient, path: str, body: dict[str, str]) -> str:
    return str(api.ask("POST", path, json=body).raise_for_status().json()["id"])


def run(
    folder: Path,
    *,
    database: str,
    kills: int,
    seed: int,
    tell: Callable[[str], None] = print,
) -> dict[str, Any]:
    """`kills` kills at random moments while people work; answers what is left when all is quiet. `faults` should be []."""
    begun = time.monotonic()
    with ExitStack() as stack:
        post = stack.enter_context(mail.sink(Post))
        site = stack.enter_context(SITES[database](folder, ESIGN_SMTP_URL=post.url, ESIGN_DEMO="deals"))
        people = People(site, post)
        stack.callback(people.leave)
        people.begin()
        killed = _kill(site, people, kills, Random(seed), tell)
        people.drop_no_more()
        quiet_after = _drain(people)
        people.leave()
        found = audit.faults(site.data, site.database_url, people.dropped)
        site.stop()
        faults = [
            *people.broken,
            *found,
            *_on_the_wire(post.read),
            *_in_the_ledger(site, post.read),
        ]
    return {
        "database": database,
        "seed": seed,
        "kills": dict(killed),
        "drops": len(people.dropped),
        **_told(post.read),
        "quiet_after_s": round(quiet_after),
        "took_s": round(time.monotonic() - begun),
        "faults": faults,
    }


def _kill(
    site: Site, people: People, kills: int, random: Random, tell: Callable[[str], None]
) -> Counter[str]:
    killed: Counter[str] = Counter()
    for number in range(1, kills + 1):
        _live(people, random.randint(0, MOST_HAPPENING))
        time.sleep(random.uniform(0, MOMENT))
        part = random.choice(site.parts)
        part.kill()
        part.start()
        killed[type(part).__name__.lower()] += 1
        if number % 10 == 0:
            tell(f"{number} kills")
    return killed


def _live(people: People, happenings: int) -> None:
    """Until so many things happened, however fast the machine is; not for ever, because a killed worker may be waited for."""
    enough, until = people.happened() + happenings, time.monotonic() + LONGEST
    while people.happened() < enough and time.monotonic() < until:
        time.sleep(0.02)


def _drain(people: People) -> float:
    """Seconds until nothing is under way any more, or DRAINED_WITHIN; the audit says what is left."""
    begun = time.monotonic()
    api, left = people.api(), set(people.dropped)
    while left and not people.broken and time.monotonic() < begun + DRAINED_WITHIN:
        left = {deal for deal in left if not _is_quiet(api, deal)}
        time.sleep(0.5)
    return time.monotonic() - begun


def _is_quiet(api: Patient, deal: str) -> bool:
    documents = api.get(f"/api/v1/deals/{deal}/documents")["items"]
    runs = api.get("/api/v1/runs", deal_id=deal)["items"]
    if not runs or not all(run["ended_at"] for run in runs):
        return False
    if any(each["state"] == "failed" for each in (*runs, *documents)):
        return True
    if not documents:
        return False
    sent = api.get(f"/api/v1/documents/{documents[0]['id']}/messages")["items"]
    is_won = api.get(f"/api/v1/deals/{deal}")["stage"]["name"] == "Won"
    return bool(is_won and not any(each["state"] in ("queued", "sending") for each in sent))


def _on_the_wire(read: Sequence[Letter]) -> Iterator[str]:
    """A repeated letter is the same letter, and a code is never repeated."""
    copies: dict[str, list[Letter]] = defaultdict(list)
    invitations: dict[tuple[str, str], set[str]] = defaultdict(set)
    for letter in read:
        copies[letter.message_id].append(letter)
        if letter.link:
            invitations[letter.address, letter.subject].add(letter.message_id)
    for same in copies.values():
        if len(set(same)) > 1:
            yield f"one Message-ID, different letters: {same[0].subject}"
        if same[0].code and len(same) > 1:
            yield f"a code went out {len(same)} times: {same[0].subject}"
    yield from (f"invited by {len(ids)} messages: {who}" for who, ids in invitations.items() if len(ids) > 1)


def _in_the_ledger(site: Site, read: Sequence[Letter]) -> Iterator[str]:
    """What the ledger calls accepted was accepted, and nothing else was."""
    with settings_in(site.data, site.database_url):
        with engine.reading() as session:
            states = {row.id: row.state for row in session.exec(select(Message))}
        engine.disconnect()
    wire = {letter.message_id for letter in read}
    lost = [each for each, state in states.items() if state == "accepted" and each not in wire]
    ghosts = wire - states.keys()
    if lost or ghosts:
        yield f"{len(lost)} accepted messages never came, {len(ghosts)} came that nobody sent"


def _told(read: Sequence[Letter]) -> dict[str, int]:
    kinds = {
        "invitations": [each for each in read if each.link],
        "codes": [each for each in read if each.code],
        "copies": [each for each in read if not each.link and not each.code],
    }
    told = {kind: len({each.message_id for each in letters}) for kind, letters in kinds.items()}
    again = {f"{kind}_repeated": len(letters) - told[kind] for kind, letters in kinds.items()}
    return told | again
