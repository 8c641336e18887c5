# SPDX-License-Identifier: Apache-2.0
"""What goes, goes everywhere: rows, words in texts, and a receipt for it."""
