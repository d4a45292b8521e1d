//! What is a row of the table? A name, a unit, who does the work, and what the book says of it.

use std::time::Duration;

/// One thing that is measured.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// Where the cost comes from, in a sentence or two, for the book.
    pub(crate) about: &'static str,
    pub(crate) section: &'static str,
    /// Whether one round is enough: a count hardly differs from one time to the next, and a build takes long.
    pub(crate) once: bool,
    /// Whether each contender does each round's work in a process of its own (`apart`).
    pub(crate) apart: bool,
    /// What that process finds in its environment: for a row about what the allocator does with the same work.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// The first is this project; the others are its peers.
    pub(crate) contenders: Vec<Contender>,
}

/// Somebody's name, and a function that does the work once and says what it cost, in the row's unit.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) work: Box<dyn Fn(Scale) -> f64>,
    /// For a row that counts: the bare work, so often, for a tool to look at (`counted`).
    pub(crate) alone: Option<Alone>,
}

/// Work against a server that runs already, as often as is asked for.
pub(crate) type Alone = Box<dyn Fn(&crate::server::Server, usize)>;

/// What a contender says that cannot do the work on this machine: a program or a feature is missing.
pub(crate) const MISSING: f64 = f64::NAN;

impl Row {
    pub(crate) fn new(name: &'static str, unit: &'static str, about: &'static str) -> Row {
        Row {
            name,
            unit,
            about,
            section: "",
            once: false,
            apart: false,
            environment: &[],
            contenders: Vec::new(),
        }
    }

    /// Adds one who does this row's work.
    pub(crate) fn with(mut self, name: &'static str, work: impl Fn(Scale) -> f64 + 'static) -> Row {
        self.contenders.push(Contender { name, work: Box::new(work), alone: None });
        self
    }
}

/// The contender of this name in the row of that.
pub(crate) fn contender<'a>(
    rows: &'a [Row],
    row: &str,
    name: &str,
) -> Result<&'a Contender, String> {
    rows.iter()
        .filter(|known| known.name == row)
        .flat_map(|row| &row.contenders)
        .find(|contender| contender.name == name)
        .ok_or(format!("{name} takes no part in {row}"))
}

/// How much work is done in one round.
#[derive(Clone, Copy)]
pub(crate) enum Scale {
    Full,
    /// A tenth.
    Quick,
}

impl Scale {
    /// How many rounds count, at least.
    pub(crate) fn rounds(self) -> usize {
        match self {
            Scale::Full => 9,
            Scale::Quick => 3,
        }
    }

    /// For how long at least there is one round after another: a neighbour on the machine that wakes up for a few seconds is
    /// not to be there in most of them.
    pub(crate) fn least(self) -> Duration {
        match self {
            Scale::Full => Duration::from_secs(15),
            Scale::Quick => Duration::ZERO,
        }
    }

    /// `full`, or a tenth of it.
    pub(crate) fn of(self, full: usize) -> usize {
        match self {
            Scale::Full => full,
            Scale::Quick => full.div_ceil(10),
        }
    }
}
