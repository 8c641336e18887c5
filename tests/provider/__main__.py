# SPDX-License-Identifier: Apache-2.0
"""`python -m tests.provider --port N`: the loopback provider as its own process.

POST /script {"model": ..., "replies": [{"kind": ...}, ...]} sets what a model answers next; GET /received
gives every request's raw bytes in base64; GET /counts gives requests by model and disconnects.
"""

import argparse
import asyncio

from tests.provider.server import open_provider


async def serve(port: int) -> None:
    """Serves until the process ends; prints the API base first, for whoever started it to read."""
    async with open_provider(port) as provider:
        print(provider.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))
