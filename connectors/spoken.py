# SPDX-License-Identifier: Apache-2.0
"""A remembered fact as one says it to the person: "Sister: Ana" becomes "Your sister is called Ana."

The shapes are those that the learning rules write, in any of their languages; other lines are left to the caller.
"""

import re
from collections.abc import Mapping

from connectors.phrases import ENGLISH, Phrases


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WHO = r"(?:(?P<who>[^\W\d_][\w-]*(?: [\w-]+){0,2}?) )?"
_WHAT = r"(?P<what>.+)"

# What the line says, then what one says in English and in German; "live|lives" is for the person, then for others.
_VERBS: tuple[tuple[str, str, str], ...] = (
    ("lives in|wohnt in|vive en", "live|lives in {what}", "wohnen|wohnt in {what}"),
    ("comes from|kommt aus|es de", "come|comes from {what}", "kommen|kommt aus {what}"),
    ("(?:was )?born in|(?:ist )?geboren in|nació en", "were|was born in {what}", "sind|ist in {what} geboren"),
    ("works as|arbeitet als|trabaja como", "work|works as {role}", "arbeiten|arbeitet als {bare}"),
    ("works at|arbeitet bei|trabaja en", "work|works at {what}", "arbeiten|arbeitet bei {what}"),
    ("works in", "work|works in {what}", "arbeiten|arbeitet in {what}"),
    ("runs", "run|runs {what}", "führen|führt {what}"),
    ("studies at", "study|studies at {what}", "studieren|studiert an {what}"),
    ("studies|studiert|estudia", "study|studies {what}", "studieren|studiert {what}"),
    ("is learning|lernt|aprende", "are|is learning {what}", "lernen|lernt {what}"),
    ("speaks|spricht|habla", "speak|speaks {what}", "sprechen|spricht {what}"),
    ("dislikes|mag nicht:|no le gusta", "do|does not like {what}", "mögen|mag {what} nicht"),
    ("likes|mag|le gusta", "like|likes {what}", "mögen|mag {what}"),
    ("prefers|bevorzugt|prefiere", "prefer|prefers {what}", "bevorzugen|bevorzugt {what}"),
    (
        "does not eat or drink|isst oder trinkt nicht:|no come ni bebe",
        "do|does not eat or drink {what}",
        "meiden|meidet {what}",
    ),
    ("(?:is )?allergic to|(?:ist )?allergisch gegen", "are|is allergic to {what}", "sind|ist allergisch gegen {what}"),
    (
        "wants answers in|möchte antworten auf|quiere respuestas en",
        "want|wants answers in {what}",
        "möchten|möchte Antworten auf {what}",
    ),
    ("möchte antworten:", "want|wants answers like this: {what}", "möchten|möchte Antworten so: {what}"),
    (
        "wants to be called|quiere que le llamen",
        "want|wants to be called {what}",
        "möchten|möchte {what} genannt werden",
    ),
    ("wants|möchte|quiere", "want|wants {what}", "möchten|möchte {what}"),
    ("has|hat|tiene", "have|has {what}", "haben|hat {what}"),
)
_LABELS: tuple[tuple[str, str, str], ...] = (
    ("name|nombre", "Your name is {what}.", "Sie heißen {what}."),
    ("nickname", "Your nickname is {what}.", "Ihr Spitzname ist {what}."),
    ("pronouns", "Your pronouns are {what}.", "Ihre Pronomen sind {what}."),
    ("e-?mail|correo", "Your e-mail is {what}.", "Ihre E-Mail ist {what}."),
    ("phone|telefon|teléfono", "Your phone number is {what}.", "Ihre Telefonnummer ist {what}."),
    ("address|adresse|dirección", "Your address is {what}.", "Ihre Adresse ist {what}."),
    ("website", "Your website is {what}.", "Ihre Website ist {what}."),
    ("time zone", "Your time zone is {what}.", "Ihre Zeitzone ist {what}."),
    (
        "native language|muttersprache|lengua materna",
        "Your native language is {what}.",
        "Ihre Muttersprache ist {what}.",
    ),
    ("birthday|geburtstag|cumpleaños", "Your birthday is {what}.", "Ihr Geburtstag ist am {what}."),
    ("age|alter|edad", "Your age is {what}.", "Ihr Alter ist {what}."),
    ("diet|ernährung|dieta", "Your diet is {what}.", "Ihre Ernährung ist {what}."),
    ("marital status|familienstand|estado civil", "Your marital status is {what}.", "Ihr Familienstand ist {what}."),
    ("anrede|trato", "You want to be addressed like this: {what}.", "Sie möchten so angesprochen werden: {what}."),
    ("plan", "You have planned: {what}.", "Sie haben geplant: {what}."),
)
_FAVOURITE = re.compile(
    rf"(?:favou?rite (?P<of>[^:]+)|lieblings-(?P<von>[^:]+)|favorito \((?P<de>[^)]+)\)): {_WHAT}", re.I
)
_OF_OTHERS = re.compile(rf"(?P<whose>[^\W\d_][\w -]{{0,30}}'s [^:]{{1,40}}): {_WHAT}")
_CALLED = re.compile(
    r"(?P<who>[^\W\d_][\w-]*(?: [\w-]+){0,2}): (?P<what>(?:<PERSON_\d+>|[A-ZÀ-Þ]\S*)(?: [A-ZÀ-Þ]\S*){0,3})"
)
_KIN = _words(
    """mother father mom mum dad parents sister brother son daughter wife husband spouse partner girlfriend boyfriend
    fiancée fiancé grandmother grandfather aunt uncle cousin niece nephew grandson granddaughter stepmother stepfather
    stepson stepdaughter stepbrother stepsister godmother godfather friend boss manager supervisor colleague neighbour
    roommate flatmate housemate kid child baby toddler twin landlord landlady nanny teacher coach doctor therapist
    mentor ex kids dog cat puppy kitten hamster rabbit parrot budgie canary bird horse pony fish goldfish turtle
    tortoise snake lizard gecko ferret hedgehog chicken goat donkey retriever labrador poodle beagle bulldog dachshund
    terrier husky corgi collie spaniel pug rat mouse pig cow sheep duck goose"""
)
_HERS = re.compile(
    r"frau|mama|verlobte|oma|nichte|katze|hündin|schildkröte|cousine|[^\W\d_]*(?:mutter|tante|schwester|tochter)"
    r"|(?:freund|partner|chef|kolleg|nachbar|mitbewohner|enkel)in",
    re.I,
)
_HIS = re.compile(
    r"[^\W\d_]*(?:bruder|vater|sohn)|mann|papa|opa|onkel|cousin|neffe|enkel|freund|partner|verlobter|chef|kollege"
    r"|nachbar|mitbewohner|baby|kind|hund|kater|kaninchen|hase|hamster|meerschweinchen|papagei|wellensittich|vogel"
    r"|pferd|pony|dackel|pudel|labrador|welpe",
    re.I,
)

_Shapes = tuple[tuple[re.Pattern[str], str, str], ...]


def _shapes(frames: tuple[tuple[str, str, str], ...], before: str, between: str) -> _Shapes:
    compiled = ((re.compile(f"{before}(?i:{said}){between}{_WHAT}"), en, de) for said, en, de in frames)
    return tuple(compiled)


_SENTENCES = _shapes(_VERBS, _WHO, " ")
_TITLED = _shapes(_LABELS, "", ": ")
_GENANNT = re.compile(rf"Möchte {_WHAT} genannt werden")


def spoken(line: str, words: Phrases) -> str:
    """The sentence in this language; empty for a line of another shape, such as a note in the person's own words."""
    line = line.strip().rstrip(".")
    english = words is ENGLISH
    if found := _GENANNT.fullmatch(line):
        return f"You want to be called {found['what']}." if english else f"Sie möchten {found['what']} genannt werden."
    for shape, en, de in _SENTENCES:
        if found := shape.fullmatch(line):
            return _said(found.groupdict(), en if english else de, english)
    for shape, en, de in _TITLED:
        if found := shape.fullmatch(line):
            return (en if english else de).format(what=_dated(found["what"], words))
    return _named(line, english)


def _said(found: Mapping[str, str | None], frame: str, english: bool) -> str:
    who, what = found["who"] or "", found["what"] or ""
    verbs, _, rest = frame.partition("|")
    others, space, rest = rest.partition(" ")
    subject = _subject(who, english) if who else ("You" if english else "Sie")
    if not subject:
        return ""
    bare = re.sub(r"\Aan? ", "", what)
    return f"{subject} {others if who else verbs}{space}{rest.format(what=what, role=_role(what), bare=bare)}."


def _named(line: str, english: bool) -> str:
    if found := _FAVOURITE.fullmatch(line):
        of = found["of"] or found["von"] or found["de"]
        return f"Your favourite {of} is {found['what']}." if english else f"Ihr Favorit ({of}): {found['what']}."
    if english and (found := _OF_OTHERS.fullmatch(line)):
        return f"Your {_small(found['whose'])} is {found['what']}."
    if (found := _CALLED.fullmatch(line)) and (subject := _subject(found["who"], english)):
        return f"{subject} {'is called' if english else 'heißt'} {found['what']}."
    return ""


def _subject(who: str, english: bool) -> str:
    """ "Your sister", "Ihre Schwester"; empty for a name, and for a word of the other language."""
    last = who.rsplit(maxsplit=1)[-1]
    if english:
        return f"Your {_small(who)}" if last.lower().removesuffix("-in-law") in _KIN else ""
    hers = _HERS.fullmatch(last)
    return f"{'Ihre' if hers else 'Ihr'} {who}" if hers or _HIS.fullmatch(last) else ""


def _small(who: str) -> str:
    return who[:1].lower() + who[1:]


def _role(what: str) -> str:
    """A trade with its article, which the rules leave out."""
    if re.match(r"(an?|the|my|head|chief|vice|vp|c[efto]o|part|self)\b", what, re.I) or not what[:1].isalpha():
        return what
    return f"{'an' if what[:1].lower() in 'aeiou' else 'a'} {what}"


def _dated(what: str, words: Phrases) -> str:
    """The rules put a date in ISO form behind a plan: said as one says dates."""
    return re.sub(r"\((\d{4}-\d\d-\d\d)\)$", lambda found: f"({words.on(found[1])})", what)
