//! Who calls poll? The smallest executor there is: it asks every future again and again, until each has said Ready.
//!
//! The same three visits once more, as an `async fn`. The compiler makes the enum. Taught in chapter 05.

mod line;
mod server;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use line::Line;

async fn visit(server: SocketAddr, name: &str) -> io::Result<String> {
    let mut line = Line::connect(server)?;
    send(&mut line, &format!("login {name}")).await?;
    let answer = hear(&mut line).await?;
    let key = answer.trim_start_matches("key ");
    send(&mut line, &format!("mail {key}")).await?;
    hear(&mut line).await
}

async fn send(line: &mut Line, text: &str) -> io::Result<()> {
    poll_fn(|_| if_not_too_early(line.try_send(text))).await
}

async fn hear(line: &mut Line) -> io::Result<String> {
    poll_fn(|_| if_not_too_early(line.try_hear())).await
}

fn if_not_too_early<T>(tried: io::Result<Option<T>>) -> Poll<io::Result<T>> {
    match tried {
        Ok(None) => Poll::Pending,
        Ok(Some(done)) => Poll::Ready(Ok(done)),
        Err(error) => Poll::Ready(Err(error)),
    }
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Executor number 1. Gives how often it polled.
fn run_all(mut tasks: Vec<Task<'_>>) -> u64 {
    let mut cx = Context::from_waker(Waker::noop());
    let mut polls = 0;
    while !tasks.is_empty() {
        tasks.retain_mut(|task| {
            polls += 1;
            task.as_mut().poll(&mut cx).is_pending()
        });
    }
    polls
}

fn main() -> io::Result<()> {
    let server = server::start()?;
    let begun = Instant::now();
    let say = |text: &str| println!("{:4} ms  {text}", begun.elapsed().as_millis());

    let failed = Cell::new(None);
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for name in ["ann", "ben", "cid"] {
        let visit = visit(server, name);
        tasks.push(Box::pin(async {
            match visit.await {
                Ok(answer) => say(&answer),
                Err(error) => failed.set(Some(error)),
            }
        }));
    }
    say("three futures are made, and nothing has begun");

    let polls = run_all(tasks);
    say(&format!("done, after {polls} polls, and the thread has not slept once"));
    say(&format!("each visit took {} bytes", size_of_val(&visit(server, "ann"))));
    failed.take().map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_before_the_first_poll_and_each_ready_future_is_polled_no_more() {
        let polled = Cell::new(0);
        let count = || async { polled.set(polled.get() + 1) };
        let tasks: Vec<Task<'_>> = vec![Box::pin(count()), Box::pin(count())];
        assert_eq!(polled.get(), 0);
        assert_eq!(run_all(tasks), 2);
        assert_eq!(polled.get(), 2);
    }

    #[test]
    fn a_future_that_needs_four_polls_gets_four() {
        let mut left = 3;
        let fourth = poll_fn(move |_| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        });
        assert_eq!(run_all(vec![Box::pin(fourth)]), 4);
    }
}
