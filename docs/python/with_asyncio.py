"""The same ten requests on one thread: asyncio, with nothing but what comes with Python."""

import asyncio
import sys
import threading
import time

from slow_server import slow_server

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10


async def fetch(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /delay/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")


async def main(url):
    port = int(url.split(":")[2].split("/")[0])
    await asyncio.gather(*(fetch(port) for _ in range(COUNT)))


print("Python", sys.version.split()[0], "-", COUNT, "requests, each answered after 1 s")
with slow_server() as url:
    begun = time.perf_counter()
    asyncio.run(main(url))
    print(f"asyncio      {time.perf_counter() - begun:6.2f} s  on {threading.active_count()} thread")
