"""What does a debugger show of Onethread? The moments of the loop, and the tables behind them.

`onethread_gdb.py` and `onethread_lldb.py` are the two ways in. Both give what they read to the same three files:

    story    what is said at a moment, and the tables      one sentence, the queue, the timers, the reactor
    state    what is in the runtime                        tasks, tickets, names
    memory   how a Rust value is read                      Rc, Cell, Vec, Slab, HashMap, by their fields alone

Everything is read from memory and nothing is called in the program, so that looking changes nothing.
"""
