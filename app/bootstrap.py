# SPDX-License-Identifier: Apache-2.0
"""Which class stands behind each part: the only file that names them all."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from app.admission import Admission, PersonRate
from app.boundaries import Bounds
from app.context import Context
from app.explanation import Explains, Explanation
from app.jobs.durable import open_jobs
from app.jobs.sweep import close_interrupted, index_waiting
from app.masking import Masking
from app.notices import read_notices
from app.recording import Recorder
from app.settings import HOUSE, Settings
from app.turn import Assistant
from app.use_case import UseCase, read_use_cases
from connectors.embedding import open_minilm
from connectors.litellm_chat import Limits, open_litellm_chat
from connectors.models import parse, require_keys
from connectors.router import silence_litellm
from guards.conduct import open_conduct
from guards.masking import Masker
from guards.personal import open_personal_data
from memory.accounts import Accounts
from memory.consent import Consent
from memory.database import Database, open_database
from memory.distil import distil
from memory.errors import NotebookError
from memory.ids import MessageId, Scope
from memory.index import ChromaIndex, open_chroma
from memory.journal import Journal
from memory.knowledge import Knowledge, open_knowledge
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.rules import Rules, read_rules
from memory.sealed import Keyring, load_master_key, open_keyring
from memory.transcript import Transcript

log = logging.getLogger("rapport.start")

MINILM = HOUSE / "connectors" / "minilm"
NOTICES = HOUSE / "public" / "strings"


@dataclass(frozen=True, slots=True)
class Parts:
    """What takes seconds to load."""

    assistant: Assistant
    notebook: Notebook
    knowledge: Knowledge
    recorder: Recorder
    journal: Journal


@dataclass(frozen=True, slots=True)
class Rapport:
    """All that the doors need: what is in SQL at once, the assistant once its models are loaded."""

    settings: Settings
    keyring: Keyring
    accounts: Accounts
    consent: Consent
    transcript: Transcript
    ledger: Ledger
    opening: "asyncio.Future[Parts]"
    keeping: "asyncio.Future[None]"
    """Done when the heavy parts are closed again; it carries what was found wrong after they had opened."""

    async def parts(self) -> Parts:
        """The heavy parts; waits until they are open and raises what kept them from it."""
        return await asyncio.shield(self.opening)

    async def assistant(self) -> Assistant:
        """The one assistant behind every door."""
        return (await self.parts()).assistant

    async def notebook(self) -> Notebook:
        """What is remembered."""
        return (await self.parts()).notebook

    async def why(self, scope: Scope, answer: MessageId) -> Explanation | None:
        """Why an answer is as it is; None for another's."""
        parts = await self.parts()
        return await Explains(self.transcript, self.ledger, parts.notebook, parts.knowledge).why(scope, answer)

    @property
    def ready(self) -> bool:
        """Whether the heavy parts are open."""
        return self.opening.done() and not self.opening.exception()


@dataclass(frozen=True, slots=True)
class Stores:
    """The databases: enough for accounts and the audit."""

    database: Database
    keyring: Keyring


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Opens the key store and the memory database; raises NotebookError with what to mend."""
    secret = settings.master_key.get_secret_value() if settings.master_key else None
    master = load_master_key(secret, settings.data / "keys" / "master.key")
    async with (
        open_keyring(settings.keys_url, master) as keyring,
        open_database(settings.memory_url) as database,
    ):
        yield Stores(database, keyring)


@asynccontextmanager
async def open_assistant(settings: Settings, begin: asyncio.Event | None = None) -> AsyncIterator[Rapport]:
    """Opens the stores, then the heavy parts in the background; closes all in the reverse order.

    With `begin` the heavy parts wait for it, so that a page can be up first.
    Raises NotebookError, UseCaseError or ModelMisconfigured, each a sentence that says what to mend.
    """
    silence_litellm()
    require_keys(parse(settings.models), os.environ)
    use_cases = read_use_cases(settings.use_cases)
    async with open_stores(settings) as stores:
        database, keyring = stores.database, stores.keyring
        ledger = Ledger(database, keyring)
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[Parts] = loop.create_future()
        keeping: asyncio.Future[None] = loop.create_future()
        rapport = Rapport(
            settings,
            keyring,
            Accounts(database, keyring),
            Consent(database),
            Transcript(database, keyring),
            ledger,
            opening,
            keeping,
        )
        closing = asyncio.Event()
        house = asyncio.create_task(_keep_open(_Light(stores, use_cases, begin), rapport, closing))
        try:
            yield rapport
        finally:
            closing.set()
            if not opening.done():
                house.cancel()
            await asyncio.gather(house, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Light:
    """What is read before the page answers."""

    stores: Stores
    use_cases: Mapping[str, UseCase]
    begin: asyncio.Event | None


async def _keep_open(light: _Light, rapport: Rapport, closing: asyncio.Event) -> None:
    """Opens the heavy parts, holds them until the end, and closes them in the task that opened them."""
    try:
        if light.begin:
            await light.begin.wait()
        async with AsyncExitStack() as stack:
            rules = await asyncio.to_thread(read_rules, rapport.settings.rules)
            parts = await _open_parts(stack, light, rapport, rules)
            rapport.opening.set_result(parts)
            await asyncio.to_thread(_rehearse, rules)
            await closing.wait()
            await parts.recorder.settle()
        rapport.keeping.set_result(None)
    except Exception as error:
        told = rapport.keeping if rapport.opening.done() else rapport.opening
        told.set_exception(error)
        told.exception()


async def _open_parts(stack: AsyncExitStack, light: _Light, rapport: Rapport, rules: Rules) -> Parts:
    settings, database, keyring = rapport.settings, light.stores.database, light.stores.keyring
    encoder = await stack.enter_async_context(open_minilm(MINILM))
    knowledge = await open_knowledge(settings.knowledge, encoder)
    stack.callback(knowledge.close)
    journal = Journal(database, keyring, rapport.ledger, rules)
    index = await stack.enter_async_context(open_chroma(settings.data / "index"))
    notebook = Notebook(database, keyring, index, encoder, rules)
    finder = await open_personal_data()
    checks = await open_conduct(finder)
    limits = Limits(total_s=settings.answer_seconds, first_token_s=settings.first_token_seconds)
    chat = await stack.enter_async_context(open_litellm_chat(settings.models, limits))
    await chat.warm()
    jobs = await stack.enter_async_context(open_jobs(settings.data / "jobs.db", notebook.index_turn))
    recorder = Recorder(journal, notebook, jobs)
    assistant = Assistant(
        admission=Admission(PersonRate(settings.limits_url, settings.turns_per_minute), settings.message_characters),
        bounds=Bounds(light.use_cases, rapport.consent),
        context=Context(notebook, knowledge, rapport.transcript),
        masking=Masking(Masker(finder), secrets.token_hex(8)),
        chat=chat,
        checks=checks,
        recorder=recorder,
        notices=read_notices(NOTICES),
    )
    await close_interrupted(journal, notebook)
    with suppress(NotebookError):  # recall would wait for it; `_index` says what is wrong
        await index.opened()
    indexing = asyncio.create_task(_index(index, journal, notebook))
    stack.callback(indexing.cancel)
    return Parts(assistant, notebook, knowledge, recorder, journal)


async def _index(index: ChromaIndex, journal: Journal, notebook: Notebook) -> None:
    """In the background: recall does not wait for the index, which is only its cache."""
    try:
        await index_waiting(journal, notebook, rebuild=await index.opened())
    except NotebookError as error:
        log.warning("the index was not brought up to date: %s", error)


def _rehearse(rules: Rules) -> None:
    """Compiles what the first turn had no use for (2 s), and pays for the first date in a message (0.6 s).

    Raises NotebookError for rules that are not usable.
    """
    distil("I moved to Oslo in May 2020.", datetime.now(UTC), rules)
    tuple(rules.languages)
