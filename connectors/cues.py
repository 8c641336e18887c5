# SPDX-License-Identifier: Apache-2.0
"""The words that the concierge listens for, in English and German."""

import re

from connectors.phrases import ENGLISH, GERMAN, Phrases


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GERMAN = _words(
    "ich du wo wer wie wann warum welche welcher mein meine meinen mir mich dein deine ist bin hast habe und "
    "nicht der die das den dem ein eine einen weißt weisst über kannst bitte danke hallo guten wohne heiße "
    "heisse nenn vergiss sag mag gerne"
)
_ENGLISH = _words(
    "i you where who how when why which my me your is am have has had and not the a an do does did know "
    "about can please thanks thank hello hi good live call forget tell like what are it to of"
)
STOP = (_GERMAN | _ENGLISH) - _words("live like call wohne heiße heisse nenn mag") | _words(
    "was were be been being will would could should may might shall there here this that these those then "
    "than so if or but as at by for from in into on out up with without we us our they them their he she his "
    "her its again also any some more most much many very just now ever yet get got give want need say said "
    "told remember remind recall think back im id ive whats wheres whos dont auch noch mal denn doch nur "
    "schon sehr von vom zu zum zur mit ohne für auf aus bei nach im in am an ob oder aber wir uns ihr euch "
    "sie er es sein seine haben hat hatte wurde werden kann sind sagen gesagt erinnerst erzählt erzähl gib "
    "ihre ihren ihnen doesn"
)
"""Words that carry no meaning of their own."""
TOPICS = (
    "live move home city town address reside based location wohne ziehe umgezogen stadt zuhause adresse",
    "work job employ company profession occupation arbeite beruf firma",
    "name call heiße heißen heisse nenn",
    "like love enjoy favourite favorite prefer fan mag mögen liebe lieblings gern gerne",
    "hate dislike avoid hasse meide",
    "eat food diet vegetarian vegan allergy allergic esse essen allergisch allergie",
    "birthday born age old geburtstag geboren alt",
    "pet dog cat hund katze haustier",
    "child children kid son daughter kind kinder sohn tochter",
    "wife husband partner spouse married frau mann verheiratet",
    "phone telephone mobile telefon handy nummer",
    "email mail",
    "refund return money reimburse erstattung rückgabe geld",
    "cost price fee pay kosten preis gebühr",
    "open hours opening closed geöffnet öffnungszeiten",
    "long take within days weeks dauer dauert lange tage",
)
"""Words of one line speak of the same thing."""
MEANT = (
    (r"\bfor a living\b", "job"),
    (r"\b(?:do not|don'?t|does not|doesn'?t|did not|didn'?t|not)\b([^.?!]*?)\b(?:like|love|enjoy)\b", r"\1 dislike"),
    (r"\b(?:mag|mögen|magst)\b([^.?!]*?)\b(?:nicht|kein\w*)\b", r"\1 hasse"),
)
"""Several words that mean another: "what don't I like" asks for dislikes."""
KINDS = {"LOCATION": "location", "ADDRESS": "address", "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone"}
"""What a placeholder speaks of, by its kind."""

GREETING = re.compile(
    r"(hi|hello|hey|good (morning|afternoon|evening|day)|hallo|moin|servus|guten (morgen|tag|abend))\b", re.I
)
THANKS = re.compile(r"(thank you|thanks|many thanks|cheers|danke|vielen dank)\b[^?]*\Z", re.I)
ABOUT_ME = re.compile(
    r"what (do|did) you (know|remember|have)\b.*\b(about|of|on) me\b|what have you (learned|stored|kept)\b"
    r"|tell me (everything|what you know)\b.*\babout me\b|\bwho am i\b|do you (know|remember) me\b"
    r"|what (have|did) i (told|tell) you( so far)?\W*\Z"
    r"|was wei(ß|ss)t du\b.*\b(von|über) mi(r|ch)\b|\bwer bin ich\b|kennst du mich\b"
    r"|wissen sie\b.*\b(von|über) mi(r|ch)\b",
    re.I | re.S,
)
ABOUT_YOU = re.compile(
    r"\b(who|what) are you\b|\bare you (an? )?(ai|bot|robot|human|person|machine|real)\b|what can you do\b"
    r"|\bw(er|as) bist du\b|\bbist du (ein )?(e )?(ki|bot|roboter|mensch)\b|was kannst du\b",
    re.I,
)
INSTRUCTS = re.compile(
    r"(please|always|never|from now on|keep|answer|reply|speak|talk|use|don't|do not|bitte|immer|nie|ab jetzt|halte|"
    r"antworte|sprich|rede|verwende|duze|sieze)\b",
    re.I,
)
FORGET = re.compile(r"(please )?(forget|delete|erase|vergiss|lösche)\b", re.I)
INTRODUCES = re.compile(
    r"\b(?:my name is|call me|i am|i'm|i am called|ich hei(?:ß|ss)e|ich bin|nenne? mich|mein name ist)"
    r"\s+(<PERSON_\d+>)",
    re.I,
)
ASKS = re.compile(
    r"(who|what|where|when|why|which|whose|how|do|does|did|is|are|am|was|were|can|could|will|would|should|"
    r"have|has|tell|explain|describe|show|list|find|write|give|help|make|create|draft|summari[sz]e|translate|"
    r"suggest|plan|remind|wer|wo|wann|warum|wieso|welche[rsn]?|wie|woher|wohin|kannst|hast|bist|ist|sind|"
    r"weißt|sag|erklär\w*|zeig\w*|schreib\w*|hilf|fass|übersetz\w*|nenne)\b",
    re.I,
)
PERSONAL = re.compile(r"\b(i|me|my|mine|i'm|ich|mir|mich|mein\w*)\b", re.I)
NAMED = re.compile(r"(?:call|goes by|nickname|name)[^<]*(<PERSON_\d+>)", re.I)
THIRD_PERSON = re.compile(
    r"(live|work|like|love|prefer|enjoy|hate|dislike|want|need|speak|own|play|eat|drink|avoid|use|drive|run|"
    r"read|collect|learn|come|move|travel|wear|watch|follow|support|cook|ride|paint|grow|write|sing|swim|"
    r"keep)s\b",
    re.I,
)
IRREGULAR = {"is": "are", "has": "have", "was": "were", "goes": "go", "does": "do", "studies": "study"}


def language_of(text: str) -> Phrases:
    """German where more of its small words stand in the text than English ones; a guess."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"<[A-Z_]+_\d+>", " ", text).lower())
    german, english = (sum(word in known for word in words) for known in (_GERMAN, _ENGLISH))
    return GERMAN if german > english else ENGLISH
