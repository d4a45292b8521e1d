//! What stands at a line of the source? The trace brings it along, or this program has it, or the disk.

use std::rc::Rc;

use crate::scenes;
use crate::trace::Trace;
use crate::trace::event::Place;

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $path)))),*]
    };
}

/// The files of the runtime and the client whose lines are in traces. A test sees to it that none is missing.
const EMBEDDED: &[(&str, &str)] = embedded![
    "http-client/src/connection.rs",
    "http-client/src/dial.rs",
    "http-client/src/dial/race.rs",
    "http-client/src/dial/tunnel.rs",
    "http-client/src/json.rs",
    "http-client/src/patience.rs",
    "http-client/src/pool.rs",
    "http-client/src/pool/hosts.rs",
    "http-client/src/progress.rs",
    "http-client/src/request.rs",
    "http-client/src/response.rs",
    "http-client/src/sending.rs",
    "http-client/src/tls.rs",
    "http-client/src/wire.rs",
    "runtime/src/executor.rs",
    "runtime/src/executor/shutdown.rs",
    "runtime/src/executor/tasks.rs",
    "runtime/src/executor/wakes.rs",
    "runtime/src/net/listener.rs",
    "runtime/src/net/stream.rs",
    "runtime/src/net/tcp.rs",
    "runtime/src/net/udp.rs",
    "runtime/src/net/unix.rs",
    "runtime/src/note.rs",
    "runtime/src/schedule.rs",
    "runtime/src/schedule/tasks.rs",
    "runtime/src/source.rs",
    "runtime/src/time/sleep.rs",
];

/// The text of a source file, by the name that places use.
pub fn file(trace: &Trace, name: &str) -> Option<Rc<str>> {
    if let Some(text) = trace.sources.get(name) {
        return Some(text.clone());
    }
    let scenes = scenes::ALL.iter().map(|scene| scene.source);
    let known = scenes.chain(EMBEDDED.iter().copied()).find(|(known, _)| *known == name);
    match known {
        Some((_, text)) => Some(text.into()),
        None => std::fs::read_to_string(name).ok().map(Into::into),
    }
}

/// The line at `place`, without the white space around it.
pub fn line(trace: &Trace, place: &Place) -> Option<String> {
    let text = file(trace, &place.file)?;
    text.lines().nth(place.line.checked_sub(1)? as usize).map(|line| line.trim().to_string())
}

/// Puts the sources of all places in the trace into it, so that it can be read on another machine.
pub fn embed(trace: &mut Trace) {
    let places = trace.steps.iter().flat_map(|step| [&step.user, &step.runtime]).flatten();
    let mut names: Vec<Rc<str>> = places.map(|place| place.file.clone()).collect();
    names.sort();
    names.dedup();
    for name in names {
        if let Some(text) = file(trace, &name) {
            trace.sources.insert(name, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// A file without its comments, whose examples are in no trace.
    fn code(path: &Path) -> String {
        let text = fs::read_to_string(path).unwrap();
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect()
    }

    fn with(word: &str, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.file_stem().is_some_and(|name| name == "tests") {
                continue;
            }
            if path.is_dir() {
                with(word, &path, found);
            } else if code(&path).contains(word) {
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn every_file_whose_lines_are_in_traces_is_here() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut wanted = Vec::new();
        with("trace.emit", &root.join("runtime/src"), &mut wanted);
        // A socket is registered in the name of the file that makes it.
        for makes in ["Source::new(", "Listener::listening(", "Stream::established("] {
            with(makes, &root.join("runtime/src/net"), &mut wanted);
        }
        // The client waits and speaks in the name of its own lines.
        for speaks in [".await", "runtime::note("] {
            with(speaks, &root.join("http-client/src"), &mut wanted);
        }
        wanted.sort();
        wanted.dedup();
        let have: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).collect();
        assert_eq!(have, wanted);
    }

    #[test]
    fn every_place_in_a_scene_has_its_line() {
        for scene in scenes::ALL {
            let trace = scenes::tests::recorded(scene.name);
            for step in &trace.steps {
                for place in [&step.user, &step.runtime].into_iter().flatten() {
                    assert!(line(&trace, place).is_some_and(|line| !line.is_empty()), "{place}");
                }
            }
        }
    }
}
