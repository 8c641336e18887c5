# SPDX-License-Identifier: Apache-2.0
"""Checks what an answer says before it is shown, with guardrails-ai and validators of our own."""

import asyncio
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guards.declarations import Find, Finds, Place, Remedy, Repair, Tools
from guards.demands import Demands
from guards.errors import CheckFailed
from guards.injection.classifier import Encodes
from guards.patterns.scans import Local
from guards.personal import LocalFinder
from guards.talk import Talk
from guards.topics import Private


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a piece of an answer."""

    passed: bool
    text: str
    """What may be shown of it: repaired where that was enough."""
    rules: tuple[str, ...] = ()
    """What was found, "validator: what", without values; a blocking rule last."""
    told: tuple[str, ...] = ()
    """What the person is to know of it: a notice's key after "without_", or after "blocked_" if it did not pass."""
    last: bool = False
    """Whether the answer ends with this."""


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
    talk: Talk = field(default_factory=Talk)
    """What the conversation has of the memories in the prompt so far."""
    asked: tuple[str, ...] = ()
    """What the person wrote in this conversation, masked, the message to be answered last."""
    sources: Mapping[int, str] = field(default_factory=dict)
    """By the number that a citation names: what the model was given of memories and documents."""
    demands: Demands = field(default_factory=Demands)
    """What the use case asks of an answer."""
    local: Local = field(default_factory=Local)
    """What the use case adds to the search for personal data."""
    notes: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """What validators work out of all this once an answer."""


class Conduct:
    """One guard for sentences and one for whole answers, shared by all conversations; 1 to 3 ms a check."""

    def __init__(self, sentences: Any, answers: Any) -> None:
        self._sentences = sentences
        self._answers = answers

    async def sentence(self, text: str, ground: Ground, before: str = "") -> Verdict:
        """Looks at what is about to be shown after `before`; repairs what it can, blanks stay. Raises CheckFailed."""
        return await _judge(self._sentences, text, ground, before) if text.strip() else Verdict(True, text)

    async def whole(self, text: str, ground: Ground) -> Verdict:
        """Looks at all that was shown, for what only shows over several sentences. Raises CheckFailed."""
        return await _judge(self._answers, text, ground, "")


async def open_conduct(finder: LocalFinder, encoder: Encodes | None = None) -> Conduct:
    """Imports guardrails-ai without telemetry and builds both guards in a thread, about 3 s.

    Raises CheckFailed when it cannot.
    """
    try:
        return await asyncio.to_thread(_build, Tools(finder, encoder))
    except CheckFailed:
        raise
    except Exception as error:
        raise CheckFailed("the checks of answers did not start") from error


def _build(tools: Tools) -> Conduct:
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guardrails.classes.rc import RC

        quiet = RC(enable_metrics=False, use_remote_inferencing=False)
        RC.load = classmethod(lambda cls, logger=None: quiet)
        from guardrails import AsyncGuard
        from guardrails.settings import settings

        settings.disable_tracing = True  # spans would hold the text, for whatever tracer the process has

        from guards.validators import panel

        sentences, answers = (
            AsyncGuard(name=f"{place}s", history_max_length=1).use(panel(place, tools))
            for place in (Place.SENTENCE, Place.ANSWER)
        )
    return Conduct(sentences, answers)


async def _judge(guard: Any, text: str, ground: Ground, before: str) -> Verdict:
    finds = Finds()
    try:
        outcome = await guard.validate(text, metadata={"ground": ground, "before": before, "finds": finds})
        if not finds.complete or not (outcome.validation_passed or finds.all):
            raise ValueError("not every validator was asked")
        return _verdict(text, finds.all)
    except Exception as error:
        raise CheckFailed(f"an answer could not be checked: {type(error).__name__}") from None
    finally:
        guard.history.clear()


def _verdict(text: str, finds: Sequence[Find]) -> Verdict:
    """Repairs what is to be repaired; what blocks stands last, and of its kind only what it tells counts."""
    blocking = [find for find in finds if find.remedy is Remedy.BLOCK]
    others = [find for find in finds if find.remedy is not Remedy.BLOCK]
    rules = tuple(dict.fromkeys(find.rule for find in (*others, *blocking)))
    told = tuple(dict.fromkeys(find.tell for find in blocking[-1:] or others if find.tell))
    if blocking:
        return Verdict(False, "", rules, told)
    shown = _repaired(text, [repair for find in others for repair in find.repairs])
    return Verdict(True, shown, rules, told, any(find.last for find in others))


def _repaired(text: str, repairs: Iterable[Repair]) -> str:
    """Replaces spans from the left; of overlapping ones the first and longest takes the others' place."""
    pieces: list[str] = []
    end = 0
    for start, stop, replacement in sorted(repairs, key=lambda repair: (repair[0], -repair[1])):
        if start >= end:
            pieces += text[end:start], replacement
        end = max(end, stop)
    return "".join((*pieces, text[end:]))
