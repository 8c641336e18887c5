# SPDX-License-Identifier: Apache-2.0
"""Attacks on the assistant: rules, decoded readings and a classifier, behind one screen."""

from guards.injection.classifier import Encodes
from guards.injection.screen import Screen, Suspicion
from guards.injection.weights import open_screen

__all__ = ["Encodes", "Screen", "Suspicion", "open_screen"]
