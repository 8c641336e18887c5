# SPDX-License-Identifier: Apache-2.0
"""What keys, tokens and passwords look like."""

import re
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
    r"""\b(?:pass[ _-]?(?:word|wd|phrase|code)|pwd|pin(?:[ ]?(?:code|number))?|secret(?:[ _-]?key)?|api[ _-]?key
    |(?:access|auth|bearer|refresh|session)[ _-]?(?:token|key)|client[ _-]?secret|private[ _-]?key|passwort|kennwort
    |contraseña|clave|mot[ ]de[ ]passe|senha|parola[ ]d'ordine)["']?
    (?P<link>\s*(?::=|=>|->|[:=])\s*|\s+(?:is|was|ist|es|est|è|é)(?:[ ]now)?(?:\s*:)?\s+)
    (?P<quote>["'`]?)(?P<value>[^\s"'`<>]{3,256})""",
    re.IGNORECASE | re.VERBOSE,
)
_SAID = re.compile(r"\b(?:my|our|the|meine?|mein|mi|mon|minha|mia)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)


def keys(text: str) -> Iterator[tuple[int, int, float]]:
    """Keys that providers issue, tokens and private keys: their shape alone tells."""
    return ((*match.span(), 1.0) for match in _KEYS.finditer(text))


def passwords(text: str) -> Iterator[tuple[int, int, float]]:
    """What somebody calls a password, PIN, secret or token: "my password is ...", "api_key=..."."""
    for match in _ASSIGNED.finditer(text):
        value = match["value"].rstrip(".,;!?)")
        said = bool(_SAID.search(text, max(0, match.start() - 40), match.start()))
        if len(value) > 2 and value.lower() not in NOT_SECRETS and (said or match["quote"] or _dense(value)):
            start = match.start("value")
            yield start, start + len(value), 0.6


def _dense(value: str) -> bool:
    """Whether it is no plain word: a digit, a sign, or capitals inside."""
    return (
        any(char.isdigit() for char in value) or not value.replace("-", "").isalpha() or value[1:] != value[1:].lower()
    )
