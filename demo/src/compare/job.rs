//! What is done ten times? A request, which only waits, or a computation, which only computes.

use std::future::Future;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use runtime::io::{AsyncReadExt, AsyncWriteExt};

use super::global_lock::Turn;

/// A plain GET, the same bytes in each way, so that nothing but the way makes the difference.
pub(super) struct Request {
    pub(super) address: SocketAddr,
    pub(super) path: String,
}

impl Request {
    fn text(&self) -> String {
        let Request { address, path } = self;
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
    }

    /// With a blocking socket: this thread stands still until the answer is there.
    pub(super) fn send(&self) -> io::Result<()> {
        let mut socket = TcpStream::connect(self.address)?;
        socket.write_all(self.text().as_bytes())?;
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer)?;
        check(&answer)
    }

    /// The same under the lock, which is let go of around every call that waits.
    pub(super) fn send_in_turn(&self, turn: &mut Turn<'_>) -> io::Result<()> {
        let mut socket = turn.wait_for(|| TcpStream::connect(self.address))?;
        let text = self.text();
        turn.wait_for(|| socket.write_all(text.as_bytes()))?;
        let mut answer = Vec::new();
        turn.wait_for(|| socket.read_to_end(&mut answer))?;
        check(&answer)
    }

    /// The same on the runtime: only this task stands still.
    pub(super) fn send_async(&self) -> impl Future<Output = io::Result<()>> + 'static {
        let (address, text) = (self.address, self.text());
        async move {
            let mut socket = runtime::net::TcpStream::connect(address).await?;
            socket.write_all(text.as_bytes()).await?;
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer).await?;
            check(&answer)
        }
    }
}

fn check(answer: &[u8]) -> io::Result<()> {
    if answer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(());
    }
    let begin = String::from_utf8_lossy(&answer[..answer.len().min(40)]).into_owned();
    Err(io::Error::other(format!("the embedded server answered with {begin:?}")))
}

/// Arithmetic that depends on itself, so that nothing can be left out.
#[derive(Clone, Copy)]
pub(super) struct Computation {
    steps: u64,
}

/// So many steps are short enough to look at the clock in between.
const SLICE: u64 = 50_000;

impl Computation {
    /// As many steps as take `time` on this machine now.
    pub(super) fn that_takes(time: Duration) -> Computation {
        let begun = Instant::now();
        let mut steps = 0;
        while begun.elapsed() < Duration::from_millis(50) {
            slice(SLICE);
            steps += SLICE;
        }
        let pace = steps as f64 / begun.elapsed().as_secs_f64();
        Computation { steps: (pace * time.as_secs_f64()) as u64 }
    }

    pub(super) fn run(self) -> io::Result<()> {
        self.slices().for_each(slice);
        Ok(())
    }

    pub(super) fn run_in_turn(self, turn: &mut Turn<'_>) -> io::Result<()> {
        for steps in self.slices() {
            slice(steps);
            turn.switch();
        }
        Ok(())
    }

    /// On the runtime, stepping aside in between so that the other tasks get their turns.
    pub(super) async fn run_async(self) -> io::Result<()> {
        for steps in self.slices() {
            slice(steps);
            runtime::yield_now().await;
        }
        Ok(())
    }

    pub(super) async fn run_on_a_helper(self) -> io::Result<()> {
        runtime::spawn_blocking(move || self.run()).await?
    }

    fn slices(self) -> impl Iterator<Item = u64> {
        (0..self.steps).step_by(SLICE as usize).map(move |done| SLICE.min(self.steps - done))
    }
}

fn slice(steps: u64) {
    let mut number = black_box(88_172_645_463_325_252_u64);
    for _ in 0..steps {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    black_box(number);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slices_of_a_computation_are_all_of_it() {
        for steps in [0, 1, SLICE, SLICE + 1, 10 * SLICE - 1] {
            assert_eq!(Computation { steps }.slices().sum::<u64>(), steps);
        }
    }
}
