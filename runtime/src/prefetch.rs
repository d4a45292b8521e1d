//! How does memory get nearer before it is needed? The processor is asked for it, and does not wait for it.

/// Asks for the first bytes of `what`. It changes nothing but when the next look at them is quick; where this is not known how to
/// ask, it does nothing at all.
#[inline(always)]
pub(crate) fn prefetch<T: ?Sized>(what: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing into the program and never faults, whatever the address (Intel's manual, volume 2,
        // PREFETCHh); each x86-64 processor has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = what;
}
