//! What does a program wait for that hangs? Its recording tells, also while it hangs.
//!
//! ```text
//! cargo run -p demo --example hang          it hangs: leave it in its terminal, or end it with Ctrl-C
//! cargo run -- lint hang.trace
//! ```

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use runtime::time::sleep;
use runtime::{Runtime, join, spawn_named};

/// A basket for one letter. The mistake is in `take`.
#[derive(Default)]
struct Basket {
    letter: Cell<Option<String>>,
    reader: RefCell<Option<Waker>>,
}

impl Basket {
    fn put(&self, letter: &str) {
        self.letter.set(Some(letter.into()));
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    async fn take(&self) -> String {
        poll_fn(|_cx| match self.letter.take() {
            Some(letter) => Poll::Ready(letter),
            None => {
                // Here the waker should be left: self.reader.replace(Some(_cx.waker().clone()));
                runtime::waits_for("a letter");
                Poll::Pending
            }
        })
        .await
    }
}

fn main() -> io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or("hang.trace".into());
    let rt = Runtime::builder().record(&file)?.build()?;
    println!("this hangs; ask why: cargo run -- lint {file}");
    rt.block_on(async {
        let basket = Rc::new(Basket::default());
        let same = basket.clone();
        let reader = spawn_named("reader", async move { println!("read: {}", same.take().await) });
        let writer = spawn_named("writer", async move {
            sleep(Duration::from_millis(10)).await;
            basket.put("hello");
        });
        let _ = join(reader, writer).await;
    });
    Ok(())
}
