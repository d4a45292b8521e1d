//! `demo compare`, from outside: every way is gone and measured.

use tests::program::run;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

#[test]
fn every_way_has_a_figure_and_a_bar_and_the_conclusion_fits_the_screen() {
    let ran = run(DEMO, ["compare", "--delay", "0.05", "--work", "0.01", "-n", "4"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{ran:#?}");
    let rows: Vec<&str> = ran.out.lines().filter(|line| line.contains(" s  █")).collect();
    assert_eq!(rows.len(), 9, "{}", ran.out);
    for way in ["one after another", "threads", "threads, one lock", "tasks on one thread"] {
        let found = rows.iter().filter(|row| row.trim_start().starts_with(&format!("{way}  ")));
        assert_eq!(found.count(), 2, "{way}: {}", ran.out);
    }
    assert!(ran.out.contains("tasks, spawn_blocking") && ran.out.contains("What this says"));
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}
