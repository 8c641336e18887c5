# SPDX-License-Identifier: Apache-2.0
"""What opening the guards costs and reaches for, each in a process of its own."""

import subprocess
import sys

import pytest

HEAVY = ("presidio_analyzer", "spacy", "guardrails", "litellm", "phonenumbers")

IMPORTS = f"""
import guards.cleaning, guards.conduct, guards.cues, guards.gate, guards.masking, guards.personal, guards.vault, sys
print([name for name in {HEAVY!r} if name in sys.modules])
"""

OPENS = """
import asyncio, logging, os, socket
tried = []
def refused(*args, **named):
    tried.append("network"); raise OSError("no network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refused
from guards.conduct import Ground, open_conduct
from guards.masking import Masker
from guards.personal import open_personal_data
from guards.vault import Vault
async def main():
    finder = await open_personal_data()
    masked = await Masker(finder).mask(Vault(), ["mail anna@example.com"])
    conduct = await open_conduct(finder)
    verdict = await conduct.sentence("Mail bob@other.com. ", Ground("canary", "system"))
    print(masked.texts[0], verdict.text, tried)
logging.basicConfig(level=logging.DEBUG)
asyncio.run(main())
"""

TIMES_OUT = """
import asyncio, os
os.environ["REGEX_TIMEOUT_SECONDS"] = "1"
from presidio_analyzer import Pattern, PatternRecognizer
from guards.engine import build_analysis
from guards.errors import MaskingFailed
from guards.personal import PersonalData
slow = PatternRecognizer("PERSON", name="slow", patterns=[Pattern("slow", r"(?:a|a|a)+@@@b", 0.5)])
async def main():
    try:
        await PersonalData(build_analysis([slow])).find("a" * 64 + "@@@c")
    except MaskingFailed as failure:
        print(failure)
asyncio.run(main())
"""


def run(script: str) -> "subprocess.CompletedProcess[str]":
    """Runs a script in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True)


@pytest.mark.process
def test_importing_the_guards_imports_nothing_heavy() -> None:
    """The page answers before Presidio and guardrails are there."""
    assert run(IMPORTS).stdout.strip() == "[]"


@pytest.mark.process
def test_opening_and_using_the_guards_reaches_for_no_network() -> None:
    """And logs nothing of what was said, at any level."""
    done = run(OPENS)
    assert done.stdout.strip() == "mail <EMAIL_ADDRESS_1> Mail [hidden].  []"
    assert not any(said in done.stderr for said in ("anna@", "bob@"))


@pytest.mark.process
def test_a_pattern_that_times_out_stops_the_turn() -> None:
    """Presidio alone would go on without it."""
    assert run(TIMES_OUT).stdout.strip() == "personal data could not be searched for: PatternTimedOut"
