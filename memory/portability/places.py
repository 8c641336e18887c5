# SPDX-License-Identifier: Apache-2.0
"""Where an episode stands: its turn's number times STEP, and its place within the turn."""

STEP = 100
"""Places that a turn has for its messages and episodes."""
THINNED = 50
"""Places from here on are those of episodes that were consolidated."""
SUMMARY = 99
"""The place of a summary, in the last turn that it sums up."""
