//! Is a chapter built as every chapter is? The reader is to know where to look.

use crate::fault::Fault;
use crate::page::{Lang, Page};

/// The headings of the second level, in both languages.
const TEMPLATE: [[&str; 2]; 11] = [
    ["Predict", "先猜"],
    ["Run", "运行"],
    ["Step", "单步"],
    ["The code", "代码"],
    ["The rule", "规则"],
    ["In Python", "对照 Python"],
    ["Test", "测试"],
    ["Exercise", "练习"],
    ["In the real world", "现实世界"],
    ["What we cheat on", "我们省略了什么"],
    ["Now you can answer", "现在你能回答"],
];

/// Chapters that have no scene to step through.
const WITHOUT_STEP: [&str; 4] = ["03", "10", "19", "20"];

/// A heading of the template in the language of a page.
pub(crate) fn heading(page: &Page, english: &str) -> &'static str {
    let row = TEMPLATE.iter().find(|row| row[0] == english).expect("a heading of the template");
    row[page.lang() as usize]
}

/// What is wrong with the form of a chapter; other pages are free.
pub(crate) fn faults(page: &Page) -> Vec<Fault> {
    let Some(chapter) = page.chapter() else { return Vec::new() };
    let mut faults = Vec::new();
    let mut fault = |line: usize, there: &str, so: String, to_do: &str| {
        faults.push(Fault {
            place: page.place(line),
            there: there.into(),
            so,
            to_do: to_do.into(),
        });
    };
    let headings = page.headings();

    let title = page.text.lines().next().unwrap_or_default();
    let mark = match page.lang() {
        Lang::En => '?',
        Lang::Zh => '？',
    };
    if !title.starts_with(&format!("# {chapter} · ")) || !title.ends_with(mark) {
        fault(
            1,
            title,
            format!("a chapter's title is a question: # {chapter} · …{mark}"),
            "write it so",
        );
    }

    let wanted = TEMPLATE.map(|row| row[page.lang() as usize]);
    let without = WITHOUT_STEP.contains(&chapter);
    let optional = |name: &str| without && name == wanted[2];
    let there: Vec<_> = headings
        .iter()
        .filter(|heading| heading.level == 2 && wanted.contains(&heading.text))
        .collect();
    for name in wanted {
        match there.iter().filter(|heading| heading.text == name).count() {
            0 if optional(name) => {}
            1 => {}
            0 => fault(
                1,
                "no such heading",
                format!("every chapter has ## {name}"),
                "write that section",
            ),
            _ => fault(
                1,
                &format!("## {name} several times"),
                "every chapter has it once".into(),
                "make one of them",
            ),
        }
    }
    let order = |name: &str| wanted.iter().position(|wanted| *wanted == name);
    for pair in there.windows(2) {
        if order(pair[0].text) > order(pair[1].text) {
            let so =
                format!("## {} stands before ## {} in every chapter", pair[1].text, pair[0].text);
            fault(
                pair[1].line,
                &format!("## {}", pair[1].text),
                so,
                "put the sections in their order",
            );
        }
    }

    if let Some(rule) = page.section(heading(page, "The rule")) {
        let first = rule.lines.iter().find(|line| !line.is_empty() && !line.starts_with("<!--"));
        if !first.is_some_and(|line| line.starts_with("**")) {
            let so = "the rule is one sentence in bold".into();
            fault(rule.line + 1, first.unwrap_or(&""), so, "begin the section with it");
        }
    }
    if let Some(step) = page.section(heading(page, "Step"))
        && !step.lines.iter().any(|line| line.starts_with("<!-- scene: "))
    {
        let so = "the section names its scene, so that the site can show it: <!-- scene: NAME -->"
            .into();
        fault(step.line, "no scene", so, "add that line");
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::only;

    fn whole(lang: usize) -> String {
        let mut text = ["# 07 · Why?\n", "# 07 · 为何？\n"][lang].to_string();
        for row in TEMPLATE {
            text += &format!("\n## {}\n\n**Rule.**\n<!-- scene: lost -->\n", row[lang]);
        }
        text
    }

    fn checked(text: &str) -> Vec<Fault> {
        faults(&Page::new("docs/en/07-x.md", text))
    }

    #[test]
    fn a_whole_chapter_is_right_in_both_languages() {
        assert_eq!(checked(&whole(0)), []);
        assert_eq!(faults(&Page::new("docs/zh/07-x.md", &whole(1))), []);
        assert!(
            !faults(&Page::new("docs/zh/07-x.md", &whole(0))).is_empty(),
            "each in its own language"
        );
    }

    #[test]
    fn a_heading_that_is_missing_or_out_of_order_or_twice_is_a_fault() {
        let missing = checked(&whole(0).replace("## In Python", "## In Perl"));
        assert!(only(&missing).1.contains("every chapter has ## In Python"));
        let swapped = whole(0)
            .replace("## Run", "## X")
            .replace("## Predict", "## Run")
            .replace("## X", "## Predict");
        assert!(only(&checked(&swapped)).1.contains("## Predict stands before ## Run"));
        let twice = checked(&(whole(0) + "\n## Now you can answer\n"));
        assert!(only(&twice).1.contains("## Now you can answer several times"));
    }

    #[test]
    fn step_may_be_left_out_where_there_is_no_scene() {
        let without = whole(0).replace("## Step", "## Walk");
        assert!(only(&checked(&without)).1.contains("every chapter has ## Step"));
        assert_eq!(faults(&Page::new("docs/en/10-x.md", &without.replace("07", "10"))), []);
    }

    #[test]
    fn other_headings_may_stand_between() {
        assert_eq!(checked(&whole(0).replace("## The code", "## A word\n\n## The code")), []);
    }

    #[test]
    fn a_title_that_is_no_question_is_a_fault() {
        for title in ["# 07 · Why", "# 08 · Why?", "# Why?"] {
            let faults = checked(&whole(0).replace("# 07 · Why?", title));
            assert_eq!(only(&faults).0, "docs/en/07-x.md:1", "{title}");
        }
    }

    #[test]
    fn a_rule_that_is_not_bold_and_a_step_without_a_scene_are_faults() {
        let faults = checked(&whole(0).replace("## The rule\n\n**Rule.**", "## The rule\n\nRule."));
        assert!(only(&faults).1.contains("one sentence in bold"));
        let faults =
            checked(&whole(0).replace("## Step\n\n**Rule.**\n<!-- scene: lost -->", "## Step\n"));
        assert!(only(&faults).1.contains("no scene"));
    }
}
