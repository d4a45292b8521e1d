//! How is a value of user code dropped, when its destructor may panic?

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Drops `value`. If that panics, the panic hook has told about it, and the loop goes on with the other tasks.
pub(crate) fn discard<T>(value: T) {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(value)));
    if let Err(payload) = dropped
        && let Err(stubborn) = catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        // A panic's payload that panics when it is dropped: there is no third chance.
        mem::forget(stubborn);
    }
}
