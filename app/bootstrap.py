# SPDX-License-Identifier: Apache-2.0
"""Which class stands behind each part: the only file that names them all."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from app.admission import Admission, PersonRate
from app.boundaries import Bounds
from app.context import Context
from app.explanation import Explains, Explanation
from app.jobs.clearing import JobFile
from app.jobs.consolidation import Consolidates, ModelSummary, daily
from app.jobs.durable import Jobs, Works, nothing, open_jobs
from app.jobs.learning import ModelLearning
from app.jobs.sweep import close_interrupted, index_waiting
from app.masking import Masking
from app.notices import read_notices
from app.recording import Recorder
from app.rehearsal import rehearse
from app.settings import HOUSE, Settings
from app.tracing import Tracing
from app.turn import Assistant
from app.use_case import UseCase, read_use_cases
from connectors.chat import Chat
from connectors.embedding import open_minilm
from connectors.litellm_chat import Limits, open_litellm_chat
from connectors.models import parse, require_keys
from connectors.router import silence_litellm
from guards.conduct import open_conduct
from guards.injection import Screen, open_screen
from guards.masking import Masker
from guards.names import open_recognizer
from guards.personal import open_personal_data
from memory.accounts import Accounts, require_people_keys
from memory.consent import Consent
from memory.consolidation import Consolidation, Policy
from memory.documents.library import Library
from memory.erasure.erasing import Erasure, Everywhere
from memory.erasure.replay import replay
from memory.errors import NotebookError
from memory.ids import MessageId, Scope
from memory.journal import Journal
from memory.knowledge import Knowledge, open_knowledge
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring, load_master_key, open_keyring
from memory.traces import Traces
from memory.transcript import Transcript
from memory.understanding.doubts import Doubts
from memory.understanding.inference import Inference
from memory.understanding.rules import Rules, read_rules
from memory.vectors.index_server import Chroma, open_index

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
    upkeep: Consolidates
    erasure: Erasure


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

    async def erasure(self) -> Erasure:
        """What erases, with proof."""
        return (await self.parts()).erasure

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
    """Opens the key store and the memory database; raises NotebookError with what to mend.

    Whoever was erased is erased again before anything is handed out, should a backup have brought them back.
    """
    secret = settings.master_key.get_secret_value() if settings.master_key else None
    keys = settings.data / "keys"
    master = load_master_key(secret, keys / "master.key", keys / "keys.db")
    async with (
        open_keyring(settings.keys_url, master) as keyring,
        open_database(settings.memory_url) as database,
    ):
        await require_people_keys(database, keyring)
        await replay(database, keyring)
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
            await asyncio.to_thread(rehearse, rules)
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
    knowledge = await open_knowledge(settings.knowledge, encoder, Library(database))
    stack.callback(knowledge.close)
    journal = Journal(database, keyring, rapport.ledger, rules)
    index = await stack.enter_async_context(open_index(settings.data / "index", settings.index_url))
    notebook = Notebook(database, keyring, index, encoder, rules)
    jobs_file = settings.data / "jobs.db"
    erasure = Erasure(Everywhere(database, keyring, index, JobFile(jobs_file), settings.data), notebook.invalidate)
    patterns = await open_personal_data(also=[use_case.local() for use_case in light.use_cases.values()])
    finder = patterns.beside(await stack.enter_async_context(open_recognizer(settings.names)))
    checks = await open_conduct(patterns, encoder)
    screen = await open_screen(encoder)
    limits = Limits(total_s=settings.answer_seconds, first_token_s=settings.first_token_seconds)
    chat = await stack.enter_async_context(open_litellm_chat(settings.models, limits))
    await chat.warm()
    doubts = Doubts(database, keyring)
    learning = _learning(light, rapport, notebook, Masker(finder), chat, rules)
    upkeep = _upkeep(light, rapport, notebook, learning, chat, rules)
    tracing = Tracing(Masker(finder), Traces(database, keyring, rapport.ledger), settings.trace_days)
    works = Works(notebook.index_turn, learning.learn if learning else nothing, tracing.daily(daily(upkeep, learning)))
    jobs = await stack.enter_async_context(open_jobs(jobs_file, works))
    infers = settings.learn_with_model if learning else None
    recorder = Recorder(journal, notebook, jobs, infers=infers, doubts=doubts, traces=tracing)
    assistant = Assistant(
        admission=_admission(settings, screen),
        bounds=Bounds(light.use_cases, rapport.consent),
        context=Context(notebook, knowledge, rapport.transcript, screen, doubts=doubts),
        masking=Masking(Masker(finder), secrets.token_hex(8)),
        chat=chat,
        checks=checks,
        recorder=recorder,
        notices=read_notices(NOTICES),
    )
    await close_interrupted(journal, notebook)
    with suppress(NotebookError):  # recall would wait for it; `_index` says what is wrong
        await index.opened()
    parts = Parts(assistant, notebook, knowledge, recorder, journal, upkeep, erasure)
    stack.callback(asyncio.create_task(_catch_up(index, parts, learning, jobs)).cancel)
    return parts


def _admission(settings: Settings, screen: Screen) -> Admission:
    rate = PersonRate(settings.limits_url, settings.turns_per_minute)
    return Admission(rate, settings.message_characters, screen)


async def _catch_up(index: Chroma, parts: Parts, learning: ModelLearning | None, jobs: Jobs) -> None:
    """In the background: recall does not wait for the index, which is only its cache, nor for upkeep."""
    try:
        await index_waiting(parts.journal, parts.notebook, rebuild=await index.opened())
        await parts.erasure.resume()
    except NotebookError as error:
        log.warning("the index was not brought up to date: %s", error)
    if learning:
        await learning.catch_up()
    await jobs.keep_up()


def _learning(
    light: _Light, rapport: Rapport, notebook: Notebook, masker: Masker, chat: Chat, rules: Rules
) -> ModelLearning | None:
    """Reads turns with a model, where one is configured and the settings or a use case want it."""
    wanted = rapport.settings.learn_with_model or any(one.learn_with_model for one in light.use_cases.values())
    if not (rapport.settings.models and wanted):
        return None
    return ModelLearning(
        inference=Inference(light.stores.database, light.stores.keyring, rapport.ledger, rules),
        notebook=notebook,
        transcript=rapport.transcript,
        consent=rapport.consent,
        accounts=rapport.accounts,
        masker=masker,
        chat=chat,
        rules=rules,
        use_cases=light.use_cases,
    )


def _upkeep(
    light: _Light, rapport: Rapport, notebook: Notebook, learning: ModelLearning | None, chat: Chat, rules: Rules
) -> Consolidates:
    settings, stores = rapport.settings, light.stores
    policy = Policy(timedelta(days=settings.thin_after_days), settings.episodes_kept)
    model = ModelSummary(learning, chat, rules, light.use_cases, settings.learn_with_model) if learning else None
    return Consolidates(Consolidation(stores.database, stores.keyring, rapport.ledger, policy), notebook, model)
