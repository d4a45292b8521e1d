//! Exercise of chapter 17: a program that reads from a slow disk, and nobody else can run meanwhile.
//!
//! What is broken: `SlowDisk::read` blocks its thread until the heart has beaten three times; after half a second it gives up
//! waiting and says so. The heart is a task on the same thread, and does not beat at all.
//!
//! What to do: mend `load`. `SlowDisk` comes from a library and cannot be changed.
//!
//! Hint: `runtime::spawn_blocking` takes a closure, runs it on a helper thread, and gives a handle to await.
//!
//! The solution is in `solved/e17_a_slow_disk.rs`.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use runtime::{Runtime, spawn, time};

/// Somebody else's code: it blocks.
struct SlowDisk {
    beats: Receiver<()>,
}

impl SlowDisk {
    fn read(self) -> Result<&'static str, &'static str> {
        for _ in 0..3 {
            let beat = self.beats.recv_timeout(Duration::from_millis(500));
            beat.map_err(|_| "the heart has stopped")?;
        }
        Ok("the data")
    }
}

async fn load(disk: SlowDisk) -> Result<&'static str, &'static str> {
    disk.read()
}

async fn heart(beats: Sender<()>) {
    while beats.send(()).is_ok() {
        time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
#[ignore = "exercise of chapter 17"]
fn e17_others_run_while_the_disk_is_read() {
    Runtime::new().unwrap().block_on(async {
        let (sender, beats) = channel();
        let heart = spawn(heart(sender));
        let loaded = load(SlowDisk { beats }).await;
        assert!(
            loaded == Ok("the data"),
            "while the disk was read no other task could run: {loaded:?}"
        );
        heart.abort();
    });
}
