//! Sends back what a connection to the address that it is given sends, a little later, with Tokio.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::time;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("give an address")?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let (mut stream, _) = TcpListener::bind(address).await?.accept().await?;
        let mut buffer = [0; 1024];
        loop {
            let length = stream.read(&mut buffer).await?;
            if length == 0 {
                return Ok(());
            }
            time::sleep(Duration::from_millis(1)).await;
            stream.write_all(&buffer[..length]).await?;
        }
    })
}
