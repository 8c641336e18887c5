# SPDX-License-Identifier: Apache-2.0
"""What a sentence says of its person, and what that does to what is known."""
