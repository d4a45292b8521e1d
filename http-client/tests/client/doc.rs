/// A server for the examples in the documentation: it gives each request the same answer.
pub fn serve<A: AsRef<[u8]> + Sync + ?Sized>(answer: &'static A) -> std::io::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            std::thread::spawn(move || {
                use std::io::{Read, Write};
                while stream.read(&mut [0; 4096]).is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(answer.as_ref());
                }
            });
        }
    });
    Ok(url)
}
