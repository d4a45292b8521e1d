//! Is every misconception ended, where it should be, and can a reader show it? Each has a marker and three questions.

use std::path::Path;

use crate::fault::Fault;
use crate::page::{Lang, Page};

/// Each with the chapters that end it.
const ALL: &[(&str, &[&str])] = &[
    ("concurrent-is-parallel", &["00", "21"]),
    ("gil-serial", &["01"]),
    ("calling-starts", &["04"]),
    ("polls-everything", &["06"]),
    ("wake-runs", &["06"]),
    ("pending-is-enough", &["07"]),
    ("check-then-register", &["07"]),
    ("pin-magic", &["10"]),
    ("one-read", &["11"]),
    ("loop-is-concurrent", &["14"]),
    ("progresses-alone", &["14"]),
    ("no-shared-bugs", &["14"]),
    ("spawn-runs", &["14"]),
    ("drop-harmless", &["15"]),
    ("async-unblocks", &["17"]),
    ("can-interrupt", &["17"]),
    ("waker-is-rc", &["18"]),
    ("async-is-faster", &["19"]),
    ("any-runtime", &["20"]),
];

const QUESTIONS: &str = "docs/questions.md";

pub(crate) fn faults(root: &Path) -> Vec<Fault> {
    let pages = Page::all(root);
    let mut faults: Vec<Fault> = pages.iter().flat_map(markers).collect();
    let chapter_is_there = |chapter: &str| {
        pages.iter().any(|page| page.lang() == Lang::En && page.chapter() == Some(chapter))
    };
    if let Some(page) = Page::read(root, QUESTIONS) {
        let due = |id: &&str| {
            let chapters =
                ALL.iter().find(|(other, _)| other == id).map_or(&[][..], |(_, chapters)| chapters);
            chapters.iter().any(|chapter| chapter_is_there(chapter))
        };
        faults.extend(questions(
            &page,
            &ALL.iter().map(|(id, _)| *id).filter(due).collect::<Vec<_>>(),
        ));
    } else {
        let so = "it has three questions for each misconception".into();
        faults.push(Fault {
            place: format!("{QUESTIONS}:1"),
            there: "nothing".into(),
            so,
            to_do: "write them".into(),
        });
    }
    faults
}

/// What is wrong with the markers of a page.
fn markers(page: &Page) -> Vec<Fault> {
    let markers = page.markers("misconception");
    let fault = |line: usize, there: String, so: String, to_do: &str| Fault {
        place: page.place(line),
        there,
        so,
        to_do: to_do.into(),
    };
    let mut faults = Vec::new();
    for (line, id) in &markers {
        match ALL.iter().find(|(other, _)| other == id) {
            None => {
                let all: Vec<&str> = ALL.iter().map(|(id, _)| *id).collect();
                faults.push(fault(
                    *line,
                    format!("the misconception {id}"),
                    format!("they are {}", all.join(", ")),
                    "name one",
                ));
            }
            Some((_, chapters))
                if page.chapter().is_none_or(|chapter| !chapters.contains(&chapter)) =>
            {
                let so = format!("{id} is ended in chapter {}", chapters.join(" and "));
                faults.push(fault(
                    *line,
                    format!("the misconception {id}"),
                    so,
                    "move the marker, or mend misconception::ALL",
                ));
            }
            Some(_) => {}
        }
    }
    let Some(chapter) = page.chapter() else { return faults };
    for (id, _) in ALL.iter().filter(|(_, chapters)| chapters.contains(&chapter)) {
        if !markers.iter().any(|(_, other)| other == id) {
            let so = format!("chapter {chapter} ends the misconception {id}");
            let to_do = format!("put <!-- misconception: {id} --> before the paragraph that does");
            faults.push(fault(1, "no marker".into(), so, &to_do));
        }
    }
    faults
}

/// What is wrong with the questions about these.
fn questions(page: &Page, wanted: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |line: usize, there: String, so: String, to_do: &str| {
        faults.push(Fault { place: page.place(line), there, so, to_do: to_do.into() });
    };
    for heading in page.headings().iter().filter(|heading| heading.level == 2) {
        if !ALL.iter().any(|(id, _)| *id == heading.text) {
            fault(
                heading.line,
                format!("## {}", heading.text),
                "no misconception is called so".into(),
                "name one",
            );
        }
    }
    for id in wanted {
        let Some(section) = page.section(id) else {
            fault(
                1,
                format!("no ## {id}"),
                "each misconception has three questions".into(),
                "write that section",
            );
            continue;
        };
        // Each begins `1. `, and goes on to the next.
        let text = format!("\n{}", section.lines.join("\n"));
        let (mut rest, mut items) = (text.as_str(), Vec::new());
        for number in 1..=4 {
            let begin = format!("\n{number}. ");
            let Some((before, after)) = rest.split_once(&begin) else { break };
            items.push(before);
            rest = after;
        }
        items.push(rest);
        let answered = |item: &&&str| {
            item.split_once('?')
                .is_some_and(|(question, answer)| !question.is_empty() && answer.len() > 10)
        };
        let right = items.iter().skip(1).filter(answered).count();
        if right != 3 || items.len() != 4 {
            let there = format!(
                "{} numbered questions, of which {right} have a question mark and an answer",
                items.len() - 1
            );
            fault(
                section.line,
                there,
                "there are three: `1. A question? Its answer.`".into(),
                "write three",
            );
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::only;

    fn chapter(ids: &[&str]) -> Vec<Fault> {
        let text: String =
            ids.iter().map(|id| format!("\n<!-- misconception: {id} -->\nNo.\n")).collect();
        markers(&Page::new("docs/zh/06-wakers.md", &text))
    }

    #[test]
    fn a_chapter_with_its_markers_is_right() {
        assert_eq!(chapter(&["wake-runs", "polls-everything"]), []);
    }

    #[test]
    fn a_marker_that_is_missing_unknown_or_in_another_chapter_is_a_fault() {
        assert!(
            only(&chapter(&["wake-runs"])).1.contains("<!-- misconception: polls-everything -->")
        );
        assert!(
            only(&chapter(&["wake-runs", "polls-everything", "x"]))
                .1
                .contains("they are concurrent-is-parallel")
        );
        let elsewhere = chapter(&["wake-runs", "polls-everything", "gil-serial"]);
        assert!(only(&elsewhere).1.contains("gil-serial is ended in chapter 01"));
        assert_eq!(only(&elsewhere).0, "docs/zh/06-wakers.md:8");
    }

    const THREE: &str = "## wake-runs\n\n1. Why is it so? Because it has to be.\n2. And this?\n   *That, of course.*\n\
                         3. And then? Nothing more happens.\n";

    #[test]
    fn three_questions_with_answers_are_right() {
        assert_eq!(questions(&Page::new(QUESTIONS, THREE), &["wake-runs"]), []);
    }

    #[test]
    fn questions_that_are_missing_too_few_or_without_an_answer_are_faults() {
        let checked = |text: &str| questions(&Page::new(QUESTIONS, text), &["wake-runs"]);
        assert!(only(&checked("# Questions\n")).1.contains("no ## wake-runs"));
        assert!(only(&checked(&THREE.replace("3. ", "- "))).1.contains("2 numbered questions"));
        assert!(
            only(&checked(&THREE.replace("Nothing more happens.", ""))).1.contains("of which 2")
        );
        assert!(
            only(&checked(&(THREE.to_string() + "4. What? All of it at once.\n")))
                .1
                .contains("4 numbered")
        );
        assert!(
            only(&checked(&(THREE.to_string() + "\n## wakes-run\n")))
                .1
                .contains("no misconception is called so")
        );
    }
}
