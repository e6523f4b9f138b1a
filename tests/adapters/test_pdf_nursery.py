"""The nursery: bare, quick, and back again after every kind of death."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from esign_app.adapters import pdf, pdf_client, pdf_wire
from esign_app.adapters.pdf_client import Killed, NurseryHandle


def render(text: str = "x") -> pdf.Rendered:
    return pdf.render("<p>{{ x }}</p>", {"x": text}, language="en", title="x")


def nursery_pid() -> int:
    pid = pdf._nursery.pid
    assert pid is not None
    return pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def handles_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def wait_until(true: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_nursery_is_started_again_without_anyone_noticing(
    contract: Any, deal: dict[str, Any]
) -> None:
    """Not even in the bytes: a document made by another nursery is the same file."""
    first = pdf.render(contract("de"), deal, language="de", title="x")
    before = nursery_pid()
    os.kill(before, signal.SIGKILL)
    assert pdf.render(contract("de"), deal, language="de", title="x") == first
    assert nursery_pid() != before


def test_requests_waiting_in_a_nursery_that_dies_are_made_again() -> None:
    render()
    stopped = nursery_pid()
    os.kill(stopped, signal.SIGSTOP)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(render, str(number)) for number in range(4)]
        time.sleep(0.3)
        assert not any(request.done() for request in waiting)
        os.kill(stopped, signal.SIGKILL)
        assert [request.result().page_count for request in waiting] == [1, 1, 1, 1]


def quiet_nursery() -> int:
    """A nursery that has buried the children of earlier requests."""
    render()
    nursery = nursery_pid()
    wait_until(lambda: not children_of(nursery))
    return nursery


def test_a_child_that_is_killed_fails_its_own_request_only() -> None:
    nursery = quiet_nursery()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            pdf.render,
            "{% for a in m %}{% for b in m %}{% for c in m %}{% for d in m %}" + "{% endfor %}" * 4,
            {"m": [0] * 200},
            language="en",
            title="x",
        )
        wait_until(lambda: children_of(nursery))
        os.kill(children_of(nursery)[0], signal.SIGKILL)
        with pytest.raises(pdf.RenderFailed) as failed:
            slow.result()
    assert failed.value.code == "memory"
    assert nursery_pid() == nursery
    assert render().page_count == 1


def test_many_threads_get_each_their_own_answer() -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = [f"number {number}" for number in range(24)]
        made = list(pool.map(render, texts))
    assert [pdf.page_text(one.pdf)[0].strip() for one in made] == texts


def test_no_child_and_no_handle_is_left_behind() -> None:
    nursery = quiet_nursery()
    ours, theirs = handles_of(os.getpid()), handles_of(nursery)
    for _ in range(5):
        render()
        with pytest.raises(pdf.RenderFailed):
            pdf.render("{{ x }}", {}, language="en", title="x")
    wait_until(lambda: not children_of(nursery))
    assert handles_of(os.getpid()) == ours
    assert handles_of(nursery) == theirs


def test_a_nursery_that_cannot_start_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    handle = NurseryHandle()
    with pytest.raises(pdf.RenderFailed) as failed:
        handle.ask(b"s", {}, b"")
    assert failed.value.code == "down"
    handle.stop()


def test_the_nursery_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = "from esign_app.adapters import pdf; pdf.warm(); print(pdf._nursery.pid, flush=True); import time; time.sleep(60)"
    root = str(Path(pdf_client.__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root, text=True
    ) as owner:
        assert owner.stdout
        nursery = int(owner.stdout.readline())
        owner.kill()
    wait_until(
        lambda: not Path(f"/proc/{nursery}").exists() or "Z (" in Path(f"/proc/{nursery}/status").read_text()
    )


def test_stop_ends_it_and_a_later_request_starts_another() -> None:
    render()
    before = nursery_pid()
    pdf.stop()
    assert not Path(f"/proc/{before}").exists()
    pdf.stop()
    assert render().page_count == 1


def test_a_warm_page_is_quick() -> None:
    """The best of a few, because other people's tests run beside this one."""
    render()
    times = []
    for _ in range(10):
        start = time.perf_counter()
        render("quick")
        times.append(time.perf_counter() - start)
    assert min(times) <= 0.120


@pytest.mark.parametrize(
    ("received", "number"),
    [
        (b"", 0),
        (b"\0\0", 0),
        (b"\0\0\0\x09\0\0\0\0{}", 0),
        (b"half\0killed:24", 24),
        (b"\0killed:", 0),
        (b"\0\0\0\2\0\0\0\0[]", 0),
        (b"\0\0\0\2\0\0\0\0{]", 0),
    ],
)
def test_an_answer_that_is_none_is_told_from_one(received: bytes, number: int) -> None:
    with pytest.raises(pdf_wire.Broken) as broken:
        pdf_wire._read(received)
    assert broken.value.signal == number


def test_the_reason_of_a_death_is_told() -> None:
    assert Killed(signal.SIGXCPU).too_slow
    assert Killed(signal.SIGALRM).too_slow
    assert not Killed(signal.SIGABRT).too_slow


def test_renders_go_on_while_strangers_files_are_judged() -> None:
    """Two queues: whoever fills the one for strangers' files does not hold up a contract."""
    for _ in range(2):
        pdf._strangers.acquire()
    try:
        done = threading.Event()
        threading.Thread(target=lambda: (render(), done.set())).start()
        assert done.wait(20)
    finally:
        for _ in range(2):
            pdf._strangers.release()
