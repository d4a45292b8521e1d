//! Where does a key lead? To the next of the steps that are shown, or of a kind, and back.

use super::app::App;
use crate::trace::event::Kind;
use crate::trace::filter::Filter;

impl App {
    /// So many of the shown steps forward or back.
    pub(super) fn step(&mut self, by: isize) {
        let here = self.position();
        let goal = if by > 0 {
            let next = self.shown.partition_point(|number| *number <= here);
            let last = self.shown.len().checked_sub(1);
            last.filter(|last| next <= *last)
                .map(|last| self.shown[last.min(next + by as usize - 1)])
        } else {
            let before = self.shown.partition_point(|number| *number < here);
            let goal = before.checked_sub(by.unsigned_abs()).map(|goal| self.shown[goal]);
            goal.or_else(|| (here > 0).then_some(0))
        };
        match goal {
            Some(goal) => self.go(goal),
            None if by > 0 => self.tell(
                "This is the end. ← goes back, g to the beginning.".into(),
                "已到结尾。← 后退，g 回到开头。".into(),
            ),
            None => self.tell(
                "This is the beginning. → takes the first step.".into(),
                "这里是开头。→ 走第一步。".into(),
            ),
        }
    }

    /// To a kind of event, whatever the level; of the task that is followed, if the kind has one.
    pub(super) fn go_to_kind(&mut self, kind: Kind, forwards: bool) {
        let task = self.filter.task.filter(|_| kind != Kind::Park);
        let goal = match task {
            // Which steps are a task's is only known after a fold.
            Some(_) => {
                let all = Filter { only: vec![kind], task, ..self.filter }.choose(self.trace());
                let here = self.position();
                let (before, after) = (
                    all.partition_point(|number| *number < here),
                    all.partition_point(|number| *number <= here),
                );
                if forwards { all.get(after) } else { all[..before].last() }.copied()
            }
            None => self.player.find(forwards, |step| step.event.kind() == kind),
        };
        let kind = kind.name();
        match goal {
            Some(goal) => self.go(goal),
            None if forwards => self.tell(
                format!("No {kind} comes after this step."),
                format!("这一步之后没有 {kind}。"),
            ),
            None => self.tell(
                format!("No {kind} came before this step."),
                format!("这一步之前没有 {kind}。"),
            ),
        }
    }
}
