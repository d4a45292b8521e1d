"""What does a request cost in Python? The work of http_50 and delay_10, and one figure on stdout.

    peer.py {aiohttp,uvloop,requests} {cpu,wall} URL LANES EACH

`cpu` is the microseconds of CPU time of this process for each request, after one in each lane that does not count;
`wall` is the seconds that everything takes, connections and all.
"""

import asyncio
import sys
import threading
import time


async def with_aiohttp(url, lanes, each, cpu):
    import aiohttp

    async def lane(session, count):
        for _ in range(count):
            async with session.get(url) as response:
                assert response.status == 200
                assert len(await response.read()) == 13

    async def run(session, count):
        await asyncio.gather(*(lane(session, count) for _ in range(lanes)))

    # Its limit of a hundred connections would make the others wait in line.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        if cpu:
            await run(session, 1)
        figure = start(cpu, lanes * each)
        await run(session, each)
        return figure()


def with_threads(url, lanes, each, cpu):
    import requests

    # A session of requests is not made to be shared between threads.
    sessions = [requests.Session() for _ in range(lanes)]
    for session in sessions:
        session.trust_env = False

    def lane(session, count):
        for _ in range(count):
            response = session.get(url)
            assert response.status_code == 200
            assert len(response.content) == 13

    def run(count):
        threads = [threading.Thread(target=lane, args=(session, count)) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    if cpu:
        run(1)
    figure = start(cpu, lanes * each)
    run(each)
    return figure()


def start(cpu, count):
    """Starts the clock, and gives what reads it."""
    clock = time.process_time if cpu else time.perf_counter
    before = clock()
    return lambda: (clock() - before) * (1e6 / count if cpu else 1)


def main():
    name, clock, url, lanes, each = sys.argv[1:]
    work = url, int(lanes), int(each), clock == "cpu"
    match name:
        case "aiohttp":
            print(asyncio.run(with_aiohttp(*work)))
        case "uvloop":
            import uvloop

            print(uvloop.run(with_aiohttp(*work)))
        case "requests":
            print(with_threads(*work))
        case _:
            sys.exit(__doc__)


main()
