//! Does a task's path really take no lock and no atomic read-modify-write? This test looks at every instruction.
//!
//! It starts itself as a child process, which exercises the runtime (spawn, poll, wake, yield, join, abort, channels,
//! timers), and runs that child one machine instruction at a time with ptrace(2). Each instruction is decoded far enough to
//! tell whether it has a `lock` prefix or is an `xchg` with memory (which locks by itself): every mutex, every reference count
//! of an `Arc` and every atomic read-modify-write is one of these on x86-64. There must be none in the program's own code,
//! and no system call at all.
//!
//! The system's allocator is not the program's own code: it is left out of the count of locks. Parking is not on a task's
//! path: the loop does it when no task is ready, and it is a system call anyway.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::env;
use std::fs;
use std::ops::Range;
use std::process::Command;
use std::time::Duration;

use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getppid};
use runtime::{JoinSet, Runtime, spawn, time, yield_now};

const CHILD: &str = "ONETHREAD_STEPPED";
const SYS_GETPPID: u64 = 110;

/// What tasks do to one another, without a socket and without waiting for time.
async fn exercise() {
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
    assert!(time::timeout(Duration::from_secs(3600), yield_now()).await.is_ok());
    assert_eq!(echo.await.unwrap(), 7);
    never.abort();
    assert!(never.await.is_err());
    while let Some(done) = set.join_next().await {
        done.unwrap();
    }
}

fn child() {
    ptrace::traceme().expect("may be traced by the parent");
    Runtime::new().unwrap().block_on(async {
        // The first rounds grow the queues and the allocator's stock to what they need.
        exercise().await;
        exercise().await;
        raise(Signal::SIGSTOP).unwrap();
        exercise().await;
        getppid();
    });
}

#[test]
fn a_tasks_own_path_takes_no_lock_no_atomic_read_modify_write_and_no_system_call() {
    if env::var_os(CHILD).is_some() {
        return child();
    }
    let this = "a_tasks_own_path_takes_no_lock_no_atomic_read_modify_write_and_no_system_call";
    let mut command = Command::new(env::current_exe().unwrap());
    let mut started = command.args([this, "--exact"]).env(CHILD, "1").spawn().unwrap();
    // The test runs on a thread of the child's, and it is that thread which is traced.
    let stopped = waitpid(None, Some(WaitPidFlag::__WALL)).unwrap();
    let WaitStatus::Stopped(thread, Signal::SIGSTOP) = stopped else { panic!("{stopped:?}") };

    let own = own_code(started.id());
    let (mut steps, mut own_steps, mut locked) = (0_u64, 0_u64, Vec::new());
    loop {
        let registers = ptrace::getregs(thread).unwrap();
        let code = code_at(thread, registers.rip);
        if code.starts_with(&[0x0f, 0x05]) {
            assert_eq!(registers.rax, SYS_GETPPID, "a system call after {steps} instructions");
            break;
        }
        steps += 1;
        if own.contains(&registers.rip) {
            own_steps += 1;
            if is_locked(&code) {
                locked.push(registers.rip - own.start);
            }
        }
        ptrace::step(thread, None).unwrap();
        let stopped = waitpid(thread, Some(WaitPidFlag::__WALL)).unwrap();
        assert_eq!(stopped, WaitStatus::Stopped(thread, Signal::SIGTRAP));
    }
    // Not `kill`: while it is traced, its end would wait for this thread to take note of it.
    ptrace::detach(thread, Signal::SIGKILL).unwrap();
    started.wait().unwrap();

    println!("{steps} instructions, {own_steps} of them in the program's own code");
    assert!(own_steps > 5_000, "the path was really walked: {own_steps} of {steps} instructions");
    assert!(locked.is_empty(), "locked instructions at these offsets of the program: {locked:x?}");
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
