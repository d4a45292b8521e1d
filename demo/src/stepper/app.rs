//! Where is one in the trace, and what is shown of it? The stepper without its screen: keys go in, a state comes out.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::keys::{self, Action};
use super::predict::Prediction;
use super::search::Search;
use crate::recording::Seen;
use crate::scenes::Scene;
use crate::step::Opened;
use crate::trace::Trace;
use crate::trace::event::Step;
use crate::trace::filter::Filter;
use crate::trace::player::Player;
use crate::trace::state::State;
use crate::trace::why::Lang;

/// So many steps are many.
const MANY: usize = 10;

/// Everything that the screen depends on.
pub struct App {
    /// What the trace is called.
    pub name: String,
    /// The scene that it is a recording of, if it is one.
    pub scene: Option<&'static Scene>,
    /// Which steps are shown.
    pub filter: Filter,
    /// The language of everything.
    pub lang: Lang,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
    /// Whether there are colours.
    pub colours: bool,
    /// What keys mean at present.
    pub mode: Mode,
    /// The answer to the last key, if it needs one.
    pub message: Option<String>,
    /// What is drawn of the whole trace.
    pub seen: Seen,
    /// How many there are of everything where there are most: panels keep their heights.
    pub most: Most,
    /// The state at the end, in which every task has its name.
    pub(super) names: State,
    pub(super) player: Player,
    /// The state before the step that happened last.
    before: State,
    /// The numbers of the steps that are shown.
    pub(super) shown: Vec<usize>,
    pub(super) search: Search,
    mark: Option<usize>,
}

/// What keys mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What the table of keys says.
    Stepping,
    /// Letters of a text to search for.
    Searching(String),
    /// The answer to who runs next.
    Predicting(Prediction),
    /// Reading a page, from this line on.
    Reading(Page, usize),
}

/// A page over everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// All keys.
    Help,
    /// The step at length.
    Explanation,
}

/// The largest numbers in a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    /// Tasks.
    pub tasks: usize,
    /// Timers that are armed.
    pub timers: usize,
    /// Sockets that are known.
    pub sources: usize,
}

/// What a key wants from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// To leave.
    Quit,
    /// The trace in a file.
    Export,
}

impl App {
    /// Before the first step.
    pub fn new(opened: Opened, filter: Filter, lang: Lang) -> App {
        let Opened { name, scene, trace } = opened;
        let mut most = Most::default();
        let mut state = State::default();
        for step in &trace.steps {
            state.apply(step);
            most.tasks = most.tasks.max(state.tasks.len());
            most.timers = most.timers.max(state.timers.len());
            most.sources = most.sources.max(state.sources.len());
        }
        let (seen, shown) = (Seen::of(&trace), filter.choose(&trace));
        App {
            name,
            scene,
            filter,
            lang,
            ascii: false,
            colours: true,
            mode: Mode::Stepping,
            message: None,
            seen,
            most,
            names: state,
            player: Player::new(trace),
            before: State::default(),
            shown,
            search: Search::default(),
            mark: None,
        }
    }

    /// The trace.
    pub fn trace(&self) -> &Trace {
        self.player.trace()
    }

    /// How many events have happened.
    pub fn position(&self) -> usize {
        self.player.position()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.player.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.player.is_empty()
    }

    /// The state now.
    pub fn state(&self) -> &State {
        self.player.state()
    }

    /// The step that happened last, and the state that it happened in.
    pub fn last(&self) -> Option<(&Step, &State)> {
        Some((self.player.last()?, &self.before))
    }

    /// Goes to where so many events have happened.
    pub fn go(&mut self, position: usize) {
        if position == self.position() + 1 {
            self.before = self.state().clone();
            self.player.go(position);
        } else if position != self.position() {
            self.player.go(position.saturating_sub(1));
            self.before = self.state().clone();
            self.player.go(position);
        }
    }

    /// Takes a key.
    pub fn press(&mut self, key: KeyEvent) -> Option<Effect> {
        self.message = None;
        if keys::is_interrupt(key) {
            return Some(Effect::Quit);
        }
        match std::mem::replace(&mut self.mode, Mode::Stepping) {
            Mode::Stepping => match keys::action(key) {
                Some(action) => return self.act(action),
                None => self.unknown(key),
            },
            Mode::Searching(text) => self.type_search(text, key),
            Mode::Predicting(prediction) => self.answer(&prediction, key),
            Mode::Reading(page, line) => self.read(page, line, key),
        }
        None
    }

    fn act(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Forward => self.step(1),
            Action::Back => self.step(-1),
            Action::ManyForward => self.step(MANY as isize),
            Action::ManyBack => self.step(-(MANY as isize)),
            Action::Next(kind) => self.go_to_kind(kind, true),
            Action::Previous(kind) => self.go_to_kind(kind, false),
            Action::Follow => self.follow_next(),
            Action::FollowNobody => self.follow(None),
            Action::Search => self.mode = Mode::Searching(String::new()),
            Action::NextMatch => self.go_to_match(true),
            Action::PreviousMatch => self.go_to_match(false),
            Action::Level(level) => self.set_level(level),
            Action::Start => self.go(0),
            Action::End => self.go(self.len()),
            Action::Mark => {
                let here = self.position();
                self.mark = Some(here);
                self.tell(
                    format!("Step {here} is marked; the key ' comes back to it."),
                    format!("第 {here} 步已标记；按 ' 回到这里。"),
                );
            }
            Action::ToMark => match self.mark {
                Some(mark) => self.go(mark),
                None => self.tell(
                    "No step is marked yet: m marks this one.".into(),
                    "还没有标记：按 m 标记这一步。".into(),
                ),
            },
            Action::Predict => self.predict(),
            Action::Explain => self.mode = Mode::Reading(Page::Explanation, 0),
            Action::Language => {
                self.lang = self.lang.other();
                self.search.forget_matches();
            }
            Action::Help => self.mode = Mode::Reading(Page::Help, 0),
            Action::Export => return Some(Effect::Export),
            Action::Quit => return Some(Effect::Quit),
        }
        None
    }

    /// Answers a key, in the language that is spoken.
    pub fn tell(&mut self, en: String, zh: String) {
        self.message = Some(match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        });
    }

    fn unknown(&mut self, key: KeyEvent) {
        let name = keys::name(key);
        self.tell(
            format!("{name} is no key here: the arrows step, ? shows all keys, q quits."),
            format!("{name} 在这里没有用处：方向键步进，? 显示所有按键，q 退出。"),
        );
    }

    fn read(&mut self, page: Page, line: usize, key: KeyEvent) {
        let line = match key.code {
            KeyCode::Down | KeyCode::Char(' ') => line + 1,
            KeyCode::PageDown => line + MANY,
            KeyCode::Up => line.saturating_sub(1),
            KeyCode::PageUp => line.saturating_sub(MANY),
            // Every other key closes the page.
            _ => return,
        };
        self.mode = Mode::Reading(page, line);
    }
}
