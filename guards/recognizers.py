# SPDX-License-Identifier: Apache-2.0
"""Our patterns as Presidio takes them; imports Presidio, so it is imported late."""

from typing import Any

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from guards.kinds import KINDS, LITERAL
from guards.patterns.scans import Patterns


class Ours(LocalRecognizer):  # type: ignore[misc]  # Presidio ships no types
    """One recognizer for all kinds, since each hit's score already counts the words beside it."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        super().__init__(supported_entities=[kind for kind in KINDS if kind != LITERAL], name="patterns")

    def load(self) -> None:
        """Nothing to load; Presidio asks for the method."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[Any]:
        """One result per hit; the explanation holds nothing of the text."""
        origin = {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id}
        return [
            RecognizerResult(kind, start, end, score, AnalysisExplanation(self.name, score), dict(origin))
            for kind, start, end, score in self._patterns.find(text)
        ]
