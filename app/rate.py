# SPDX-License-Identifier: Apache-2.0
"""How much of something may happen in a minute."""


class MovingWindow:
    """Counts by key over the last minute, in memory or in Redis by URL."""

    def __init__(self, url: str, per_minute: int) -> None:
        from limits import RateLimitItemPerMinute
        from limits.aio.strategies import MovingWindowRateLimiter
        from limits.storage import storage_from_string

        self._limiter = MovingWindowRateLimiter(storage_from_string(url))
        self._item = RateLimitItemPerMinute(per_minute)

    async def hit(self, *key: str) -> bool:
        """Counts one more for this key; False when there were too many in the last minute."""
        return bool(await self._limiter.hit(self._item, *key))
