use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::run;
use crate::executor::TURN;
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
fn a_task_that_wakes_itself_for_ever_does_not_starve_a_timer_or_the_mailbox() {
    run(async {
        let _busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        sleep(Duration::from_millis(2)).await;
        crate::spawn_blocking(|| ()).await.unwrap();
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
