//! `demo step` without a terminal, `demo scenes`, and `demo SCENE`: what they print, and how they refuse what cannot be.

use std::fs;
use std::process::{Command, Stdio};

use tests::program::run;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

#[test]
fn a_scene_reads_as_a_story_of_at_most_eighty_columns_and_twice_the_same() {
    let once = run(DEMO, ["step", "wake", "--plain"]);
    assert_eq!((once.code, &*once.err), (Some(0), ""), "{once:#?}");
    assert!(once.out.starts_with("wake: Who wakes whom"), "{}", once.out);
    assert!(once.out.contains("It does not run now: waking only puts it"), "{}", once.out);
    assert!(once.out.lines().all(|line| line.chars().count() <= 80), "{}", once.out);
    assert!(!once.out.contains('\x1b'), "no colours in a pipe");
    let again = run(DEMO, ["step", "wake"]);
    assert!(again.bytes == once.bytes, "where there is no terminal it is the same");
}

#[test]
fn steps_are_chosen_by_level_kind_number_and_task() {
    let heads = |options: &[&str]| {
        let ran = run(DEMO, ["step", "interleave", "--plain"].iter().chain(options).copied());
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        let is_head =
            |line: &&str| line.get(..4).is_some_and(|number| number.trim().parse::<u32>().is_ok());
        ran.out.lines().filter(is_head).map(str::to_string).collect::<Vec<_>>()
    };
    let (one, two, three) = (heads(&["--level", "1"]), heads(&[]), heads(&["--level", "3"]));
    assert!(one.len() < two.len() && two.len() < three.len() + 1);
    assert!(one.iter().all(|head| !head.contains("  wake ")));
    let some = heads(&["--only", "wake,loop.park", "--level", "1"]);
    assert!(!some.is_empty());
    assert!(some.iter().all(|head| head.contains("  wake ") || head.contains("  loop.park ")));
    assert_eq!(heads(&["--level", "3", "--from", "5", "--to", "7"]), three[4..7]);
    let ann = heads(&["--task", "Ann"]);
    assert_eq!((ann.len() < two.len(), &ann), (true, &heads(&["--task", "1"])));
    assert!(
        ann.iter().all(|head| !head.contains(" Ben")) && !heads(&["--task", "root"]).is_empty()
    );
}

#[test]
fn the_story_can_be_read_in_chinese() {
    for arguments in [&["step", "wake"][..], &["wake"], &["scenes"]] {
        let ran = run(DEMO, arguments.iter().chain(&["--lang", "zh"]).copied());
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        assert!(ran.out.contains("谁唤醒谁？唤醒到底做了什么？"), "{}", ran.out);
    }
}

#[test]
fn what_cannot_be_stepped_through_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let text = file("notes.txt", b"to buy: milk\n");
    let wrong = file("wrong.trace", b"onethread-trace 1\n0 task.poll task=1\n0 task.jump task=1\n");
    let newer = file("newer.trace", b"onethread-trace 9\n");
    let bytes = file("image.png", b"\x89PNG\xff\xfe");
    let here = folder.path().to_str().unwrap();
    for (what, why) in [
        ("interlave", "neither a scene nor a file (did you mean interleave?). The scenes are: "),
        ("no\nsuch", "no\\nsuch is neither a scene nor a file. The scenes are: "),
        (&text, "is no trace: line 1: a trace begins with the line"),
        (&wrong, "is no trace: line 3: \"task.jump\" is no kind of event"),
        (&newer, "this version reads"),
        (&bytes, "is no trace: line 1"),
        (here, "cannot read"),
        #[cfg(unix)]
        ("/dev/zero", "is no trace: line 1"),
    ] {
        let ran = run(DEMO, ["step", what]);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{ran:#?}");
        assert!(ran.complaint().contains(why), "{what}: {}", ran.err);
    }
}

#[test]
fn options_that_mean_nothing_are_refused() {
    for (options, why) in [
        (&["--only", "wake,poll"][..], "the kinds are task.spawn, task.poll,"),
        (&["--level", "4"], "4 is not in 1..=3"),
        (&["--task", "Zoe"], "there is no task \"Zoe\" here, but there are: root, Ann, Ben"),
        (&["--from", "9", "--to", "3"], "there is no step from 9 on and up to 3"),
        (&["--lang", "fr"], "possible values: en, zh"),
        (&["--from", "x"], "invalid"),
    ] {
        let ran = run(DEMO, ["step", "interleave"].iter().chain(options).copied());
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{ran:#?}");
        assert!(ran.err.contains(why), "{options:?}: {}", ran.err);
    }
    assert_eq!(run(DEMO, ["step"]).code, Some(2));
}

#[test]
fn every_scene_is_listed_with_its_question_and_is_a_command() {
    let listed = run(DEMO, ["scenes"]);
    assert_eq!(listed.code, Some(0));
    for scene in demo::scenes::ALL {
        let line = listed.lines_with(scene.name);
        assert!(line.iter().any(|line| line.contains(&scene.question.en[..10])), "{}", scene.name);
        assert_eq!(run(DEMO, [scene.name, "--help"]).code, Some(0), "{}", scene.name);
    }
    let told = run(DEMO, ["interleave"]);
    assert_eq!((told.code, &*told.err), (Some(0), ""));
    assert!(told.out.contains("How do two tasks share one thread?"));
    assert!(
        told.out.contains("     Ann  ┃──") && told.out.contains("the loop  ┃··"),
        "{}",
        told.out
    );
    assert!(!told.out.contains("  wake "), "only who runs: {}", told.out);
    let wrong = run(DEMO, ["interlave"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.complaint().contains("did you mean interleave?"), "{}", wrong.err);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut child = Command::new(DEMO)
        .args(["step", "interleave", "--level", "3"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}
