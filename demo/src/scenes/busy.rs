//! Who is polled, if nobody can say that it is worth it? Everybody, all the time.
//!
//! **Real** are the futures and the executor in this file, which polls them round and round with a waker that does nothing.
//! **Modelled** is the clock, so that every run is the same: each poll is set to take a millisecond.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use runtime::observe::TaskId;

use super::model::Model;
use super::{Scene, Text};
use crate::trace::Trace;

pub(super) const SCENE: Scene = Scene {
    name: "busy",
    question: Text {
        en: "Who is polled, if there are no wakers?", zh: "没有 waker，该 poll 谁？"
    },
    story: Text {
        en: "The simplest executor there is asks every future again and again. It is right, and it never sleeps: look how \
             many polls give nothing, and that the loop does not park once. With ten thousand futures, each would be asked \
             in vain ten thousand times as often. A waker is what says that asking is worth it now.",
        zh: "最简单的执行器一遍又一遍地问每个 future。结果没有错，只是它从不睡觉：看看有多少次 poll 白费，循环一次也没有\
             停下。waker 就是用来说“现在值得问了”的。",
    },
    repeats: true,
    source: (file!(), include_str!("busy.rs")),
    run,
};

type Task<'a> = (TaskId, Pin<Box<dyn Future<Output = ()> + 'a>>);

fn run() -> io::Result<Trace> {
    let model = Model::new();
    let done = Cell::new(0);
    let all_done = poll_fn(|_| if done.get() == 3 { Poll::Ready(()) } else { Poll::Pending });
    let mut tasks: Vec<Task<'_>> = vec![(TaskId::ROOT, Box::pin(all_done))];
    for (number, millis) in [(1, 6), (2, 10), (3, 14)] {
        model.starts(TaskId(number), &format!("until {millis} ms"));
        tasks.push((TaskId(number), Box::pin(until(&model, millis, &done))));
    }
    poll_everybody(&model, tasks);
    model.trace()
}

/// The executor.
fn poll_everybody(model: &Model, mut tasks: Vec<Task<'_>>) {
    let mut cx = Context::from_waker(Waker::noop());
    while !tasks.is_empty() {
        tasks.retain_mut(|(id, future)| {
            model.runs(*id);
            model.pass(Duration::from_millis(1));
            let polled = future.as_mut().poll(&mut cx);
            match polled {
                Poll::Pending => model.waits(*id, "the clock", false),
                Poll::Ready(()) => model.ends(*id),
            }
            polled.is_pending()
        });
    }
}

/// Looks at the clock when it is asked, and keeps no waker.
async fn until(model: &Model, millis: u64, done: &Cell<u32>) {
    let time = Duration::from_millis(millis);
    poll_fn(|_| if model.now() >= time { Poll::Ready(()) } else { Poll::Pending }).await;
    done.set(done.get() + 1);
}
