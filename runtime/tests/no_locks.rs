//! Does a task's path really take no lock and no atomic read-modify-write? This test looks at every instruction.
//!
//! It exercises the runtime in a child process, one machine instruction at a time. Each is decoded far enough to tell
//! whether it has a `lock` prefix or is an `xchg` with memory (which locks by itself): every mutex, every reference count of
//! an `Arc` and every atomic read-modify-write is one of these on x86-64. There must be none in the program's own code, and
//! no system call but those that the path is for.
//!
//! The system's allocator is not the program's own code: it is left out of the count of locks. Parking is not on a task's
//! path: the loop does it when no task is ready, and it is a system call anyway.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod traced;

use std::cell::Cell;
use std::fs;
use std::io::IoSlice;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use nix::sys::ptrace;
use nix::unistd::Pid;
use runtime::io::{AsyncReadExt, AsyncWriteExt, duplex};
use runtime::net::{TcpListener, TcpStream, UdpSocket};
use runtime::observe::{Fact, Observer};
use runtime::sync::{Mutex, Notify, Semaphore, mpsc, oneshot};
use runtime::{
    Builder, JoinSet, Runtime, join, join_all, select, spawn, time, try_join_all, yield_now,
};

use traced::Traced;

/// Reading the clock is no system call where the kernel lends its clock, but not all machines' can be lent.
const CLOCK_GETTIME: u64 = 228;

const HOUR: Duration = Duration::from_secs(3600);

/// What tasks do to one another.
async fn tasks() {
    let echo = spawn(async {
        for _ in 0..3 {
            yield_now().await;
        }
        7
    });
    let never = spawn(std::future::pending::<()>());
    let mut set = JoinSet::new();
    for number in 0..3 {
        set.spawn(async move {
            yield_now().await;
            number
        });
    }
    assert_eq!(echo.await.unwrap(), 7);
    never.abort();
    assert!(never.await.is_err());
    while let Some(done) = set.join_next().await {
        done.unwrap();
    }
}

/// Several futures in one task, and timers that do not come.
async fn combinators() {
    assert!(time::timeout(HOUR, yield_now()).await.is_ok());
    let mut sleep = time::sleep(HOUR);
    select(&mut sleep, yield_now()).await;
    sleep.reset(time::now() + 2 * HOUR);
    select(&mut sleep, yield_now()).await;
    drop(sleep);
    time::sleep(Duration::ZERO).await;
    time::interval(HOUR).tick().await;
    join(yield_now(), yield_now()).await;
    join_all((0..3).map(|_| yield_now())).await;
    let fallible = |n| async move { if n < 2 { Ok(n) } else { Err(n) } };
    assert_eq!(try_join_all((0..4).map(fallible)).await, Err(2));
}

/// Waiting for one another, in every way there is: each waits once and is woken by another task.
async fn meetings() {
    let (sender, mut receiver) = mpsc::channel(1);
    let produce = spawn(async move {
        for n in 0..4 {
            sender.send(n).await.unwrap();
        }
    });
    while receiver.recv().await.is_some() {}
    produce.await.unwrap();

    let (ask, question) = oneshot::channel();
    let (reply, answer) = oneshot::channel();
    let answering = spawn(async move { reply.send(question.await.unwrap() + 1) });
    ask.send(41).unwrap();
    assert_eq!(answer.await, Ok(42));
    answering.await.unwrap().unwrap();

    let (semaphore, notify) = (Semaphore::new(1), Rc::new(Notify::new()));
    let mutex = Rc::new(Mutex::new(0));
    let permit = semaphore.acquire().await.unwrap();
    let guard = mutex.lock().await;
    let (theirs, their_notify, their_mutex) = (semaphore.clone(), notify.clone(), mutex.clone());
    let waiting = spawn(async move {
        let _permit = theirs.acquire().await.unwrap();
        *their_mutex.lock().await += 1;
        their_notify.notified().await;
    });
    yield_now().await;
    drop(permit);
    yield_now().await;
    drop(guard);
    yield_now().await;
    notify.notify_waiters();
    waiting.await.unwrap();

    let (mut near, mut far) = duplex(4);
    let reading = spawn(async move {
        let mut heard = [0; 9];
        far.read_exact(&mut heard).await.unwrap();
    });
    near.write_all(b"more than").await.unwrap();
    reading.await.unwrap();
}

/// Makes the loop look at the reactor, so that the next look, which is due after 64 polls, does not come in between.
async fn look() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(b"x", socket.local_addr().unwrap()).await.unwrap();
    socket.recv(&mut [0]).await.unwrap();
}

/// Does `exercise` in a child process, and walks through all of it. `None` in the child.
fn walk(test: &str, exercise: impl AsyncFn()) -> Option<Walk> {
    walk_on(Runtime::builder(), test, exercise)
}

/// The same on a runtime with these settings.
fn walk_on(settings: Builder, test: &str, exercise: impl AsyncFn()) -> Option<Walk> {
    if !traced::is_child() {
        return Some(Walk::of(traced::follow(test)));
    }
    settings.build().unwrap().block_on(async {
        // The first rounds grow the queues and the allocator's stock to what they need.
        exercise().await;
        exercise().await;
        look().await;
        traced::begin();
        exercise().await;
        traced::end();
    });
    None
}

fn assert_free_of_locks_and_system_calls(walk: &Walk) {
    assert!(walk.own_steps > 5_000, "the path was really walked: {walk:?}");
    assert!(walk.locked.is_empty(), "{walk:x?}");
    assert_eq!(walk.system_calls, []);
}

#[test]
fn a_tasks_own_path_takes_no_lock_no_atomic_read_modify_write_and_no_system_call() {
    let test = "a_tasks_own_path_takes_no_lock_no_atomic_read_modify_write_and_no_system_call";
    if let Some(walk) = walk(test, tasks) {
        assert_free_of_locks_and_system_calls(&walk);
    }
}

/// What an observer like that of `demo gather` does: it looks at the time, and keeps what it is told.
struct Counts(Cell<usize>);

impl Observer for Counts {
    fn observe(&self, fact: &Fact) {
        self.0.set(self.0.get() + usize::from(fact.user_line.is_some()) + 1);
    }
}

#[test]
fn neither_does_it_while_somebody_watches() {
    let settings = Runtime::builder().observer(Rc::new(Counts(Cell::new(0))));
    if let Some(walk) = walk_on(settings, "neither_does_it_while_somebody_watches", tasks) {
        assert_free_of_locks_and_system_calls(&walk);
    }
}

#[test]
fn neither_do_the_parts_of_a_task_nor_timers_that_do_not_come() {
    let test = "neither_do_the_parts_of_a_task_nor_timers_that_do_not_come";
    if let Some(walk) = walk(test, combinators) {
        assert_free_of_locks_and_system_calls(&walk);
    }
}

#[test]
fn neither_do_channels_semaphores_mutexes_and_pipes_in_memory() {
    let test = "neither_do_channels_semaphores_mutexes_and_pipes_in_memory";
    if let Some(walk) = walk(test, meetings) {
        assert_free_of_locks_and_system_calls(&walk);
    }
}

/// Sockets that are ready to be read and written.
struct Ready {
    near: TcpStream,
    far: TcpStream,
    udp: UdpSocket,
}

impl Ready {
    async fn new() -> Ready {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        near.write_all(b"there").await.unwrap();
        far.write_all(b"and back").await.unwrap();
        near.readable().await.unwrap();
        far.readable().await.unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let own = udp.local_addr().unwrap();
        udp.connect(own).await.unwrap();
        udp.send(b"two").await.unwrap();
        udp.send(b"messages").await.unwrap();
        // It is known to be ready from the first to the second.
        udp.recv(&mut [0; 16]).await.unwrap();
        Ready { near, far, udp }
    }

    async fn use_once(&mut self) {
        let mut buf = [0; 16];
        assert_eq!(self.near.read(&mut buf).await.unwrap(), 8);
        assert_eq!(self.far.read(&mut buf).await.unwrap(), 5);
        self.near.write_all(b"again").await.unwrap();
        self.far.write_vectored(&[IoSlice::new(b"in "), IoSlice::new(b"two")]).await.unwrap();
        assert_eq!(self.udp.recv(&mut buf).await.unwrap(), 8);
        self.udp.send(b"third").await.unwrap();
    }
}

#[test]
fn a_socket_that_is_ready_takes_no_lock_and_one_system_call_for_each_operation() {
    if traced::is_child() {
        return Runtime::new().unwrap().block_on(async {
            Ready::new().await.use_once().await;
            let mut ready = Ready::new().await;
            traced::begin();
            ready.use_once().await;
            traced::end();
        });
    }
    let test = "a_socket_that_is_ready_takes_no_lock_and_one_system_call_for_each_operation";
    let walk = Walk::of(traced::follow(test));
    assert!(walk.own_steps > 500, "the path was really walked: {walk:?}");
    assert!(walk.locked.is_empty(), "{walk:x?}");
    let [writev, sendto, recvfrom] = [20, 44, 45];
    assert_eq!(walk.system_calls, [recvfrom, recvfrom, sendto, writev, recvfrom, sendto]);
}

/// What was seen from the beginning to the end of what is to be watched.
#[derive(Debug, Default)]
struct Walk {
    steps: u64,
    /// Those of them in the program's own code.
    own_steps: u64,
    /// Where in the program instructions were locked.
    locked: Vec<u64>,
    /// The numbers of the system calls.
    system_calls: Vec<u64>,
}

impl Walk {
    fn of(traced: Traced) -> Walk {
        let own = own_code(traced.process.id());
        let mut walk = Walk::default();
        loop {
            let registers = ptrace::getregs(traced.thread).unwrap();
            let code = code_at(traced.thread, registers.rip);
            if code.starts_with(&[0x0f, 0x05]) {
                match registers.rax {
                    traced::END => return walk,
                    CLOCK_GETTIME => {}
                    call => walk.system_calls.push(call),
                }
            }
            walk.steps += 1;
            if own.contains(&registers.rip) {
                walk.own_steps += 1;
                if is_locked(&code) {
                    walk.locked.push(registers.rip - own.start);
                }
            }
            traced.go(ptrace::step);
        }
    }
}

/// Where the program's own code lies in the child's memory.
fn own_code(pid: u32) -> Range<u64> {
    let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let line = maps
        .lines()
        .find(|line| line.contains(" r-xp ") && line.ends_with(program.to_str().unwrap()))
        .expect("the program has code");
    let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
    u64::from_str_radix(start, 16).unwrap()..u64::from_str_radix(end, 16).unwrap()
}

fn code_at(thread: Pid, address: u64) -> [u8; 8] {
    ptrace::read(thread, address as ptrace::AddressType).unwrap().to_le_bytes()
}

/// Whether an instruction locks the bus or its cache line. Intel's manual, volume 2, 2.1.1 and XCHG.
fn is_locked(code: &[u8; 8]) -> bool {
    const LOCK: u8 = 0xf0;
    let prefixes = [LOCK, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0x66, 0x67];
    let opcode = code.iter().position(|byte| !prefixes.contains(byte)).unwrap_or(0);
    if code[..opcode].contains(&LOCK) {
        return true;
    }
    let rex = usize::from((0x40..=0x4f).contains(&code[opcode]));
    match code[opcode + rex..] {
        [0x86 | 0x87, modes, ..] => modes >> 6 != 0b11,
        _ => false,
    }
}

#[test]
fn locked_instructions_are_told_from_others() {
    let padded = |code: &[u8]| {
        let mut padded = [0x90; 8];
        padded[..code.len()].copy_from_slice(code);
        padded
    };
    let lock_cmpxchg = padded(&[0xf0, 0x48, 0x0f, 0xb1, 0x0f]);
    let lock_inc = padded(&[0x66, 0xf0, 0xff, 0x00]);
    let xchg_memory = padded(&[0x48, 0x87, 0x07]);
    assert!([lock_cmpxchg, lock_inc, xchg_memory].iter().all(is_locked));
    let xchg_registers = padded(&[0x48, 0x87, 0xc7]);
    let mov = padded(&[0x48, 0x89, 0x07]);
    assert!(![xchg_registers, mov].iter().any(is_locked));
}
