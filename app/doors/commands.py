# SPDX-License-Identifier: Apache-2.0
"""What can be done with one's memory in the terminal: /memory, /correct, /hide, /forget, /pause, /export ..."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.bootstrap import open_stores
from app.doors.desk import Verb
from app.doors.luggage import save, take_in, told
from app.settings import Settings
from memory.accounts import Account
from memory.errors import NotKept

Asks = Callable[[Mapping[str, object]], Awaitable[dict[str, Any]]]
"""Hands a question to the desk, in this process or in the server."""

HELP = """\
/memory [words]    what I know about you, or what of it says the words
/history N         what number N of the last list was before
/correct N text    what is true instead of number N
/hide N, /show N   keep number N, but do not use it; use it again
/forget N          forget number N for good
/why               what was used for my last answer
/helped N          number N of /why helped; said again it is taken back
/nothelpful N      number N of /why did not help here; said again it is taken back
/pause, /resume    learn and recall nothing from now on; do so again
/export FILE       save all that is kept of you
/import FILE       bring in such a file, or a list of facts
/quit              leave"""

CHANGES: Mapping[str, tuple[Verb, str]] = {
    "/correct": ("correct", "Corrected."),
    "/hide": ("hide", "Hidden: it is kept, but not used. /show brings it back."),
    "/show": ("show", "It is used again."),
    "/forget": ("forget", "Forgotten. It will not come back by itself."),
}
PAUSED = "Paused: nothing is learned and nothing recalled, here or on the page, until /resume."
NOTED = "Noted: from your next message on it changes the order of memories. None is hidden."
TAKEN_BACK = "Taken back."
RESUMED = "Resumed: what you tell me is remembered again. What was said meanwhile is not learned."


class Commands:
    """The commands of one person's terminal; a number means what stood in the last list, whatever came since."""

    def __init__(self, settings: Settings, account: Account, asks: Asks) -> None:
        self._settings, self._account, self._asks = settings, account, asks
        self._listed: list[dict[str, Any]] = []
        self._used: list[dict[str, Any]] = []
        self.answer = ""
        """The last one, which /why is about."""

    async def obey(self, line: str) -> list[str] | None:
        """What to print, or None where the line is no command but something said."""
        name, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if not name.startswith("/") or "/" in name[1:]:
            return None
        try:
            return await self._done(name, rest)
        except NotKept as refused:
            return list(refused.faults)

    async def _done(self, name: str, rest: str) -> list[str]:
        match name:
            case "/memory":
                lines = await self._list(rest)
            case "/history":
                lines = await self._history(rest)
            case "/pause" | "/resume":
                done = await self._ask("pause" if name == "/pause" else "resume")
                lines = [str(done.get("refused") or (PAUSED if name == "/pause" else RESUMED))]
            case "/why":
                lines = await self._why()
            case "/helped" | "/nothelpful":
                lines = await self._judge(rest, helped=name == "/helped")
            case "/export" | "/import":
                lines = await self._carry(name, rest)
            case _ if name in CHANGES:
                lines = await self._change(name, rest)
            case _:
                lines = [HELP] if name == "/help" else [f"There is no command {name[:40]}.", HELP]
        return lines

    async def _list(self, words: str) -> list[str]:
        answer = await self._ask("look", text=words)
        self._listed = answer["facts"]
        lines = [f"{number}. {_line(fact)}" for number, fact in enumerate(self._listed, 1)]
        if answer["consent"] == "paused":
            lines.append("(Memory is paused: none of it is used. /resume ends that.)")
        return lines or ["Nothing of that is known." if words else "Nothing is remembered about you yet."]

    async def _history(self, rest: str) -> list[str]:
        fact = _numbered(self._listed, rest, "/memory")
        answer = await self._ask("history", fact=fact["id"])
        lines = [f"{one['text']}  (until {_day(one['held_until'])})" for one in answer.get("facts", ())]
        return lines or [str(answer.get("refused") or "It has no earlier versions.")]

    async def _why(self) -> list[str]:
        self._used = (await self._ask("why", answer=self.answer))["used"] if self.answer else []
        lines = [f"{item['number']}. {item['text'] or '(forgotten since)'}{_said(item)}" for item in self._used]
        return lines or ["Nothing that is remembered was used."]

    async def _judge(self, number: str, helped: bool) -> list[str]:
        item = _numbered(self._used, number, "/why")
        chosen = None if item["helped"] is helped else helped
        done = await self._ask("judge", answer=self.answer, fact=item["id"], helped=chosen)
        if "refused" in done:
            return [str(done["refused"])]
        self._used = done["used"]
        return [TAKEN_BACK if chosen is None else NOTED]

    async def _change(self, name: str, rest: str) -> list[str]:
        verb, done = CHANGES[name]
        number, _, text = rest.partition(" ")
        fact = _numbered(self._listed, number, "/memory")
        if verb == "correct" and not text.strip():
            raise NotKept("Write what is true instead after the number, as in /correct 3 I live in Porto.")
        answer = await self._ask(verb, fact=fact["id"], version=fact["version"], text=text.strip())
        if "refused" in answer:
            return [str(answer["refused"])]
        self._listed = [answer["facts"][0] if one is fact and answer["facts"] else one for one in self._listed]
        return [done]

    async def _carry(self, name: str, rest: str) -> list[str]:
        if not rest:
            raise NotKept(f"Name a file, as in {name} memory.json.")
        file = _file(rest)
        async with open_stores(self._settings) as stores:
            if name == "/export":
                await save(stores, self._account, file)
                return [f"All that is kept of you is in {file}."]
            return told(await take_in(self._settings, stores, self._account, file, forgotten=False))

    async def _ask(self, verb: Verb, **given: object) -> dict[str, Any]:
        scope = self._account.scope
        return await self._asks({"tenant": scope.tenant, "person": scope.person, "verb": verb} | given)


def _numbered(listed: Sequence[dict[str, Any]], number: str, shown_by: str) -> dict[str, Any]:
    if not number.isdecimal() or not 0 < int(number) <= len(listed):
        raise NotKept(f"Write a number of the last list: {shown_by} shows it.")
    return listed[int(number) - 1]


def _said(item: Mapping[str, Any]) -> str:
    return {True: "  (helped)", False: "  (did not help)", None: ""}[item["helped"]]


def _file(name: str) -> Path:
    return Path(name).expanduser()


def _line(fact: Mapping[str, Any]) -> str:
    hidden = "  (hidden: not used)" if fact["hidden"] else ""
    imported = "imported " if fact["channel"] == "import" else ""
    return f"{fact['text']}  [{fact['category']}, {imported}{_day(fact['learned_at'])}]{hidden}"


def _day(moment: str | None) -> str:
    return (moment or "")[:10]
