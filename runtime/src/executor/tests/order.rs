use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::{Probe, run};
use crate::executor::TURN;
use crate::net::UdpSocket;
use crate::observe::Event;
use crate::testing::Facts;
use crate::time::sleep;
use crate::{JoinHandle, spawn, yield_now};

#[test]
fn ready_tasks_are_polled_first_in_first_out() {
    run(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let handles: Vec<JoinHandle<()>> = (0..200)
            .map(|number| {
                let order = order.clone();
                spawn(async move {
                    order.borrow_mut().push(number);
                    yield_now().await;
                    order.borrow_mut().push(number + 1000);
                })
            })
            .collect();
        for handle in handles {
            handle.await.unwrap();
        }
        let expected: Vec<i32> = (0..200).chain(1000..1200).collect();
        assert_eq!(*order.borrow(), expected);
    });
}

#[test]
fn a_task_that_wakes_itself_for_ever_does_not_starve_a_timer_the_mailbox_or_a_socket() {
    let bind = || UdpSocket::bind("127.0.0.1:0");
    run(async {
        let _busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        sleep(Duration::from_millis(2)).await;
        crate::spawn_blocking(|| ()).await.unwrap();
        let (here, there) = (bind().await.unwrap(), bind().await.unwrap());
        for _ in 0..3 {
            here.send_to(b"x", there.local_addr().unwrap()).await.unwrap();
            there.recv(&mut [0]).await.unwrap();
        }
    });
}

#[test]
fn yielding_asks_the_reactor_once_in_so_many_polls() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        for _ in 0..TURN * 10 {
            yield_now().await;
        }
    });
    assert_eq!(facts.count(|event| matches!(event, Event::Parked { .. })), 0);
}

#[test]
fn woken_tasks_are_polled_in_the_order_of_their_wakes() {
    run(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let probes: Vec<Probe> = (0..5).map(|_| Probe::default()).collect();
        let handles: Vec<JoinHandle<()>> = probes
            .iter()
            .enumerate()
            .map(|(number, probe)| {
                let (order, probe) = (order.clone(), probe.clone());
                spawn(async move {
                    probe.await;
                    order.borrow_mut().push(number);
                })
            })
            .collect();
        yield_now().await;
        for number in [3, 0, 4, 0, 1, 3, 2] {
            probes[number].0.ready.set(true);
            probes[number].waker().wake();
        }
        for handle in handles {
            handle.await.unwrap();
        }
        assert_eq!(*order.borrow(), [3, 0, 4, 1, 2]);
    });
}
