//! Exercise of chapter 18. A loop sleeps, and has mail.
//!
//! `LOOP` and `POSTER` are what the loop does before it sleeps, and what another thread does to wake it, step by step. The
//! test lets the two interleave in every way that there is. Mend the order of the steps; the rest stays as it is.
//!
//! Hint: who looks first and speaks afterwards leaves a gap. In the gap there is room for all that the other does.
//!
//! The solution is in docs/exercises/solved/e18_the_last_look.rs.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The loop: the others may see from here on that it sleeps.
    SayParked,
    /// The loop: is there mail?
    Look,
    /// The loop: sleeps until the bell rings, unless it saw mail.
    Sleep,
    /// The other thread: puts a ticket into the mailbox.
    Post,
    /// The other thread: rings, if the loop has said that it sleeps.
    RingIfParked,
}

use Step::{Look, Post, RingIfParked, SayParked, Sleep};

const LOOP: [Step; 3] = [Look, SayParked, Sleep];
const POSTER: [Step; 2] = [Post, RingIfParked];

#[derive(Default)]
struct World {
    parked: bool,
    mail: bool,
    saw_mail: bool,
    /// An eventfd remembers that it was rung, so ringing before the sleep ends it at once.
    rung: bool,
    asleep: bool,
}

impl World {
    fn take(&mut self, step: Step) {
        match step {
            SayParked => self.parked = true,
            Look => self.saw_mail = self.mail,
            Sleep => self.asleep = !self.saw_mail,
            Post => self.mail = true,
            RingIfParked => self.rung |= self.parked,
        }
    }

    fn is_lost(&self) -> bool {
        self.mail && self.asleep && !self.rung
    }
}

/// All ways in which two lists of steps can interleave.
fn interleavings(left: &[Step], right: &[Step]) -> Vec<Vec<Step>> {
    let (Some(first), Some(second)) = (left.first(), right.first()) else {
        return vec![[left, right].concat()];
    };
    let begin = |step: &Step, rest: Vec<Vec<Step>>| {
        let step = *step;
        rest.into_iter().map(move |rest| [vec![step], rest].concat())
    };
    let mut all: Vec<_> = begin(first, interleavings(&left[1..], right)).collect();
    all.extend(begin(second, interleavings(left, &right[1..])));
    all
}

#[test]
#[ignore = "exercise of chapter 18"]
fn e18_no_interleaving_lets_the_loop_sleep_with_mail() {
    let lost = interleavings(&LOOP, &POSTER).into_iter().find(|steps| {
        let mut world = World::default();
        steps.iter().for_each(|step| world.take(*step));
        world.is_lost()
    });
    assert!(lost.is_none(), "a wake is lost when it happens in this order: {:?}", lost.unwrap());
    for step in [SayParked, Look, Sleep, Post, RingIfParked] {
        let there = LOOP.contains(&step) || POSTER.contains(&step);
        assert!(there, "all steps are to be taken, and {step:?} is left out");
    }
}
