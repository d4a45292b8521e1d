//! What does a message cost when many are under way? One task sends, one receives, and there is room for 128.
//!
//! Fair because each runtime uses the channel that its documentation points to; those that work across threads as well
//! (Tokio's, smol's, futures') pay for that, and their users have no other.

use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Channels, Compio, Epoll, Futures, Monoio, Onethread, Smol, Tokio};

const MESSAGES: usize = 500_000;
const ROOM: usize = 128;

const CHANNEL: &str = "A value put into the buffer and taken out again, with a wake only when one side finds it full or empty.";

pub(crate) fn row() -> Row {
    Row::new("channel", "ns", CHANNEL)
        .with("ours", channel::<Onethread>)
        .with("tokio", channel::<Tokio>)
        .with("smol", channel::<Smol>)
        .with("futures", channel::<Futures>)
        .with("monoio", channel::<Monoio<Epoll>>)
        .with("compio", channel::<Compio>)
}

fn channel<E: Channels>(scale: Scale) -> f64 {
    let messages = scale.of(MESSAGES);
    E::run(async |executor| {
        let (mut sender, mut receiver) = E::channel(ROOM);
        let start = cpu();
        let sending = executor.spawn(async move {
            for n in 0..messages {
                E::send(&mut sender, n).await;
            }
        });
        let receiving = executor.spawn(async move {
            let mut received = 0;
            while E::recv(&mut receiver).await.is_some() {
                received += 1;
            }
            received
        });
        E::join(sending).await;
        assert_eq!(E::join(receiving).await, messages);
        nanos_each(start, messages)
    })
}
