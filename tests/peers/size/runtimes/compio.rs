//! Sends back what a connection to the address that it is given sends, a little later, with compio.

use std::time::Duration;

use compio::buf::BufResult;
use compio::io::{AsyncRead, AsyncWriteExt};
use compio::net::TcpListener;
use compio::runtime::Runtime;
use compio::time;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("give an address")?;
    Runtime::new()?.block_on(async {
        let (mut stream, _) = TcpListener::bind(address).await?.accept().await?;
        let mut buffer = Vec::with_capacity(1024);
        loop {
            let BufResult(length, read) = stream.read(buffer).await;
            if length? == 0 {
                return Ok(());
            }
            time::sleep(Duration::from_millis(1)).await;
            let BufResult(written, lent) = stream.write_all(read).await;
            written?;
            buffer = lent;
            buffer.clear();
        }
    })
}
