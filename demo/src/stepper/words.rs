//! What stands on the screen beside what comes from the trace? The labels, in English and in Chinese.

use super::app::App;
use crate::scenes::Text;

/// A label.
pub(super) type Label = Text;

const fn label(en: &'static str, zh: &'static str) -> Label {
    Text { en, zh }
}

pub(super) const TASKS: Label = label("TASKS", "任务");
pub(super) const QUEUE: Label = label("READY QUEUE", "就绪队列");
pub(super) const TIMERS: Label = label("TIMERS", "定时器");
pub(super) const REACTOR: Label = label("REACTOR", "反应器");
pub(super) const STEPS: Label = label("STEPS", "步骤");
pub(super) const YOUR_CODE: Label = label("YOUR CODE", "你的代码");
pub(super) const RUNTIME_CODE: Label = label("RUNTIME CODE", "运行时代码");
pub(super) const TIMELINE: Label = label("TIMELINE", "时间线");
pub(super) const WHY: Label = label("WHY", "为什么");
pub(super) const PREDICT: Label = label("WHO RUNS NEXT?", "接下来谁运行？");
pub(super) const HELP: Label = label("KEYS", "按键");
pub(super) const EXPLAIN: Label = label("STEP", "步骤");

pub(super) const RUNNING: Label = label("running", "运行");
pub(super) const READY: Label = label("ready", "就绪");
pub(super) const WAITING: Label = label("waiting", "等待");
pub(super) const DONE: Label = label("done", "完成");
pub(super) const FAILED: Label = label("panicked", "崩溃");
pub(super) const CANCELLED: Label = label("cancelled", "取消");

pub(super) const NOBODY_READY: Label = label("empty: nobody can run", "空：没有谁可以运行");
pub(super) const HIDDEN: Label = label("hidden while you predict", "预测时不显示");
pub(super) const NEXT: Label = label("next: ", "下一个：");
pub(super) const NO_TIMERS: Label = label("none armed", "没有");
pub(super) const NO_SOURCES: Label = label("no sockets", "没有套接字");
pub(super) const SOURCE_COLUMNS: Label = label("(kind, read, write)", "（种类、读、写）");
pub(super) const IDLE: Label = label("idle", "空闲");
pub(super) const SIDE_READY: Label = label("ready", "就绪");
pub(super) const CLOSED: Label = label("closed", "已关闭");
pub(super) const WAITED_FOR: Label = label("awaited by ", "等待者 ");
pub(super) const DUE_IN: Label = label("in", "还有");
pub(super) const DUE: Label = label("due", "到期");
pub(super) const NOT_STARTED: Label = label("nothing has happened yet", "什么都还没发生");
pub(super) const NO_LINE: Label = label("no line is known", "不知道是哪一行");
pub(super) const BEFORE: Label = label("before: ", "此前：");
pub(super) const NO_SOURCE: Label = label("the source is not at hand", "手头没有这份源代码");
pub(super) const THE_LOOP: Label = label("thread", "线程");
pub(super) const TIMELINE_NOTE: Label = label("ran, waited, slept", "运行、等待、睡眠");
pub(super) const STEP: Label = label("step", "步");
pub(super) const OF: Label = label("of", "/");
pub(super) const LEVEL: Label = label("level", "细节");
pub(super) const ONLY: Label = label("only", "只看");
pub(super) const ALL_TASKS: Label = label("all tasks", "全部任务");
pub(super) const NOBODY: Label = label("nobody", "没有谁");
pub(super) const ANSWER: Label = label("Press the number of your answer.", "请按你的答案的数字。");
pub(super) const ANSWER_KEYS: Label =
    label("v shows the answer, Esc forgets the question.", "v 显示答案，Esc 放弃。");
pub(super) const SEARCH_KEYS: Label = label("Enter searches, Esc does not", "回车搜索，Esc 取消");
pub(super) const READING_KEYS: Label = label(
    "↑/↓ and the space bar scroll, any other key goes back",
    "↑/↓ 和空格滚动，其他任意键返回",
);
pub(super) const ALL_WITH_E: Label = label("the rest: e", "其余：按 e");
pub(super) const FIRST_KEYS: Label =
    label("Press → for the first step, ? for all keys.", "按 → 走第一步，? 查看所有按键。");
pub(super) const TOO_SMALL: Label =
    label("This window is too small for the stepper.", "窗口太小，放不下步进器。");
pub(super) const NEEDED: Label = label("It needs 60 columns and 16 rows.", "需要 60 列、16 行。");
pub(super) const NO_EVENTS: Label =
    label("There is no event in this trace.", "这份轨迹里没有事件。");
pub(super) const FIELDS: Label = label("In the trace", "轨迹中的记录");
pub(super) const RULE: Label = label("The rule", "规则");
pub(super) const PLACES: Label = label("The lines", "代码位置");
pub(super) const SIGNS: Label = label("The signs", "符号");

/// How many there are, and how many of them are shown if not all.
pub(super) fn count(app: &App, shown: usize, all: usize) -> String {
    if shown == all { all.to_string() } else { format!("{shown} {} {all}", app.word(OF)) }
}

impl App {
    /// A label in the language that is spoken.
    pub(super) fn word(&self, label: Label) -> &'static str {
        label.get(self.lang)
    }
}

/// Keys by the words that stand on them, where their signs cannot be drawn.
pub(super) fn without_arrows(text: &str) -> String {
    text.replace('←', "Left").replace('→', "Right").replace('↑', "Up").replace('↓', "Down")
}
