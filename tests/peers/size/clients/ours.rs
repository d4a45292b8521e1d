//! Gets the URL that it is given and prints the body, with this project.

use http_client::Client;
use runtime::Runtime;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    let body =
        Runtime::new()?.block_on(async { Client::new().get(&url).send().await?.text().await })?;
    print!("{body}");
    Ok(())
}
