"""A process started bare, before hostile input: it loads the libraries once and forks a child for each request.

Run by `pdf_client` as a script with one end of a socket pair. It has no settings, no keys, no secrets in its environment and
no network; it ends when the other end closes. A child that is killed is reported on the socket of its request.
"""

import ctypes
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path

from esign_app.adapters import pdf_child, pdf_wire
from esign_app.adapters.pdf_layout import Press

_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
# Uses what documents use: page counters, hyphens, both weights, every alphabet, a table, a place to sign.
_WARM_TEMPLATE = """<html lang="{{ language }}">
<style>@page { @bottom-left { content: counter(page) } } p { hyphens: auto; width: 12mm }</style>
<table><thead><tr><th scope="col">{{ x.a }}</thead>
<tr><td>{{ 150|money("EUR") }} {{ 1500|number }} {{ 1900|percent }}</table>
<p>Vertragsgegenstand representation <b>Łódź Жук Ωμέγα</b> Łódź Жук Ωμέγα</p> {{ "2026-11-25"|date }}
{{ x|address_lines|join }} {{ "2026-11-25T12:00:00Z"|datetime("Europe/Berlin") }} {{ 150|in_words("EUR") }}
{{ sign("own") }}"""


class Nursery:
    """Children by process id, each with the socket of its request."""

    def __init__(self, boss: socket.socket, press: Press) -> None:
        self._boss = boss
        self._press = press
        self._memory = _memory_in_use()
        self._requests: dict[int, socket.socket] = {}
        self._alarm, wake = socket.socketpair()
        for end in (self._alarm, wake):
            end.setblocking(False)
        self._wake = wake

    def serve(self) -> None:
        """Until the client closes its end."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self._boss, self._alarm], [], [])
            if self._alarm in ready:
                self._alarm.recv(4096)
                self._bury()
            if self._boss in ready and not self._take():
                break
        self._end()

    def _end(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        for child in self._requests:
            os.kill(child, signal.SIGKILL)

    def _take(self) -> bool:
        letter, handles, _, _ = socket.recv_fds(self._boss, 1, 1)
        if not letter:
            return False
        if handles and letter in pdf_child.OPERATIONS:
            self._bear(letter, socket.socket(fileno=handles[0]))
        return True

    def _bear(self, letter: bytes, request: socket.socket) -> None:
        child = os.fork()
        if child:
            self._requests[child] = request
            return
        try:
            self._leave_home()
            pdf_child.live(letter, request, self._press, self._memory)
        finally:
            os._exit(0)

    def _leave_home(self) -> None:
        """A child holds no one else's request, and its death is not caught."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for held in (self._boss, self._alarm, self._wake, *self._requests.values()):
            held.close()

    def _bury(self) -> None:
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not child:
                return
            request = self._requests.pop(child)
            if os.WIFSIGNALED(status):
                pdf_wire.send_death(request, os.WTERMSIG(status))
            request.close()


def cut_network() -> bool:
    """Into a network namespace that has nothing in it; without root that takes a user namespace as well."""
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return any(unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_NETWORK | _NEW_USER))


def warmed() -> Press:
    """Everything a request needs, loaded and used once in each language."""
    press = Press()
    for language in ("en", "de"):
        head = {
            "language": language,
            "title": "-",
            "data": {"language": language, "x": {"a": "ä", "country": "DE"}},
        }
        _, document = pdf_child.OPERATIONS[b"r"].run(press, head, _WARM_TEMPLATE.encode())
    pdf_child.OPERATIONS[b"i"].run(press, {"width": 60}, document)
    return press


def _memory_in_use() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def main() -> None:
    boss = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not cut_network():
        sys.stderr.write("pdf nursery: the network could not be cut; only the lock on addresses holds\n")
    Nursery(boss, warmed()).serve()


if __name__ == "__main__":
    main()
