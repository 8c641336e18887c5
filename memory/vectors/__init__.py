# SPDX-License-Identifier: Apache-2.0
"""The vector index, derived from SQL: kept, healed, and shredded."""
