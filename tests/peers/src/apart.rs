//! How does a contender get a heap of its own? In each round this program once more does the work, for it alone.
//!
//! In one process, each would inherit what the one before has left: holes, small pieces that `malloc` joins when somebody
//! else asks for a large one, memory at the end of the heap that is given back to the kernel or not. A row of tasks moved by
//! a tenth with who came before.

use std::process::{Command, Stdio};

use crate::row::{self, Row, Scale};

/// What the work costs in a process that has done it once before. Panics where the work does.
pub(crate) fn ask(row: &Row, name: &str, scale: Scale) -> f64 {
    let output = Command::new(std::env::current_exe().expect("the path of this program"))
        .args(["--apart", row.name, name])
        .args(matches!(scale, Scale::Quick).then_some("--quick"))
        .envs(row.environment.iter().copied())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("this program");
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().unwrap_or_else(|_| panic!("{name} fails at {}", row.name))
}

/// Does the work twice, and says what it cost the second time.
pub(crate) fn answer(rows: &[Row], row: &str, name: &str, scale: Scale) -> Result<(), String> {
    let contender = row::contender(rows, row, name)?;
    (contender.work)(scale);
    println!("{}", (contender.work)(scale));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn whoever_takes_no_part_in_a_row_is_refused_by_name() {
        let refused = answer(&rows::all(), "yield", "reqwest", Scale::Quick).unwrap_err();
        assert_eq!(refused, "reqwest takes no part in yield");
    }

    #[test]
    fn where_nobody_serves_and_the_clock_is_read_each_has_a_process_of_its_own() {
        let rows = rows::all();
        let apart: Vec<_> = rows.iter().filter(|row| row.apart).map(|row| row.name).collect();
        let tasks = ["spawn_join", "spawn_one", "yield", "ping_pong"];
        let crowds = ["fan_out", "fan_out_kept", "channel"];
        let wakes = ["remote_wake", "remote_wake_burst", "timers", "timeout_ready"];
        assert_eq!(apart, [&tasks[..], &crowds, &wakes].concat());
    }
}
