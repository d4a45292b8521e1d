//! Which steps do the arrows stop at? Those of a level of detail, and of the task that is followed.

use super::app::App;
use crate::trace::event::TaskId;

impl App {
    pub(super) fn set_level(&mut self, level: u8) {
        self.filter.level = level;
        self.choose();
        let shown = self.shown.len();
        let (en, zh) = match level {
            1 => ("who runs", "谁在运行"),
            2 => ("who wakes whom", "谁唤醒谁"),
            _ => ("everything", "一切"),
        };
        self.tell(
            format!("Level {level}: {en}, in {shown} steps."),
            format!("细节级别 {level}：{zh}，共 {shown} 步。"),
        );
    }

    /// First the task that this step is about, then one after the other, then all again.
    pub(super) fn follow_next(&mut self) {
        let tasks: Vec<TaskId> = self.state().tasks.keys().copied().collect();
        let next = match self.filter.task {
            None => self.subject().or(tasks.first().copied()),
            Some(task) => {
                tasks.iter().copied().find(|next| *next > task).filter(|_| tasks.len() > 1)
            }
        };
        self.follow(next);
    }

    fn subject(&self) -> Option<TaskId> {
        let (step, before) = self.last()?;
        step.event.task().or(before.running)
    }

    pub(super) fn follow(&mut self, task: Option<TaskId>) {
        self.filter.task = task;
        self.choose();
        let shown = self.shown.len();
        match task.map(|task| self.state().name(task)) {
            Some(name) => self.tell(
                format!("Only {name}: {shown} steps. t follows the next task, T shows all."),
                format!("只看 {name}：{shown} 步。t 看下一个任务，T 看全部。"),
            ),
            None => self.tell("The steps of all tasks.".into(), "全部任务的步骤。".into()),
        }
    }

    fn choose(&mut self) {
        self.shown = self.filter.choose(self.player.trace());
        self.search.forget_matches();
    }
}
