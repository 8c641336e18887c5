# SPDX-License-Identifier: Apache-2.0
"""Imports of dependencies that cost seconds and do nothing here are spared, before anything asks for them."""

import gc
import os
import sys
from types import ModuleType


class Traceloop:
    """Stands for the telemetry SDK that Chainlit's data client imports and we never use."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("Rapport sends no telemetry.")


def spare_imports() -> None:
    """Costs nothing; call it first in a process that will serve.

    `rfc3987_syntax` builds a grammar for 1.5 s so that jsonschema can check IRIs, which nobody asks for;
    jsonschema does without where it is missing. `traceloop.sdk` is telemetry and costs 1.1 s. More
    threads in OpenBLAS only get in each other's way on few cores. A turn hops to the stores' threads a
    dozen times: they wait 1 ms at most for the interpreter, not 5. Looking for garbage among three thousand
    modules while they load costs 1 s and finds none; Python's 700 new objects are too few to look for it.
    """
    gc.set_threshold(50_000, 20, 50)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.setswitchinterval(0.001)
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None means: not to be had
    if "traceloop" not in sys.modules:
        sdk = ModuleType("traceloop.sdk")
        sdk.Traceloop = Traceloop  # type: ignore[attr-defined]
        sys.modules.update({"traceloop": ModuleType("traceloop"), "traceloop.sdk": sdk})
