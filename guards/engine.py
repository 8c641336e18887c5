# SPDX-License-Identifier: Apache-2.0
"""Presidio's analyzer as the frame for our patterns: no model, no tokens, no download, no network call.

Imports Presidio, about 1.3 s of CPU, so it is itself imported late and in a thread.
"""

import logging
from typing import Any

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from guards.patterns.scans import Local, Patterns
from guards.personal import Analysis
from guards.recognizers import Ours

THRESHOLD = 0.4
"""Presidio's own is 0, at which every number is something."""


class PatternTimedOut(Exception):
    """A pattern ran out of time, so the text was not wholly searched."""


class _Strict(logging.Filter):
    """Presidio skips a pattern that times out, with a warning: here that warning stops the analysis.

    Nothing else of its log passes, since parts of it quote the text.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None and issubclass(record.exc_info[0], TimeoutError):
            raise PatternTimedOut
        return False


def build_analysis(extra: list[Any] | None = None, local: Local | None = None) -> Analysis:
    """Builds the engine (0.2 s) and gives the function that runs it, from any thread.

    `extra` adds recognizers of Presidio's kind, `local` what a use case adds. The function raises PatternTimedOut
    where Presidio would have gone on. Words beside a hit are scored by our patterns, whole and in linear time:
    Presidio's enhancer matches parts of words and walks all of a text for each hit, so it gets an empty one.
    """
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not any(isinstance(present, _Strict) for present in logger.filters):
            logger.addFilter(_Strict())
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=[Ours(Patterns(local)), *(extra or [])], supported_languages=["en"]),
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
        default_score_threshold=THRESHOLD,
        context_aware_enhancer=ContextAwareEnhancer(0, 0, 0, 0),
    )
    entities = engine.get_supported_entities("en")

    def analyse(text: str) -> list[tuple[str, int, int, float]]:
        results = engine.analyze(text, "en", entities=entities)
        return [(result.entity_type, result.start, result.end, result.score) for result in results]

    analyse("Warm the patterns: anna@example.com")
    return analyse
