# SPDX-License-Identifier: Apache-2.0
"""How memories are ranked for a message: words, meaning, time and what comes with a hit."""
