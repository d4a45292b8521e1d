use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use super::{Dump, State, dump};
use crate::observe::TaskId;
use crate::testing::panic_of;
use crate::time::sleep;
use crate::{JoinHandle, Runtime, join, spawn, spawn_named, yield_now};

fn states(dump: &Dump) -> Vec<(TaskId, State)> {
    dump.tasks.iter().map(|row| (row.id, row.state)).collect()
}

#[test]
fn every_task_is_listed_in_order_with_its_state() {
    let rt = Runtime::new().unwrap();
    rt.block_on(async {
        let waiting = spawn(pending::<()>());
        let finished = spawn(async { 1 });
        let ready = spawn(pending::<()>());
        yield_now().await;
        ready.abort();
        assert_eq!(
            states(&dump()),
            [
                (TaskId::ROOT, State::Running),
                (TaskId(1), State::Waiting),
                (TaskId(2), State::Finished),
                (TaskId(3), State::Ready),
            ]
        );
        drop((waiting, finished, ready));
    });
    // What is left between two `block_on`s, seen from outside.
    assert_eq!(states(&rt.dump()), [(TaskId(1), State::Waiting), (TaskId(3), State::Ready)]);
}

#[test]
fn a_task_sees_itself_running_and_the_root_waiting() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sees = seen.clone();
    Runtime::new().unwrap().block_on(async {
        spawn(async move { *sees.borrow_mut() = states(&dump()) }).await.unwrap();
    });
    assert_eq!(*seen.borrow(), [(TaskId::ROOT, State::Waiting), (TaskId(1), State::Running)]);
}

#[test]
fn the_table_says_names_lines_and_what_is_waited_for() {
    let (file, line) = (file!(), line!());
    let text = Runtime::new().unwrap().block_on(async {
        let _two: JoinHandle<_> = spawn_named("worker", async {
            join(sleep(Duration::from_secs(3600)), sleep(Duration::MAX)).await
        });
        let _unknown = spawn(pending::<()>());
        yield_now().await;
        dump().to_string()
    });
    let mut rows = text.lines();
    assert_eq!(
        rows.next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["task", "name", "spawned", "at", "state"]
    );
    assert!(rows.next().unwrap().starts_with("root  -"), "{text}");
    let worker = rows.next().unwrap();
    assert!(worker.starts_with(&format!("   1  worker  {file}:{}", line + 2)), "{text}");
    assert!(worker.contains("waits for sleep and 1 more at "), "{text}");
    assert!(worker.contains(&format!("{file}:{}:", line + 3)), "{text}");
    assert!(rows.next().unwrap().ends_with("waits for something that did not say what"), "{text}");
    let last = "3 tasks, 1 timers, 0 sockets, 0 waiting for a helper thread";
    assert_eq!(rows.next(), Some(last), "{text}");
}

#[test]
fn outside_a_runtime_it_panics_and_names_the_rule() {
    let said = panic_of(dump);
    assert!(said.contains("outside a runtime") && said.contains("(the book, chapter "), "{said}");
}
