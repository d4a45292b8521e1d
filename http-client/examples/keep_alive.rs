//! What does a request cost on a connection that is open already? One request after the other, as many as are asked for.
//!
//! `.ci/syscalls` counts its system calls: `cargo run --example keep_alive http://127.0.0.1:8080/bytes/64 1000`.

use std::env;
use std::error::Error;

use http_client::Client;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, requests] = &arguments[..] else {
        return Err("give a URL and how many requests to send there".into());
    };
    let requests: u32 = requests.parse()?;
    runtime::Runtime::new()?.block_on(async {
        let client = Client::new();
        let mut bytes = 0;
        for _ in 0..requests {
            bytes += client.get(url).send().await?.bytes().await?.len();
        }
        println!("{requests} requests, {bytes} bytes");
        Ok(())
    })
}
