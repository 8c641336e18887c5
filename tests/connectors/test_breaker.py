# SPDX-License-Identifier: Apache-2.0
"""The breaker: when it opens, who may probe, and what closes it."""

from dataclasses import dataclass

from connectors.breaker import Breaker


@dataclass(slots=True)
class Clock:
    """A clock that is set by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def _breaker(clock: Clock) -> Breaker:
    return Breaker(clock, failures=2, window_s=60, open_s=30)


def test_it_opens_after_enough_failures_in_the_window() -> None:
    """One failure is forgiven, the second opens."""
    breaker = _breaker(Clock())
    breaker.failed()
    assert breaker.closed
    breaker.failed()
    assert not breaker.closed


def test_failures_far_apart_do_not_add_up() -> None:
    """The first failure has left the window when the second comes."""
    clock = Clock()
    breaker = _breaker(clock)
    breaker.failed()
    clock.now += 61
    breaker.failed()
    assert breaker.closed


def test_a_success_forgives() -> None:
    """Only failures in a row count."""
    breaker = _breaker(Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.closed


def test_one_caller_probes_once_the_rest_is_over() -> None:
    """Nobody may probe before, one may after, and no second one meanwhile."""
    clock = Clock()
    breaker = _breaker(clock)
    assert not breaker.take_probe()
    breaker.failed()
    breaker.failed()
    clock.now += 29
    assert not breaker.take_probe()
    clock.now += 1
    assert [breaker.take_probe(), breaker.take_probe()] == [True, False]
    assert not breaker.closed


def test_a_good_probe_closes() -> None:
    """After it the breaker is as new."""
    clock = Clock()
    breaker = _breaker(clock)
    breaker.failed()
    breaker.failed()
    clock.now += 30
    assert breaker.take_probe()
    breaker.succeeded()
    assert breaker.closed
    breaker.failed()
    assert breaker.closed


def test_a_bad_probe_opens_again() -> None:
    """One failed probe is enough for another rest, and the next probe waits for its end."""
    clock = Clock()
    breaker = _breaker(clock)
    breaker.failed()
    breaker.failed()
    clock.now += 100
    assert breaker.take_probe()
    breaker.failed()
    clock.now += 29
    assert not breaker.take_probe()
    clock.now += 1
    assert breaker.take_probe()


def test_a_provider_that_asks_for_rest_gets_it() -> None:
    """One failure with Retry-After opens for that long."""
    clock = Clock()
    breaker = _breaker(clock)
    breaker.failed(wait_s=7)
    assert not breaker.closed
    clock.now += 6
    assert not breaker.take_probe()
    clock.now += 1
    assert breaker.take_probe()
