# SPDX-License-Identifier: Apache-2.0
"""Where memories are kept: SQL, its tables, and a person's seal."""
