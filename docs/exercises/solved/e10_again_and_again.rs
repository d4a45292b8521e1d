//! Exercise of chapter 10. A download that has been at its beginning for ever.
//!
//! `watch` polls a download once in each round and draws a dot while it is not there. Somebody put the making of the future
//! inside the loop, since the compiler would not let them use it twice. So each round begins anew. Mend `watch`; the test
//! stays as it is.
//!
//! Hint: `pin!` it once, before the loop. `poll` takes a `Pin<&mut _>` by value, and `as_mut()` lends one for each round.
//!
//! The solution is in docs/exercises/solved/e10_again_and_again.rs.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Three pieces, each of which has to be waited for. Counts how many have come.
async fn download(pieces: &Cell<u32>) -> &'static str {
    for _ in 0..3 {
        let mut polled = false;
        poll_fn(
            |_| if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending },
        )
        .await;
        pieces.set(pieces.get() + 1);
    }
    "the whole page"
}

/// Gives the page, and one dot for each round in which it was not there; or gives up after a hundred.
fn watch(pieces: &Cell<u32>) -> (Option<&'static str>, String) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut dots = String::new();
    let mut page = pin!(download(pieces));
    for _ in 0..100 {
        match page.as_mut().poll(&mut cx) {
            Poll::Ready(page) => return (Some(page), dots),
            Poll::Pending => dots.push('.'),
        }
    }
    (None, dots)
}

#[test]
fn e10_a_future_that_is_polled_again_goes_on_where_it_waited() {
    let pieces = Cell::new(0);
    let (page, dots) = watch(&pieces);
    assert_eq!(
        page,
        Some("the whole page"),
        "a hundred futures were begun and thrown away, and none was polled twice"
    );
    assert_eq!(
        (dots.as_str(), pieces.get()),
        ("...", 3),
        "one dot for each wait, and each piece once"
    );
}
