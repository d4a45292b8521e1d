"""Do ten threads fetch one after another? Ten blocking requests, first one by one, then each on a thread of its own."""

import sys
import time
from threading import Thread
from urllib.request import ProxyHandler, build_opener

from slow_server import slow_server

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10


def fetch(url):
    # It blocks, as requests.get does. Without the proxies of the environment, for the server is on this machine.
    with build_opener(ProxyHandler({})).open(url) as response:
        response.read()


def in_turn(url):
    for _ in range(COUNT):
        fetch(url)


def on_threads(url):
    threads = [Thread(target=fetch, args=(url,)) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


print("Python", sys.version.split()[0], "-", COUNT, "requests, each answered after 1 s")
with slow_server() as url:
    # One by one, a thousand would take a thousand seconds.
    for way in (in_turn, on_threads) if COUNT <= 10 else (on_threads,):
        begun = time.perf_counter()
        way(url)
        print(f"{way.__name__:12} {time.perf_counter() - begun:6.2f} s")
