//! Does the book say what is so? Everything in it that can be held against something is.
//!
//! - [`quote`]: a block of Rust after `<!-- quoted from FILE -->` stands in that file, word for word.
//! - [`output`]: a block of the kind `console` has what its `$ cargo run …` prints, in form.
//! - [`link`]: what a page links to is there, and so is each `file.rs:line`, each scene and each test that it names.
//! - [`template`]: a chapter has the headings of every chapter, in their order.
//! - [`misconception`]: each is ended where it should be, and has three questions.
//! - [`exercise`]: each chapter has one.
//! - [`message`]: each error that names a chapter stands in the appendix.
//! - [`translation`]: both languages have the same structure, and the Chinese is of the English that is there.
//!
//! With `ONETHREAD_REWRITE=1` outputs and quotations are written anew. With `ONETHREAD_PAGE=07` only pages with that in their
//! path are looked at. Each check has tests of its own, on small pages that are broken in one way each.

mod block;
mod chapter;
mod exercise;
mod fault;
mod link;
mod message;
mod misconception;
mod output;
mod page;
mod quote;
mod template;
mod translation;

use std::env;
use std::path::{Path, PathBuf};

use block::Block;
use fault::Fault;
use page::Page;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Fails if there are any faults, with all of them.
#[track_caller]
fn none(faults: impl IntoIterator<Item = Fault>) {
    let faults: Vec<String> = faults.into_iter().map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{} faults\n\n{}\n", faults.len(), faults.join("\n\n"));
}

/// The first line in which a block is not as it should be: what follows is mostly out of step with it.
fn first_difference(page: &Page, block: &Block, correct: &[String]) -> Fault {
    let same = |at: &usize| match (block.lines.get(*at), correct.get(*at)) {
        (Some(is), Some(should)) => output::shape(is) == output::shape(should),
        (is, should) => is == should,
    };
    let lines = block.lines.len().max(correct.len());
    // A quotation differs in more than its form.
    let at = (0..lines)
        .find(|at| !same(at))
        .or_else(|| (0..lines).find(|&at| block.lines.get(at) != correct.get(at)));
    let line =
        |lines: &[String]| lines.get(at.unwrap_or(0)).cloned().unwrap_or("nothing more".into());
    Fault {
        place: page.place(block.at + 1 + at.unwrap_or(0)),
        there: line(&block.lines),
        so: line(correct),
        to_do: "if the program is right, ONETHREAD_REWRITE=1 cargo test -p docs writes it anew"
            .into(),
    }
}

#[test]
fn what_the_book_prints_and_quotes_is_what_is_so() {
    let pages = Page::all(&root());
    let runs = output::Runs::default();
    runs.begin(&pages);
    let rewrites = env::var_os("ONETHREAD_REWRITE").is_some();
    let mut faults = Vec::new();
    for page in pages {
        let mut new = page.lines();
        // From the end, so that what stands before keeps its place.
        for block in page.blocks().iter().rev() {
            let correct = match block.quoted() {
                Some(_) => quote::correct(block, &page, &root()),
                None => output::correct(block, &page, &runs),
            };
            match correct {
                Ok(None) => {}
                Ok(Some(correct)) if rewrites => {
                    new.splice(block.at..block.at + block.lines.len(), correct);
                }
                Ok(Some(correct)) => faults.push(first_difference(&page, block, &correct)),
                Err(fault) => faults.push(fault),
            }
        }
        if rewrites && new != page.lines() {
            page.write(&root(), &new);
        }
    }
    none(faults);
}

#[test]
fn what_the_book_links_to_and_names_is_there() {
    let names = link::Names::of(&root());
    none(Page::all(&root()).iter().flat_map(|page| link::faults(page, &root(), &names)));
}

#[test]
fn every_chapter_is_there_and_has_the_headings_of_every_chapter() {
    none(chapter::missing(&root()));
    none(Page::all(&root()).iter().flat_map(template::faults));
}

#[test]
fn every_misconception_is_ended_in_its_chapter_and_asked_about() {
    none(misconception::faults(&root()));
}

#[test]
fn every_chapter_has_an_exercise_that_is_there() {
    let exercises = exercise::files(&root());
    none(Page::all(&root()).iter().flat_map(|page| exercise::faults(page, &exercises)));
}

#[test]
fn every_error_that_names_a_chapter_stands_in_the_appendix() {
    none(message::faults(&root()));
}

#[test]
fn both_languages_have_the_same_structure_and_are_current_with_each_other() {
    none(translation::all(&root()));
}
