//! Sends back what a connection to the address that it is given sends, a little later, with monoio on epoll.

use std::time::Duration;

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::TcpListener;
use monoio::{LegacyDriver, RuntimeBuilder, time};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("give an address")?;
    RuntimeBuilder::<LegacyDriver>::new().enable_timer().build()?.block_on(async {
        let (mut stream, _) = TcpListener::bind(address)?.accept().await?;
        let mut buffer = vec![0; 1024];
        loop {
            let (length, mut read) = stream.read(buffer).await;
            let length = length?;
            if length == 0 {
                return Ok(());
            }
            time::sleep(Duration::from_millis(1)).await;
            read.truncate(length);
            let (written, lent) = stream.write_all(read).await;
            written?;
            buffer = lent;
            buffer.resize(1024, 0);
        }
    })
}
