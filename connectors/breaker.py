# SPDX-License-Identifier: Apache-2.0
"""A circuit breaker: remembers who failed lately, so that nobody waits for the dead twice."""

from collections import deque
from collections.abc import Callable


class Breaker:
    """Closed while things go well, open for a while after failures in a row, then one probe decides.

    Pure: time comes from `clock` (seconds, any origin), and nothing is awaited. A success forgets
    earlier failures; failures further apart than the window do not add up.
    """

    def __init__(
        self, clock: Callable[[], float], *, failures: int = 2, window_s: float = 120.0, open_s: float = 30.0
    ) -> None:
        self._clock = clock
        self._window_s = window_s
        self._open_s = open_s
        self._failed: deque[float] = deque(maxlen=max(1, failures))
        self._opened_until: float | None = None
        self._probing = False

    @property
    def closed(self) -> bool:
        """Whether the guarded thing may be used as usual."""
        return self._opened_until is None

    def take_probe(self) -> bool:
        """True for the one caller who shall try it, once the open time is over; that caller must report."""
        if self._opened_until is None or self._probing or self._clock() < self._opened_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """It worked: closes, and forgets the failures."""
        self._failed.clear()
        self._opened_until = None
        self._probing = False

    def failed(self, *, wait_s: float = 0.0) -> None:
        """It failed: opens after enough failures in the window, after a failed probe, or when told to wait.

        `wait_s` is what a provider asked for with Retry-After; it opens at once for that long, at least.
        """
        now = self._clock()
        self._failed.append(now)
        enough = len(self._failed) == self._failed.maxlen and now - self._failed[0] <= self._window_s
        opens_s = max(self._open_s, wait_s) if enough or self._probing else wait_s
        if opens_s > 0:
            self._opened_until = max(self._opened_until or now, now + opens_s)
        self._probing = False
