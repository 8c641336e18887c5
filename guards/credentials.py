# SPDX-License-Identifier: Apache-2.0
"""What keys, tokens and passwords look like, and random strings beside a word for them."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from guards.everyday import NOT_SECRETS

_KEYS = re.compile(
    r"""(?<![A-Za-z0-9_])(?:
     (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}
    |gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_[A-Za-z0-9_]{22,255} | glpat-[\w-]{20,64}
    |xox[abeoprs]-[A-Za-z0-9-]{10,255} | xapp-\d-[A-Za-z0-9-]{10,255}
    |sk-(?:ant-|proj-|or-|svcacct-|admin-)?[A-Za-z0-9_-]{16,255} | [rsp]k_(?:live|test)_[A-Za-z0-9]{10,255}
    |whsec_[A-Za-z0-9]{16,255} | gsk_[A-Za-z0-9]{20,255} | xai-[A-Za-z0-9]{20,255} | r8_[A-Za-z0-9]{30,64}
    |AIza[\w-]{30,50} | ya29\.[\w-]{20,500} | hf_[A-Za-z0-9]{20,64} | npm_[A-Za-z0-9]{30,64}
    |GOCSPX-[\w-]{20,40} | dapi[a-f0-9]{32} | shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}
    |(?:SK|AC)[a-f0-9]{32} | key-[a-f0-9]{32}
    |hv[sb]\.[\w-]{24,255} | lin_api_\w{30,60} | (?:ntn|secret)_\w{40,60}
    |ATATT3[\w=-]{50,300} | sq0[a-z]{3}-[\w-]{22,43}
    |[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}
    |AGE-SECRET-KEY-1[A-Z0-9]{58} | pplx-\w{40,60} | tvly-\w{20,60}
    |figd_[\w-]{40,60} | EAA[A-Za-z0-9]{60,300} | sntrys_[\w+/=-]{40,300}
    |glsa_\w{32,60} | AccountKey=[A-Za-z0-9+/]{60,100}={0,2}
    |pypi-[\w-]{40,500} | SG\.[\w-]{16,64}\.[\w-]{16,128} | dop_v1_[a-f0-9]{40,64} | \d{8,10}:AA[\w-]{33}
    |eyJ[\w-]{8,4096}\.eyJ[\w-]{4,8192}(?:\.[\w-]{0,1024})?
    )(?![A-Za-z0-9])
    |https://hooks\.slack\.com/services/[\w/]{20,120}
    |-----BEGIN\ [A-Z ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?-----(?:(?!-----END)[\s\S]){0,16384}
     (?:-----END\ [A-Z ]{0,50}-----)?
    """,
    re.VERBOSE,
)
_ASSIGNED = re.compile(
    r"""(?<![^\W_])(?:pass[ _-]?(?:word|wd|wort|phrase|code)|pwd|pw|pass(?=\s*[:=])|puk
    |pin(?:[ ]?(?:code|number|nummer))?
    |secret(?:[ _-]?(?:access[ _-]?)?key)?|api[ _-]?(?:key|token|secret)
    |(?:access|auth|bearer|refresh|session|id|csrf|bot)[ _-]?(?:token|key)|client[ _-]?secret|private[ _-]?key
    |credentials?
    |(?:one[ -]?time|verification|security|login|2fa|sms
        |otp|auth(?:entication)?|recovery|backup)[ -]?(?:code|password)s?|otp|tan
    |kennwort|zugangscode|geheimzahl|contrase[ñn]a|clave(?:[ ]secreta)?
    |mot[ ]de[ ]passe|mdp|code[ ]secret|senha|palavra-passe
    |parola[ ]d'ordine|parola[ ]chiave|codice[ ]segreto|authorization)["']?
    (?P<link>\s*(?::=|=>|->|[:=])\s*(?:(?:basic|bearer|token)\s+)?
        |\s+(?:is|was|are|ist|lautet|war|es|era|est|è|é)(?:[ ]now|[ ]jetzt|[ ]ahora)?(?:\s*:)?\s+)
    (?P<quote>["'`]?)(?P<value>[^\s"'`<>]{3,256})""",
    re.IGNORECASE | re.VERBOSE,
)
_DENSE = re.compile(r"(?<![\w+/=.-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/-]{20,256}={0,2}(?![\w+/=-])")
_SECRET_WORD = re.compile(
    (
        r"(?<![^\W_])(?:key|token|secret|credential|password|passwort|auth|bearer|api|signature|cookie|session"
        r"|schlüssel|clave|clé|chiave|chave)s?(?![^\W_])"
    ),
    re.IGNORECASE,
)
_SUM_WORD = re.compile(
    (
        r"(?<![^\W_])(?:sha-?\d*|md5|commit|checksum|digest|fingerprint|hash|etag|uuid|guid|revision|tracking"
        r"|order|serial)(?![^\W_])"
    ),
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NEAR = 60
_CODE = re.compile(r"[A-Za-z_][\w.]*[(\[]|(?:[A-Za-z_]+\.)+[A-Za-z_]+$|Annotated|\$\{?\w")
_SAID = re.compile(r"\b(?:my|our|the|meine?|mein|mi|mon|minha|mia)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)


def keys(text: str) -> Iterator[tuple[int, int, float]]:
    """Keys that providers issue, tokens and private keys: their shape alone tells."""
    return ((*match.span(), 1.0) for match in _KEYS.finditer(text))


def passwords(text: str) -> Iterator[tuple[int, int, float]]:
    """What somebody calls a password, PIN, secret or token: "my password is ...", "api_key=..."."""
    for match in _ASSIGNED.finditer(text):
        value = match["value"].rstrip(".,;!?)")
        said = bool(_SAID.search(text, max(0, match.start() - 40), match.start()))
        code = not match["quote"] and _CODE.match(value)
        told = (said or match["quote"] or _dense(value)) and not code
        if told and len(value) > 2 and value.lower() not in NOT_SECRETS:
            start = match.start("value")
            yield start, start + len(value), 0.6


def dense_strings(text: str) -> Iterator[tuple[int, int, float]]:
    """Long random strings beside a word such as "key" or "token"; check sums, commits and UUIDs are none."""
    for match in _DENSE.finditer(text):
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if _SECRET_WORD.search(before) and not _SUM_WORD.search(before) and not _UUID.fullmatch(match[0]):
            bits = _bits(match[0])
            if bits >= 3.6 or (bits >= 3.0 and len(match[0]) >= 32):
                yield *match.span(), 0.6


def _bits(value: str) -> float:
    """Shannon entropy of a character of it; random base64 has about 4.5 at 30 characters, words 3.5."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


def _dense(value: str) -> bool:
    """Whether it is no plain word: a digit, a sign, or capitals inside."""
    return (
        any(char.isdigit() for char in value) or not value.replace("-", "").isalpha() or value[1:] != value[1:].lower()
    )
