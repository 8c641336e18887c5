# SPDX-License-Identifier: Apache-2.0
"""Documents that may be cited: read, cut into passages, matched."""
