# SPDX-License-Identifier: Apache-2.0
"""A memory as a file: out and in."""
