# SPDX-License-Identifier: Apache-2.0
"""Checks what an answer says before it is shown, with guardrails-ai and validators of our own."""

import asyncio
import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from guards.errors import CheckFailed
from guards.personal import Finder
from guards.topics import Private


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a piece of an answer."""

    passed: bool
    text: str
    """What may be shown of it: repaired where that was enough."""
    rules: tuple[str, ...] = ()
    """What was found, "validator: what", without values; a blocking rule last."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer is judged against."""

    canary: str
    """A token of the system prompt that no answer may hold."""
    system: str
    """The system prompt."""
    allowed_hosts: frozenset[str] = frozenset()
    """Hosts that an answer may link to; "*.example.com" is any host below."""
    own: frozenset[str] = field(default_factory=frozenset)
    """Values that the person or the context gave."""
    given: str = ""
    """All that was sent to the model; a value that stands in it is nobody else's."""
    private: tuple[Private, ...] = ()
    """What the use case never volunteers and the person did not bring up."""


class Conduct:
    """One guard for sentences and one for whole answers, shared by all conversations; 1 to 3 ms a check."""

    def __init__(self, sentences: Any, answers: Any) -> None:
        self._sentences = sentences
        self._answers = answers

    async def sentence(self, text: str, ground: Ground) -> Verdict:
        """Looks at what is about to be shown; repairs what it can, blanks stay. Raises CheckFailed."""
        return await _judge(self._sentences, text, ground)

    async def whole(self, text: str, ground: Ground) -> Verdict:
        """Looks at all that was shown, for what only shows over several sentences. Raises CheckFailed."""
        return await _judge(self._answers, text, ground)


async def open_conduct(finder: Finder) -> Conduct:
    """Imports guardrails-ai without telemetry and builds both guards in a thread, about 3 s.

    Raises CheckFailed when it cannot.
    """
    try:
        return await asyncio.to_thread(_build, finder)
    except Exception as error:
        raise CheckFailed("the checks of answers did not start") from error


def _build(finder: Finder) -> Conduct:
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guardrails.classes.rc import RC

        quiet = RC(enable_metrics=False, use_remote_inferencing=False)
        RC.load = classmethod(lambda cls, logger=None: quiet)
        from guardrails import AsyncGuard

        from guards.validators import Links, PersonalLeak, PromptLeak, Secrets, Volunteered

        sentences = AsyncGuard(name="sentences", history_max_length=1).use(
            PersonalLeak(finder), Volunteered(), Links(), Secrets(), PromptLeak()
        )
        answers = AsyncGuard(name="answers", history_max_length=1).use(
            PersonalLeak(finder, sure=0.75, blocks=True), Volunteered(blocks=True), Secrets(), PromptLeak()
        )
    return Conduct(sentences, answers)


async def _judge(guard: Any, text: str, ground: Ground) -> Verdict:
    if not text.strip():
        return Verdict(True, text)
    try:
        outcome = await guard.validate(text, metadata={"ground": ground})
        failures = [summary for summary in outcome.validation_summaries if summary.validator_status == "fail"]
        if not (outcome.validation_passed or failures):
            raise ValueError("refused without a reason")
        return _verdict(text, failures)
    except Exception as error:
        raise CheckFailed(f"an answer could not be checked: {type(error).__name__}") from None
    finally:
        guard.history.clear()


def _verdict(text: str, failures: Iterable[Any]) -> Verdict:
    """A failure with spans is repaired by them; one without spans blocks."""
    repairs: list[tuple[int, int, str]] = []
    mended: list[str] = []
    blocking: list[str] = []
    for failure in failures:
        (mended if failure.error_spans else blocking).append(failure.failure_reason)
        repairs.extend((span.start, span.end, span.reason) for span in failure.error_spans or ())
    rules = tuple(dict.fromkeys((*mended, *blocking)))
    return Verdict(False, "", rules) if blocking else Verdict(True, _repaired(text, repairs), rules)


def _repaired(text: str, repairs: Iterable[tuple[int, int, str]]) -> str:
    """Replaces spans from the left; of overlapping ones the first and longest takes the others' place."""
    pieces: list[str] = []
    end = 0
    for start, stop, replacement in sorted(repairs, key=lambda repair: (repair[0], -repair[1])):
        if start >= end:
            pieces += text[end:start], replacement
        end = max(end, stop)
    return "".join((*pieces, text[end:]))
