# SPDX-License-Identifier: Apache-2.0
"""Where somebody lives: streets with a number in the forms of fifteen languages, post boxes, post codes."""

import re
from collections.abc import Iterator

from guards.patterns.cues import GAP, Hit

_NOT_STREET = (
    r"(?!(?:in|on|the|of|a|an|at|to|and|or|up|down|my|this|that|is|are|was|for|more|from|by|per|with|about|days?"
    r"|weeks?|months?"
    r"|minutes?|hours?|miles?|km|steps|people|years?|times?|am|pm|x|items?|orders?|units?|boxes|pieces|percent"
    r"|euros?|dollars?|only|one|each|every|different|other|new|free)\b)"
)
_CAP = r"(?-i:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-Ω])[\w'’.-]*"
_WORD = r"[^\W\d_][\w'’.-]*"
_UNIT = (
    r"(?:apt|apartment|suite|ste|unit|flat|floor|room|bldg|building|wohnung|piso|puerta|appartement|interno|andar"
    r"|\#)\.?\s*[\w-]{1,6}"
)
_AMERICAN = r"(?-i:(?:,\s*|\s+)(?:[A-Z][\w'.-]*\s?){1,3},?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b)"
_SURE = r"street|avenue|boulevard|blvd|parkway|pkwy|highway|hwy|turnpike|crescent|terrace|mews"
_SHORT = (
    r"st|ave|road|rd|lane|ln|drive|dr|court|ct|square|sq|close|row|gardens|way|place|pl|plaza|alley|path|circle"
    r"|cir|trail|hill|grove|green|point"
)
_RARER = (
    r"branch|bridge|brook|bypass|canyon|causeway|cliffs?|commons?|corner|cove|creek|crest|crossing|dale|estates?"
    r"|expressway"
    r"|extension|fields?|flats?|ford|forest|forge|fork|fort|freeway|glens?|harbou?rs?|haven|heights|hills?|hollow"
    r"|islands?"
    r"|isle|junction|knolls?|lakes?|landing|lodge|loop|manor|meadows?|mills?|motorway|mount|mountains?|orchard"
    r"|oval|overpass"
    r"|park|passage|pike|plains?|ranch|rapids?|ridges?|river|route|shores?|skyway|springs?|spur|stream|summit"
    r"|throughway"
    r"|trace|trafficway|tunnel|turnpike|underpass|valleys?|viaduct|village|ville|vista|wall"
)
_ENGLISH = (
    rf"\d{{1,5}}[a-z]?(?:-\d{{1,5}})?,?\s+(?:[nsew]{{1,2}}\.?\s+)?"
    rf"(?:(?:{_NOT_STREET}{_WORD}\s+){{1,3}}(?:{_SURE}|st|ave|rd|ln|dr|road|lane|drive)"
    rf"|(?:{_CAP}\s+){{1,3}}(?-i:(?i:{_SHORT}|{_RARER})))(?![\w'’])\.?"
    rf"(?:,?\s+{_UNIT})?(?:{_AMERICAN})?"
)
_ORDINAL = rf"\d{{1,5}}\s+(?:[nsew]\.?\s+)?\d{{1,3}}(?:st|nd|rd|th)\s+(?:{_SURE}|{_SHORT})\b\.?(?:,?\s+{_UNIT})?"
_ENDING = (
    r"[\w.-]*(?:straße|strasse|str\.|gasse|weg|platz|allee|ring|damm|ufer|steig|chaussee|straat|laan|plein|gracht"
    r"|kade|dijk|dreef"
    r"|gatan|vägen|gränd|gata|gate|vegen|veien|vej|gade|stræde|allé|katu|tie|kuja|polku|utca|köz)"
)
_GERMANIC = (
    rf"(?:{_CAP}[ -]){{0,2}}(?-i:[A-ZÀ-ÖØ-Þ]){_ENDING}\s+\d{{1,4}}(?:[a-z]"
    rf"|[ ][a-f])?\b(?:\s?[-/]\s?\d{{1,4}}(?:[a-z]|[ ][a-f])?\b)?"
    rf"(?:,?\s+(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:\s?(?-i:[A-Z]{{2}})\b)?\s+{_CAP})?"
)
_SPACED = (
    rf"(?:{_CAP}\s+){{1,3}}(?:straße|strasse|str\.|gasse|weg|platz|allee|ring|u\.|utca|út|útja|tér|ulice"
    rf"|n[áa]m[ěe]st[íi]|caddesi|cad\.|sokak|sok\.)"
    r"\s+(?:no[.:]?\s*)?\d{1,4}(?:[a-z]|[ ][a-f])?\b\.?"
)
_AFTER_KIND = (
    rf"(?:(?:ul|al|pl|os)\.|ulica|aleja|strada|str\.|bulevardul|ulitsa|calle|c/|avda?\.|avenida|paseo|camino"
    rf"|carretera|ronda|rua|r\.|travessa|largo|estrada"
    rf"|alameda|via|viale|piazza|piazzale|corso|vicolo|largo|rue|boulevard|chemin|impasse|quai|allée|λεωφόρος|οδός)\s+"
    rf"(?:(?:de|del|della|dello|dei|degli|delle|da|do|dos|das|d[’']|la|las|los|le|les|du|des|von|św\.|gen\."
    rf"|ks\.)\s*){{0,3}}"
    rf"{_CAP}(?:\s+(?:(?:de|del|da|do|dos|di|e|y|la)\s+){{0,2}}{_CAP}){{0,4}},?\s+(?:n[.ºo°]{{1,2}}\s?"
    rf"|num[.]?\s?)?\d{{1,4}}(?:[a-z]|[ ][a-f])?\b(?:/\d{{1,4}})?"
)
_FRENCH = (
    r"\d{1,4},?\s+(?:bis\s+|ter\s+)?(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|quai|allée|cours|square"
    r"|route)\s+"
    rf"(?:(?:de|du|des|la|le|les|l[’']|d[’']|aux?)\s*){{0,3}}{_CAP}(?:[\s-]+(?:(?:de|du|des|la"
    rf"|et)[\s-]+){{0,2}}{_CAP}){{0,3}}"
    rf"(?:,?\s+\d{{5}}\s+{_CAP})?"
)
_BOX = (
    r"p\.?\s?o\.?\s*box\s+\d{1,6}|postfach\s+\d{1,6}|apartado(?:\s+de\s+correos)?\s+\d{1,6}"
    r"|bo[iî]te\s+postale\s+\d{1,6}|casella\s+postale\s+\d{1,6}|caixa\s+postal\s+\d{1,6}"
)
_MILITARY = (
    r"(?:psc|unit|cmr|uss|usns|usnv"
    r"|uscgc)\s+[\w.'-]{1,24}(?:,?\s+box\s+\d{1,6})?[,\s]{1,3}[afd]po,?\s+a[aep]\s+\d{5}(?:-\d{4})?"
)
_CORNER = (
    rf"(?:the\s+)?corner\s+of\s+(?!(?:the|a|my|our|your|his|her|this|that|each)\b)(?:(?:{_WORD}"
    rf"|\d{{1,4}})\s+){{1,4}}?and\s+"
    rf"(?:{_CAP}(?:\s+{_CAP}){{0,2}}|{_NOT_STREET}{_WORD}(?:\s+{_NOT_STREET}{_WORD})?)"
)
_WITH_UNIT = (
    rf"\d{{1,5}}\s+(?:\d{{1,5}}\s+)?(?:{_CAP}\s+){{1,4}}(?:\d{{1,4}}[a-z]?,?\s+)?(?:apt|suite|ste"
    rf"|unit)\.?\s+\d{{1,4}}\b"
)
_STREET = re.compile(
    (
        rf"(?<![\w.])(?:{_MILITARY}|{_ORDINAL}|{_WITH_UNIT}|{_ENGLISH}|{_FRENCH}|{_AFTER_KIND}|{_GERMANIC}"
        rf"|{_SPACED}|{_BOX}|{_CORNER})"
    ),
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"\d[\w-]{0,5},?\s+\S|box|fach|apartado|corner\s+of|psc|unit|"
    r"(?:ße|sse|str\.|weg|latz|llee|ring|damm|ufer|steig|straat|laan|lein|acht|dijk|gatan|gata|gade|gate|ägen|eg"
    r"|vej|katu|tie|kuja|utca|u\.|út|tér)\s+(?:no[.:]?\s*)?\d"
    r"|(?:ul|al|pl|os|str|c|av|r)[./]|via|calle|avenida|paseo|rua|piazz|corso|viale|strada",
    re.IGNORECASE,
)
_CODE_WORD = (
    r"(?:zip(?:\s*code)?|post(?:al)?\s*code|plz|postleitzahl|c[óo]digo\s+postal|code\s+postal|cap|cep|postnummer"
    r"|postcode)"
)
_CODE = re.compile(
    rf"(?<![^\W_]){_CODE_WORD}{GAP}(?P<cued>(?=[A-Z]{{0,4}}\d)[A-Z]{{0,2}}-?\d[\dA-Z](?:[ -]?[\dA-Z]){{1,7}})(?![\w])"
    r"|(?<![\w-])(?-i:(?P<british>(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]"
    r"|[A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2})))(?![\w-])"
    r"|(?<![\w-])(?-i:(?P<canadian>[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d))(?![\w-])"
    r"|(?<![\w-])(?-i:(?P<dutch>[1-9]\d{3} [A-Z]{2}(?= +[A-Z][a-z])))"
    r"|(?<![\w-])(?-i:(?P<prefixed>(?:(?:D|F|I|E|S)-\d{5}|(?:A|CH|B|NL|DK|L)-\d{4})(?= +[A-ZÄÖÜÅØÉ][a-zà-ÿ])))(?![\w-])"
    r"|(?-i:(?:(?<=, )|(?<=[a-z] ))(?P<american>(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]"
    r"|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?))(?![\w-])",
    re.IGNORECASE,
)  # fmt: skip


def streets(text: str) -> Iterator[Hit]:
    """Street addresses with a house number, corners, post boxes and military addresses."""
    if _STARTS.search(text):
        yield from ((*match.span(), 0.6) for match in _STREET.finditer(text))


def post_codes(text: str) -> Iterator[Hit]:
    """Post codes after a word for one, and those whose form alone tells, such as a state with its ZIP."""
    for match in _CODE.finditer(text):
        kind = match.lastgroup or ""
        yield *match.span(kind), 0.6 if kind == "cued" else 0.5
