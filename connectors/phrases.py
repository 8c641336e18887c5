# SPDX-License-Identifier: Apache-2.0
"""The sentences that the concierge says, in English and German."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences; braces are filled in, and a name brings its own comma."""

    hello: str
    myself: str
    offer: str
    welcome: str
    thanks: str
    met: str
    understood: str
    forget: str
    told: str
    told_on: str
    answered_on: str
    earlier: str
    noted: str
    still: str
    still_so: str
    know: str
    from_before: str
    know_nothing: str
    panel: str
    unknown: str
    missing: str
    no_model: str
    model_down: str
    parts: Mapping[str, str]
    """What a prompt may name unavailable."""
    months: tuple[str, ...]
    date: str

    def on(self, iso: str) -> str:
        """A date as one says it; anything else as it is."""
        found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", iso)
        if not found or not 1 <= int(found[2]) <= 12:
            return iso
        return self.date.format(day=int(found[3]), month=self.months[int(found[2]) - 1], year=found[1])


ENGLISH = Phrases(
    hello="Hello{name}.",
    myself="I am Rapport, a computer program.",
    offer="I can look things up in what you have told me and in the documents here.",
    welcome="You are welcome{name}.",
    thanks="Thank you for telling me{name}.",
    met="Nice to meet you{name}.",
    understood="Understood{name}.",
    forget="Understood. What is kept about you stands under “What I know about you”: there you see whether it is gone.",
    told='You told me: "{text}"',
    told_on='You told me on {date}: "{text}"',
    answered_on='I said on {date}: "{text}"',
    earlier='Earlier in this conversation you said: "{text}"',
    noted="From what you told me: {text}",
    still="Do you still {text}?",
    still_so='Does this still hold: "{text}"?',
    know="This is what I know about you:",
    from_before="From earlier conversations:",
    know_nothing="I know nothing about you yet.",
    panel="All that is kept stands under “What I know about you”; there you can correct it or have it forgotten.",
    unknown="I find nothing about that in what you have told me or in the documents here.",
    missing="I cannot look into {parts} just now, so something may be missing.",
    no_model="No language model is configured, so I answer only with what you told me and with the documents "
    "here. Whoever runs Rapport can set one: RAPPORT_MODELS=openai/gpt-4o-mini together with OPENAI_API_KEY, "
    "for example.",
    model_down="The language model does not answer just now, so I answer only with what you told me and with "
    "the documents here.",
    parts={"history": "your history", "memory": "your memories", "knowledge": "the documents"},
    months=(
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    date="{day} {month} {year}",
)
GERMAN = Phrases(
    hello="Hallo{name}.",
    myself="Ich bin Rapport, ein Computerprogramm.",
    offer="Ich kann in dem nachsehen, was Sie mir erzählt haben, und in den Dokumenten hier.",
    welcome="Gern geschehen{name}.",
    thanks="Danke, dass Sie mir das sagen{name}.",
    met="Freut mich{name}.",
    understood="Verstanden{name}.",
    forget="Verstanden. Was über Sie aufbewahrt wird, steht unter „Was ich über Sie weiß“: "
    "dort sehen Sie, ob es weg ist.",
    told='Sie haben mir gesagt: "{text}"',
    told_on='Sie haben mir am {date} gesagt: "{text}"',
    answered_on='Ich habe am {date} gesagt: "{text}"',
    earlier='Vorhin haben Sie hier gesagt: "{text}"',
    noted="Aus dem, was Sie mir erzählt haben: {text}",
    still="",
    still_so="Stimmt das noch: „{text}“?",
    know="Das weiß ich über Sie:",
    from_before="Aus früheren Gesprächen:",
    know_nothing="Ich weiß noch nichts über Sie.",
    panel="Alles, was aufbewahrt wird, steht unter „Was ich über Sie weiß“; "
    "dort können Sie es berichtigen oder vergessen lassen.",
    unknown="Dazu finde ich nichts in dem, was Sie mir erzählt haben, und nichts in den Dokumenten hier.",
    missing="In {parts} kann ich gerade nicht nachsehen; es kann also etwas fehlen.",
    no_model="Es ist kein Sprachmodell eingerichtet; ich antworte nur mit dem, was Sie mir erzählt haben, und "
    "mit den Dokumenten hier. Wer Rapport betreibt, kann eines einstellen, zum Beispiel "
    "RAPPORT_MODELS=openai/gpt-4o-mini zusammen mit OPENAI_API_KEY.",
    model_down="Das Sprachmodell antwortet gerade nicht; ich antworte nur mit dem, was Sie mir erzählt haben, "
    "und mit den Dokumenten hier.",
    parts={"history": "Ihrem Verlauf", "memory": "Ihren Erinnerungen", "knowledge": "den Dokumenten"},
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
        *("August", "September", "Oktober", "November", "Dezember"),
    ),
    date="{day}. {month} {year}",
)
