//! Gets the URL that it is given and prints the body, with ureq, which needs no runtime.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    print!("{}", ureq::get(&url).call()?.body_mut().read_to_string()?);
    Ok(())
}
