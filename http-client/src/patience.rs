//! How long may nothing come or go? A time limit that begins anew whenever something has moved.
//!
//! The timer is not set anew with each byte, which would cost more than the byte: when it ends, the wait goes on for what
//! is left since the last one. `connection` waits like this for everything.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use runtime::time::{Sleep, now, sleep};

use crate::error::{Fault, Kind};

/// Waits for `poll`, which also says whether anything has moved since it was last asked.
pub(crate) fn while_it_moves<T>(
    patience: Duration,
    mut poll: impl FnMut(&mut Context<'_>) -> (Poll<Result<T, Fault>>, bool),
) -> impl Future<Output = Result<T, Fault>> {
    let mut silence = None;
    poll_fn(move |cx| {
        let (polled, moved) = poll(cx);
        if polled.is_ready() || patience == Duration::MAX {
            return polled;
        }
        // Set aside, for few clients have this limit, and every request keeps room for it.
        let Silence { last, timer } = &mut **silence
            .get_or_insert_with(|| Box::new(Silence { last: now(), timer: sleep(patience) }));
        if moved {
            *last = now();
        }
        loop {
            ready!(Pin::new(&mut *timer).poll(cx));
            match last.checked_add(patience) {
                Some(end) if end <= now() => {
                    let cause = format!("time is up: nothing came or went for {patience:?}");
                    return Poll::Ready(Err(Fault::new(Kind::Timeout, cause)));
                }
                Some(end) => timer.reset(end),
                None => return Poll::Pending,
            }
        }
    })
}

/// What is known of it once something had to be waited for.
struct Silence {
    /// When something moved, or the waiting began.
    last: Instant,
    timer: Sleep,
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Runtime;

    const SECOND: Duration = Duration::from_secs(1);

    /// What comes of a wait, and after how many seconds, if something moves at each of these times and it is over at the
    /// last.
    fn waited(patience: Duration, moves: &[u32], over: u32) -> (bool, u64) {
        let runtime = Runtime::builder().paused_clock().build().unwrap();
        runtime.block_on(async {
            let start = now();
            let mut events: Vec<u32> = [moves, &[over]].concat();
            let mut next = sleep(SECOND * events[0]);
            let done = while_it_moves(patience, |cx| {
                let mut moved = false;
                while Pin::new(&mut next).poll(cx).is_ready() {
                    if events.len() == 1 {
                        return (Poll::Ready(Ok(())), true);
                    }
                    events.remove(0);
                    moved = true;
                    next.reset(start + SECOND * events[0]);
                }
                (Poll::Pending, moved)
            })
            .await;
            let is_timeout = done.is_err_and(|fault| fault.kind == Kind::Timeout);
            (is_timeout, (now() - start).as_secs())
        })
    }

    #[test]
    fn what_moves_now_and_then_may_take_as_long_as_it_likes() {
        assert_eq!(waited(5 * SECOND, &[4, 8, 12, 13, 17], 20), (false, 20));
        assert_eq!(waited(5 * SECOND, &[], 4), (false, 4));
    }

    #[test]
    fn silence_is_counted_from_the_last_move() {
        assert_eq!(waited(5 * SECOND, &[], 100), (true, 5));
        assert_eq!(waited(5 * SECOND, &[3], 100), (true, 8));
        assert_eq!(waited(5 * SECOND, &[1, 2, 3, 4, 9, 10], 100), (true, 15));
    }

    #[test]
    fn patience_without_end_has_none() {
        assert_eq!(waited(Duration::MAX, &[1], 1_000_000), (false, 1_000_000));
        assert_eq!(waited(Duration::MAX - SECOND, &[1], 1_000_000), (false, 1_000_000));
        assert_eq!(waited(Duration::ZERO, &[], 1), (true, 0));
    }
}
