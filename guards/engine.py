# SPDX-License-Identifier: Apache-2.0
"""Presidio's analyzer on a blank spaCy tokenizer: no model, no download, no network call.

Imports Presidio and spaCy, about 1.3 s of CPU, so it is itself imported late and in a thread.
"""

import logging
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

from guards.personal import Analysis
from guards.recognizers import recognizers

THRESHOLD = 0.4


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


class _Blank(SpacyNlpEngine):  # type: ignore[misc]  # Presidio ships no types
    """A spaCy engine with a pipeline already in place, so that Presidio never looks for one to download."""

    def __init__(self, pipeline: Language) -> None:
        conf = NerModelConfiguration(model_to_presidio_entity_mapping={}, labels_to_ignore=[])
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}], ner_model_configuration=conf)
        self.nlp = {"en": pipeline}


@Language.component("rapport_lower_lemma")
def lower_lemma(doc: Doc) -> Doc:
    """A blank pipeline has no lemmas, and without them Presidio's context words match nothing."""
    for token in doc:
        token.lemma_ = token.lower_
    return doc


def build_analysis(extra: list[Any] | None = None) -> Analysis:
    """Builds the engine once (0.3 s) and gives the function that runs it; thread-safe, CPU-bound.

    `extra` adds recognizers. The function raises PatternTimedOut where Presidio would have gone on.
    """
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.addFilter(_Strict())
    pipeline = spacy.blank("en")
    pipeline.add_pipe("rapport_lower_lemma")
    registry = RecognizerRegistry(recognizers=[*recognizers(), *(extra or [])], supported_languages=["en"])
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=_Blank(pipeline),
        supported_languages=["en"],
        default_score_threshold=THRESHOLD,
        context_aware_enhancer=LemmaContextAwareEnhancer(context_suffix_count=5, context_matching_mode="whole_word"),
    )
    entities = engine.get_supported_entities("en")

    def analyse(text: str) -> list[tuple[str, int, int, float]]:
        results = engine.analyze(text, "en", entities=entities)
        return [(result.entity_type, result.start, result.end, result.score) for result in results]

    analyse("Warm the patterns: anna@example.com")
    return analyse
