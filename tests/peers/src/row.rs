//! What is a row of the table? A name, a unit, and who does the work.

/// One thing that is measured.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// The first is this project; the others are its peers.
    pub(crate) contenders: Vec<Contender>,
}

/// Somebody's name, and a function that does the work once and says what it cost, in the row's unit.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) work: Box<dyn Fn(Scale) -> f64>,
}

impl Row {
    pub(crate) fn new(name: &'static str, unit: &'static str) -> Row {
        Row { name, unit, contenders: Vec::new() }
    }

    /// Adds one who does this row's work.
    pub(crate) fn with(mut self, name: &'static str, work: impl Fn(Scale) -> f64 + 'static) -> Row {
        self.contenders.push(Contender { name, work: Box::new(work) });
        self
    }
}

/// How much work is done in one round.
#[derive(Clone, Copy)]
pub(crate) enum Scale {
    Full,
    /// A tenth.
    Quick,
}

impl Scale {
    /// `full`, or a tenth of it.
    pub(crate) fn of(self, full: usize) -> usize {
        match self {
            Scale::Full => full,
            Scale::Quick => full.div_ceil(10),
        }
    }
}
