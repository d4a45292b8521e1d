//! How much of the true time was work? A thin strip: polls, the time in which the loop was parked, and the line of the clock.

use std::fmt::Write as _;
use std::time::Duration;

use super::both;
use super::lanes::open;
use crate::trace::event::Step;
use crate::trace::state::{State, Thread};
use crate::trace::why::length;

/// How fine the strip is.
pub(super) const SHARES: u128 = 100_000;

const HEIGHT: usize = 12;

/// Which part of `total` has passed at `time`.
pub(super) fn share(time: Duration, total: Duration) -> u128 {
    time.as_nanos() * SHARES / total.as_nanos().max(1)
}

/// The strip, and a sentence about it.
pub(super) fn of(steps: &[Step]) -> (String, String) {
    let total = steps.last().map_or(Duration::ZERO, |step| step.time);
    let mut state = State::default();
    let (mut polls, mut parks) = (String::new(), String::new());
    let (mut worked, mut slept) = (Duration::ZERO, Duration::ZERO);
    let mut begun = Duration::ZERO;
    for step in steps {
        let took = step.time.saturating_sub(state.time);
        let was = (state.thread, state.running);
        let (from, to) = (share(state.time, total), share(step.time, total));
        state.apply(step);
        match was {
            (Thread::Parked(_), _) => {
                slept += took;
                let _ = write!(parks, "M{from} 2H{to}v2H{from}zM{from} 7H{to}v2H{from}z");
            }
            (Thread::Running, Some(_)) => worked += took,
            (Thread::Running, None) => begun = step.time,
        }
        if was.1.is_some() && state.running.is_none() {
            // The shortest is still seen: it has an outline.
            let _ = write!(polls, "M{} 0V{HEIGHT}H{to}V0z", share(begun, total));
        }
    }
    let strip = format!(
        r#"{}<path class="own" d="M0 5h{SHARES}v1H0z"/><path class="parked" d="{parks}"/><path class="poll" d="{polls}"/></svg>"#,
        open(SHARES, HEIGHT)
    );
    (strip, summary(total, worked, slept))
}

fn summary(total: Duration, worked: Duration, slept: Duration) -> String {
    let whole = length(total);
    if worked.is_zero() {
        return both(
            &format!(
                "{whole} on a paused clock: it jumps from deadline to deadline, and work takes no time."
            ),
            &format!("暂停的时钟上共 {whole}：时钟从一个到期时刻跳到下一个，干活不占时间。"),
        );
    }
    let percent = |part: Duration| {
        let percent = format!("{:.1}", 100.0 * part.as_secs_f64() / total.as_secs_f64());
        percent.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    let (worked, slept) = (percent(worked), percent(slept));
    both(
        &format!("Of {whole} the tasks ran for {worked} %, and the thread slept for {slept} %."),
        &format!("全程 {whole}：任务运行占 {worked} %，线程睡眠占 {slept} %。"),
    )
}
