"""And if the threads compute? Ten computations, first one by one, then each on a thread, then each in a process."""

import os
import sys
import time
from multiprocessing import Process
from threading import Thread

COUNT = 10


def compute(steps):
    number = 88172645463325252
    for _ in range(steps):
        number ^= (number << 13) & 0xFFFFFFFFFFFFFFFF
        number ^= number >> 7
        number ^= (number << 17) & 0xFFFFFFFFFFFFFFFF


def in_turn(steps):
    for _ in range(COUNT):
        compute(steps)


def on_threads(steps):
    all_of_them(Thread, steps)


def in_processes(steps):
    all_of_them(Process, steps)


def all_of_them(kind, steps):
    workers = [kind(target=compute, args=(steps,)) for _ in range(COUNT)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    lock = "with" if getattr(sys, "_is_gil_enabled", lambda: True)() else "without"
    print("Python", sys.version.split()[0], lock, "the GIL -", COUNT, "computations on", os.cpu_count(), "cores")
    for way in (in_turn, on_threads, in_processes):
        begun = time.perf_counter()
        way(500_000)
        print(f"{way.__name__:12} {time.perf_counter() - begun:6.2f} s")
