"""The same ten requests on one thread with aiohttp, if that is installed: pip install aiohttp."""

import asyncio
import sys
import time

from slow_server import slow_server

try:
    import aiohttp
except ImportError:
    sys.exit("aiohttp is not installed; with_asyncio.py shows the same without it")

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10


async def fetch(session, url):
    async with session.get(url) as response:
        await response.read()
        return response.status


async def main(url):
    # aiohttp allows 100 connections at once unless it is told otherwise.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(fetch(session, url) for _ in range(COUNT)))


print("Python", sys.version.split()[0], "- aiohttp", aiohttp.__version__, "-", COUNT, "requests, each answered after 1 s")
with slow_server() as url:
    begun = time.perf_counter()
    asyncio.run(main(url))
    print(f"aiohttp      {time.perf_counter() - begun:6.2f} s")
