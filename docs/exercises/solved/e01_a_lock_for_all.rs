//! Exercise of chapter 01. Ten threads, one lock, and they do wait one after another. What is wrong with this lock?
//!
//! This is the GIL as many people imagine it: who has the lock keeps it while it waits for its answer. CPython does not. Mend
//! `fetch` so that it computes only while it holds the lock, and waits only while it does not.
//!
//! Hint: the lock is held as long as its guard lives. `drop(guard)` ends that, and `lock.lock()` gives a new one.
//!
//! The solution is in docs/exercises/solved/e01_a_lock_for_all.rs.

use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// A server that answers nobody before all have asked. It gives up after a while, and says whether it came to that.
struct Server {
    asked: Mutex<usize>,
    all: Condvar,
}

impl Server {
    fn answer(&self, clients: usize) -> bool {
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        self.all.notify_all();
        let limit = Duration::from_millis(500);
        let (_asked, waited) =
            self.all.wait_timeout_while(asked, limit, |asked| *asked < clients).unwrap();
        !waited.timed_out()
    }
}

/// The lock, and how many computations are done under it.
type Gil = Mutex<usize>;

fn fetch(gil: &Gil, server: &Server, clients: usize) -> bool {
    let mut computed = gil.lock().unwrap();
    *computed += 1; // the request is put together
    drop(computed);
    let answered = server.answer(clients);
    *gil.lock().unwrap() += 1; // the answer is taken apart
    answered
}

#[test]
fn e01_three_threads_wait_at_once_although_there_is_one_lock() {
    let (gil, server) = (Gil::new(0), Server { asked: Mutex::new(0), all: Condvar::new() });
    let answered = thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(|| fetch(&gil, &server, 3)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(
        answered, [true; 3],
        "the server waited for all three to ask, and they came one by one: a lock was held during a wait"
    );
    assert_eq!(*gil.lock().unwrap(), 6, "all computing is done, and under the lock");
}
