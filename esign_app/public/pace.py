"""How often one address may ask: a sliding window, in the memory of this process."""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from esign_app.domain.refusals import TooMany


@dataclass
class Pace:
    """At most `most` within `seconds`. The addresses that came last are remembered, `known` of them."""

    most: int
    seconds: float
    known: int = 10_000
    _times: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require(self, address: str, now: float) -> None:
        """Counts this time; raises TooMany when it is one too many."""
        with self._lock:
            times = self._times.setdefault(address, deque())
            self._times.move_to_end(address)
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= self.most:
                wait = int(times[0] + self.seconds - now) + 1
                raise TooMany("Too many requests. Please try again in {seconds} seconds.", seconds=wait)
            times.append(now)
            while len(self._times) > self.known:
                self._times.popitem(last=False)
