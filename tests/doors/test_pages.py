# SPDX-License-Identifier: Apache-2.0
"""What the panels ask for."""

import pytest

from app.explanation import ExplainedItem, Explanation
from guards.vault import KnownValue
from memory.ids import MessageId, TurnId, new_id
from memory.values import ConsentChoice
from tests.doors.conftest import Place
from tests.doors.guest import Guest
from tests.fakes.rapport import fact


async def _with_fact(place: Place, text: str) -> tuple[Guest, str]:
    guest, known = place.guest(), fact(text)
    place.rapport.memory.known[known.id] = (guest.account.scope, known)
    await guest.sign_in()
    return guest, known.id


async def test_consent_is_undecided_until_it_is_chosen(place: Place) -> None:
    """And the choice holds from then on."""
    guest = place.guest()
    await guest.sign_in()
    assert (await guest.ask("GET", "/rapport/me")).json() == {
        "name": guest.account.name, "role": "user", "consent": "undecided",
    }  # fmt: skip
    assert (await guest.ask("PUT", "/rapport/consent", {"choice": "remember"})).status_code == 200
    assert place.rapport.consent.choices[guest.account.scope] is ConsentChoice.REMEMBER
    assert (await guest.ask("GET", "/rapport/me")).json()["consent"] == "remember"


@pytest.mark.parametrize("choice", ["undecided", "everything", None, 1])
async def test_a_choice_that_does_not_exist_is_refused(place: Place, choice: object) -> None:
    """422, and nothing is changed."""
    guest = place.guest()
    await guest.sign_in()
    assert (await guest.ask("PUT", "/rapport/consent", {"choice": choice})).status_code == 422
    assert guest.account.scope not in place.rapport.consent.choices


async def test_what_is_known_is_listed_with_when_and_where_it_was_learned(place: Place) -> None:
    """One's own facts only."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    await _with_fact(place, "Lives in Oslo")
    (known,) = (await guest.ask("GET", "/rapport/memory")).json()["facts"]
    assert (known["id"], known["text"], known["channel"], known["said_by"]) == (id, "Lives in Lisbon", "web", "user")
    assert known["learned_at"].endswith("+00:00")


async def test_a_fact_is_corrected_and_forgotten(place: Place) -> None:
    """By its owner, at once."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    corrected = (await guest.ask("PATCH", f"/rapport/memory/{id}", {"text": " Lives in Porto "})).json()
    assert corrected["text"] == "Lives in Porto"
    assert (await guest.ask("DELETE", f"/rapport/memory/{corrected['id']}")).status_code == 204
    assert (await guest.ask("GET", "/rapport/memory")).json()["facts"] == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, None])
async def test_a_correction_says_something_in_few_words(place: Place, text: str | None) -> None:
    """Otherwise the fact stays as it is."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    assert (await guest.ask("PATCH", f"/rapport/memory/{id}", {"text": text})).status_code == 422
    assert (await guest.ask("GET", "/rapport/memory")).json()["facts"][0]["text"] == "Lives in Lisbon"


async def test_anothers_fact_answers_as_one_that_never_was(place: Place) -> None:
    """Correct and forget: the same 404, and nothing is changed."""
    owner, theirs = await _with_fact(place, "Lives in Lisbon")
    stranger, _ = await _with_fact(place, "Lives in Oslo")
    for id in (theirs, new_id()):
        answers = [
            await stranger.ask("PATCH", f"/rapport/memory/{id}", {"text": "x"}),
            await stranger.ask("DELETE", f"/rapport/memory/{id}"),
        ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": "Not found"})] * 2
    assert len((await owner.ask("GET", "/rapport/memory")).json()["facts"]) == 1


async def test_why_an_answer_is_as_it_is(place: Place) -> None:
    """Exactly what the record holds, and a forgotten memory without its text."""
    guest, answer = place.guest(), MessageId(new_id())
    await guest.sign_in()
    items = (ExplainedItem(1, "f", "fact", "Lives in Lisbon", "profile"),
             ExplainedItem(2, "e", "episode", None, "recalled"))  # fmt: skip
    place.rapport.reasons[(guest.account.scope, answer)] = Explanation(
        TurnId("t"), "local/concierge", items, ("PERSON",), ("openai/x: busy",), ("knowledge",),
        (KnownValue("PERSON", "Anna"),),
    )  # fmt: skip
    assert (await guest.ask("GET", f"/rapport/why/{answer}")).json() == {
        "model": "local/concierge",
        "items": [
            {"number": 1, "id": "f", "kind": "fact", "text": "Lives in Lisbon", "why": "profile", "helped": None},
            {"number": 2, "id": "e", "kind": "episode", "text": None, "why": "recalled", "helped": None},
        ],
        "hidden": ["PERSON"],
        "fallbacks": ["openai/x: busy"],
        "degraded": ["knowledge"],
        "own": [{"kind": "PERSON", "value": "Anna"}],
    }
    stranger = place.guest()
    await stranger.sign_in()
    of_another = await stranger.ask("GET", f"/rapport/why/{answer}")
    of_none = await stranger.ask("GET", f"/rapport/why/{new_id()}")
    assert (of_another.status_code, of_another.json()) == (of_none.status_code, of_none.json())
    assert of_none.status_code == 404


async def test_whether_a_memory_helped_is_said_by_its_person_alone(place: Place) -> None:
    """Shown again, and taken back; what was not used, a document, another's answer and none are the same 404."""
    guest, stranger, answer, turn = place.guest(), place.guest(), MessageId(new_id()), TurnId(new_id())
    for one in (guest, stranger):
        await one.sign_in()
    items = (ExplainedItem(1, "f", "fact", "Lives in Lisbon", "recalled"),
             ExplainedItem(2, "d", "passage", "Opens at nine", "found"))  # fmt: skip
    place.rapport.reasons[(guest.account.scope, answer)] = Explanation(turn, "", items, (), (), ())
    path = f"/rapport/why/{answer}"
    for said in (True, False, None):
        assert (await guest.ask("PUT", f"{path}/memories/f", {"helped": said})).json() == {"helped": said}
        shown = (await guest.ask("GET", path)).json()["items"]
        assert [item["helped"] for item in shown] == [said, None]
    for one, where in ((guest, f"{path}/memories/d"), (guest, f"{path}/memories/x"), (stranger, f"{path}/memories/f"),
                       (guest, f"/rapport/why/{new_id()}/memories/f")):  # fmt: skip
        refused = await one.ask("PUT", where, {"helped": True})
        assert (refused.status_code, refused.json()) == (404, {"detail": "Not found"})
    for body in ({}, {"helped": "yes"}, {"helped": 1}):
        assert (await guest.ask("PUT", f"{path}/memories/f", body)).status_code == 422
    assert (await guest.ask("PUT", f"{path}/memories/f", {"helped": True}, **{"X-Rapport": ""})).status_code == 403
    assert place.rapport.memory.said == {(guest.account.scope, turn): {}}


async def test_the_panels_say_when_it_is_still_starting(place: Place) -> None:
    """503 at once, no waiting."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    place.rapport.ready = False
    for method, path in (
        ("GET", "/rapport/memory"),
        ("GET", f"/rapport/why/{id}"),
        ("DELETE", f"/rapport/memory/{id}"),
    ):
        assert (await guest.ask(method, path)).status_code == 503
