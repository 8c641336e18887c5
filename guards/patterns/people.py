# SPDX-License-Identifier: Apache-2.0
"""What tells of a person beside the name: date of birth, age, title."""

import re
from collections.abc import Iterator

from guards.patterns.cues import Hit, beside, words

_MONTH = (
    r"(?:jan(?:uary|uar|eiro|vier)?|feb(?:ruary|ruar|rero)?|f[ée]v(?:rier|ereiro)?|mar(?:ch|zo|s|ço)?|märz"
    r"|apr(?:il)?|abr(?:il)?|avr(?:il)?|aprile"
    r"|may|mai(?:o)?|mayo|maggio|june?|juni|juin|jun(?:io|ho)|giugno|july?|juli|juil(?:let)?|jul(?:io|ho)|luglio"
    r"|aug(?:ust)?|ago(?:sto)?|ao[ûu]t"
    r"|sept?(?:ember|iembre|embre)?|set(?:embro|tembre)?|o[ck]t(?:ober|ubre|obre)?|out(?:ubro)?|ott(?:obre)?"
    r"|nov(?:ember|iembre|embre|embro)?"
    r"|de[cz](?:ember|embro)?|dic(?:iembre|embre)?|d[ée]c(?:embre)?|ene(?:ro)?|gen(?:naio)?)(?![^\W\d_])\.?"
)
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}\s+\d{{1,2}}\s+(?:19|20)\d\d|(?:19|20)\d{{6}}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+|del\s+)?{_MONTH}(?:,?\s+(?:de\s+|del\s+)?\d{{4}}"
    rf"|\s+'?\d\d\b)?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?!\d)|{_MONTH}\s+(?:de\s+)?(?:19|20)\d\d\b|(?:19"
    rf"|20)\d\d\b)"
)
_BORN = re.compile(
    r"(?<![^\W_])(?:born|birth(?:day|date)?|date[\s_-]+of[\s_-]+birth|dob|d\.o\.b\.?|geb\.?|geboren|geburtsdatum"
    r"|geburtstag|nac[ií]\w*|nacimiento|cumplea[ñn]os"
    r"|née?(?=\s+(?:le|en|à|:|\d))|naissance|anniversaire|nascido|nascida|nascimento|nasci|anivers[áa]rio"
    r"|nat[oa](?=\s+(?:il|nel|a|:|\d))|nascita|compleanno)(?![^\W_])"
    rf"[^\d\n]{{0,24}}?\s{{0,2}}(?P<date>{_DATE})",
    re.IGNORECASE,
)
_UNITS = (
    r"(?:%|percent|minutes?|mins?|hours?|days?|weeks?|months?|km|miles?|metres?|meters?|kg|lbs?|euros?|dollars?|degrees"
    r"|items?|points?|steps|years?\s+(?!old|of|and|today|young)|pages?|people|o'?clock|am|pm|st|nd|rd|th)"
)
_AGE = re.compile(
    r"(?<![\w.,:/$€£-])(?P<old>\d{1,3})(?:[ -]?(?:years?|yrs?|yr)[ -]?(?:old|of[ -]age|young)|[ ]?y\.?/?o\.?(?!\w)"
    r"|[ ]?(?:jahre[ ]alt|jährige[rsn]?)|[ ]?años[ ]de[ ]edad|[ ]?ans(?=[ ]et[ ]je|\W*$))"
    r"|(?<![^\W_])(?:turn(?:ed|ing|s)?|becom(?:e|es|ing)|i'?ll[ ]be)[ ](?P<turned>\d{1,3})"
    rf"(?![ ]?{_UNITS}|[\w.,:/-]*\d|[ ](?!(?:and|but|today|yesterday|tomorrow|last|this|next|in|on|years?|now|soon"
    rf"|when|so)\b)\w)"
    r"|(?<![^\W_])(?:ages?d?|alter|edad|âge|età|idade)(?:[ ](?:is|of"
    r"|was))?[ :]{1,3}(?P<aged>\d{1,3})(?![\w%.,:/-]*\d|%)"
    r"|(?<![^\W_])(?:i'?m|i[ ](?:am|was)|(?:he|she)(?:'s|[ ](?:is|was)))[ ](?:(?:only|already|now|just|about)[ ])?"
    r"(?P<am>\d\d)(?=[.,;!?)]?\s*$|[.,;!?)]\s|[ ](?:and|years|when|at|but|so|now)\b)"
    r"|(?<![^\W_\d])(?P<day>\d{1,3})(?:st|nd|rd|th)[ ]birthday"
    r"|(?<![^\W_])(?:tengo|tem?nho|ho|j'ai|ich[ ]bin)[ ](?P<have>\d{1,3})[ ](?:años|anos|anni|ans|jahre)\b",
    re.IGNORECASE,
)
_THING = words(
    r"roofs?|houses?|buildings?|laptops?|computers?|pcs?|phones?|printers?|software|apps?|systems?|cars?|bikes?"
    r"|machines?|devices?|furniture|kettles?|boilers?|heating|heaters?|batter(?:y|ies)|windows?|trees?|wines?"
    r"|whisk(?:e)?ys?|cheeses?|compan(?:y|ies)|accounts?|models?|routers?|tvs?|fridges?|ovens?|bridges?|church(?:es)?"
    r"|cit(?:y|ies)|walls?|pipes?|engines?|tyres?|tires?|code|library|website|contract|receipt|invoice|gerät|haus|dach"
    r"|auto|drucker|heizung"
)
_TITLE = re.compile(
    r"(?<![\w.])(?:(?-i:(?P<plain>(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Sir|Madam|Dame|Rev|Herr|Frau|Fräulein"
    r"|Señora|Señor|Sra|Sr|Srta|Don|Doña|Monsieur|Madame|Mademoiselle|Mme|Mlle"
    r"|Signora|Signor|Sig|Senhora|Senhor|Dott|Dra)\b\.?)(?=[ ]{1,2}[A-ZÀ-ÖØ-ÞĀ-ŽΑ-Ω][^\W\d_]))"
    r"|(?P<small>(?:mr|mrs|ms|mx|dr|prof)\.|mr|mrs|(?<=\bis )(?:dr|ms)|(?<=\bto )(?:dr|ms)|(?<=\bon )(?:dr|ms)"
    r"|(?<=\bwith )(?:dr|ms)|(?<=\bfrom )(?:dr|ms)"
    r"|(?<=\bdear )(?:dr|ms)|(?<=\bsee )dr|(?<=\bhello )(?:dr|ms)|(?<=\bhi )(?:dr|ms))(?=[ ]{1,2}[^\W\d_]{2}))",
    re.IGNORECASE,
)
_NATIONS = (
    "afghan albanian algerian american angolan argentine argentinian armenian australian austrian bangladeshi "
    "belarusian belgian bolivian bosnian brazilian british bulgarian cambodian cameroonian canadian chilean "
    "chinese colombian congolese croat croatian cuban cypriot czech danish dominican dutch ecuadorian egyptian "
    "english estonian ethiopian filipino finnish french georgian german ghanaian greek guatemalan haitian "
    "honduran hungarian icelandic icelander indian indonesian iranian iraqi irish israeli italian ivorian "
    "jamaican japanese jordanian kazakh kenyan korean kosovar kuwaiti latvian lebanese libyan lithuanian "
    "luxembourgish macedonian malaysian maltese mexican moldovan mongolian moroccan nepalese nicaraguan nigerian "
    "norwegian pakistani palestinian panamanian paraguayan peruvian polish portuguese romanian russian rwandan "
    "salvadoran saudi scottish senegalese serb serbian singaporean slovak slovakian slovene slovenian somali "
    "spaniard spanish sudanese swedish swiss syrian taiwanese tanzanian thai tunisian turkish ugandan ukrainian "
    "uruguayan venezuelan vietnamese welsh yemeni zambian zimbabwean greenlander "
)
_NATIONALITIES = frozenset(form for word in _NATIONS.split() for form in (word, word + "s"))
_PLAIN_WORD = re.compile(r"(?<![\w-])[A-Za-z]{4,}(?![\w-])")
_LANGUAGE = re.compile(r"\b(?:in|to|into|speaks?|learn(?:ing)?|nail|shoe|please)\s+$", re.IGNORECASE)
_THING_OF = re.compile(
    r"\s+(?:press|fries|toast|shepherd|pastry|door|bulldog|cheese|language|keyboard|version|translation|letters?|numerals?"
    r"|up|off|my|the|your|it|them|this|these|a)\b",
    re.IGNORECASE,
)


def births(text: str) -> Iterator[Hit]:
    """Dates of birth: a date shortly after a word such as "born" or "birthday", in six languages."""
    return ((*match.span("date"), 0.7) for match in _BORN.finditer(text))


def ages(text: str) -> Iterator[Hit]:
    """How old somebody is: "turned 47", "34 years old"; not beside a word for a thing that grows old."""
    for match in _AGE.finditer(text):
        kind = match.lastgroup or ""
        if 0 < int(match[kind]) <= 120 and not (kind == "old" and beside(text, *match.span(), _THING)):
            yield *match.span(kind), 0.6


def titles(text: str) -> Iterator[Hit]:
    """Forms of address before a name; they tell sex and standing."""
    return ((*match.span(match.lastgroup or ""), 0.5) for match in _TITLE.finditer(text))


def nationalities(text: str) -> Iterator[Hit]:
    """Words for where somebody is from; not those for a language ("in German") or a thing ("French fries")."""
    for match in _PLAIN_WORD.finditer(text):
        start, end = match.span()
        if match[0].lower() in _NATIONALITIES:
            said = _LANGUAGE.search(text, max(0, start - 12), start) or _THING_OF.match(text, end)
            if not said:
                yield start, end, 0.5
