# SPDX-License-Identifier: Apache-2.0
"""Names of persons, places and organizations: by a model of our own, or by one that the operator has."""

from guards.names.certain import certain
from guards.names.finder import Names, open_names, open_recognizer
from guards.names.model import KINDS, LABELS, NameModel, load

__all__ = ["KINDS", "LABELS", "NameModel", "Names", "certain", "load", "open_names", "open_recognizer"]
