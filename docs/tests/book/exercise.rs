//! Has each chapter something to do? Its section names an exercise, and that is there. Whether it fails as given and passes
//! as solved is for `docs/exercises/proof.rs` to show.

use std::fs;
use std::path::Path;

use crate::fault::Fault;
use crate::page::Page;
use crate::template::heading;

/// The names of the files of exercises.
pub(crate) fn files(root: &Path) -> Vec<String> {
    let files = fs::read_dir(root.join("docs/exercises")).unwrap();
    files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

pub(crate) fn faults(page: &Page, files: &[String]) -> Vec<Fault> {
    let Some(chapter) = page.chapter() else { return Vec::new() };
    let Some(section) = page.section(heading(page, "Exercise")) else { return Vec::new() };
    let command = format!("cargo test -p docs --test exercises -- --ignored e{chapter}");
    let begin = format!("e{chapter}_");
    let fault = |there: &str, so: String, to_do: String| Fault {
        place: page.place(section.line),
        there: there.into(),
        so,
        to_do,
    };
    let mut faults = Vec::new();
    if !files.iter().any(|file| file.starts_with(&begin)) {
        let so = "each chapter has an exercise that fails as it is given".into();
        faults.push(fault(
            "no exercise",
            so,
            format!("write docs/exercises/{begin}….rs and solve it in docs/exercises/solved"),
        ));
    }
    if !section.lines.iter().any(|line| line.contains(&command)) {
        faults.push(fault("no command", format!("the reader runs `{command}`"), "show it".into()));
    }
    faults
}

#[test]
fn a_chapter_without_an_exercise_or_its_command_is_a_fault() {
    use crate::fault::only;

    let chapter = |text: &str, files: &[&str]| {
        let files: Vec<String> = files.iter().map(|file| file.to_string()).collect();
        faults(&Page::new("docs/zh/07-x.md", &format!("## 练习\n{text}\n")), &files)
    };
    let command = "$ cargo test -p docs --test exercises -- --ignored e07_lost";
    assert_eq!(chapter(command, &["e07_lost.rs"]), []);
    assert!(
        only(&chapter(command, &["e08_reactor.rs"])).1.contains("write docs/exercises/e07_….rs")
    );
    assert!(only(&chapter("", &["e07_lost.rs"])).1.contains("the reader runs `cargo test -p docs"));
}
