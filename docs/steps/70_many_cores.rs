//! And many cores? The same sums as tasks of one loop, then on a loop for each core; and two loops behind one port.
//!
//! Nothing is shared: each loop is built on its own thread, and what it found out comes back when the thread ends. Taught in
//! chapter 21.

use std::hint::black_box;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::Instant;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::{Runtime, join_all};
use socket2::{Domain, Socket, Type};

const SUMS: usize = 4;
const REQUESTS: usize = 40;

/// Something that computes and never waits. Gives from when to when it did.
async fn sum(start: Instant) -> [u128; 2] {
    let begun = start.elapsed().as_millis();
    (0..10_000_000_u64).fold(0, |sum: u64, number| black_box(sum.wrapping_add(number * number)));
    [begun, start.elapsed().as_millis()]
}

/// As tasks of one loop, all at once.
fn on_one_loop() -> io::Result<Vec<[u128; 2]>> {
    let start = Instant::now();
    Ok(Runtime::new()?.block_on(join_all((0..SUMS).map(|_| sum(start)))))
}

/// Each on a loop of its own, and each loop on a thread of its own.
fn on_a_loop_each() -> io::Result<Vec<[u128; 2]>> {
    let start = Instant::now();
    let alone = move || Ok(Runtime::new()?.block_on(sum(start)));
    let threads: Vec<_> = (0..SUMS).map(|_| thread::spawn(alone)).collect();
    threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
}

/// A listener on a port that others listen on, too.
fn share(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_port(true)?; // before `bind`, and on each of them
    socket.bind(&address.into())?;
    socket.listen(128)?;
    Ok(socket.into())
}

/// Answers whoever comes to this listener, until a client says "stop"; gives how many came.
async fn serve(listener: std::net::TcpListener) -> io::Result<usize> {
    let listener = TcpListener::from_std(listener)?;
    let mut answered = 0;
    loop {
        let (mut client, _) = listener.accept().await?;
        let mut word = [0; 4];
        client.read_exact(&mut word).await?;
        if &word == b"stop" {
            return Ok(answered);
        }
        client.write_all(b"pong").await?;
        answered += 1;
    }
}

async fn ask(address: SocketAddr, word: &[u8]) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(word).await?;
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

/// How many requests each of two loops answered on one port.
fn two_loops_on_one_port() -> io::Result<[usize; 2]> {
    let first = share((Ipv4Addr::LOCALHOST, 0).into())?;
    let address = first.local_addr()?;
    let second = share(address)?;
    let loops = [first, second]
        .map(|listener| thread::spawn(move || Runtime::new()?.block_on(serve(listener))));
    let client = Runtime::new()?;
    client.block_on(async {
        for asked in join_all((0..REQUESTS).map(|_| ask(address, b"ping"))).await {
            asked?;
        }
        io::Result::Ok(())
    })?;
    // Which loop a client comes to is for the system to say, so it is asked until both have stopped.
    while !loops.iter().all(thread::JoinHandle::is_finished) {
        let _ = client.block_on(ask(address, b"stop"));
    }
    let [first, second] = loops.map(|thread| thread.join().expect("no panic"));
    Ok([first?, second?])
}

fn main() -> io::Result<()> {
    let tell = |how: &str, sums: Vec<[u128; 2]>| {
        println!("{how}");
        for (number, [begun, ended]) in sums.iter().enumerate() {
            println!("  sum {} was computed from {begun:4} to {ended:4} ms", number + 1);
        }
    };
    tell("four sums, as tasks of one loop", on_one_loop()?);
    tell("four sums, each on a loop of its own", on_a_loop_each()?);
    let [first, second] = two_loops_on_one_port()?;
    println!("{REQUESTS} requests to one port that two loops listen on");
    println!("  loop 1 answered {first}, loop 2 answered {second}");
    println!("cores that this process may use: {}", thread::available_parallelism()?);
    Ok(())
}
