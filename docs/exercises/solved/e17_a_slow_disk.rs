//! The solution of an exercise of chapter 17: what blocks goes to a helper thread, and the task waits for the answer.

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
    let reading = runtime::spawn_blocking(move || disk.read());
    reading.await.unwrap_or(Err("the read has panicked"))
}

async fn heart(beats: Sender<()>) {
    while beats.send(()).is_ok() {
        time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
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
