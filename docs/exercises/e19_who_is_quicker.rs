//! Exercise of chapter 19. Two programs cost the same, and a benchmark says that they do not.
//!
//! `benchmark` is to find out what one round of each program costs. It is wrong in two ways, and only it is to be mended: the
//! programs and the machine stay as they are. It may run each of them as often, and for as many rounds, as it likes.
//!
//! Hint: the start of a program is no round; what do two runs of different length have in common? And the neighbour is busy
//! for a while, and then quiet: whom does that hit if the programs take turns? `median` is there to be used.
//!
//! The solution is in docs/exercises/solved/e19_who_is_quicker.rs.

/// What a program costs on a machine that it has for itself.
struct Program {
    start: u64,
    round: u64,
}

/// A machine, and how much time has gone by on it.
struct Machine {
    now: u64,
}

impl Machine {
    /// Runs a program for so many rounds, and says how long it took. While a neighbour is busy, everything takes twice as long.
    fn run(&mut self, program: &Program, rounds: u64) -> u64 {
        let alone = program.start + program.round * rounds;
        let neighbour = (1_000_000..3_000_000).contains(&self.now);
        let took = if neighbour { 2 * alone } else { alone };
        self.now += took;
        took
    }
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}

/// What one round of each of two programs costs.
fn benchmark(machine: &mut Machine, a: &Program, b: &Program) -> [u64; 2] {
    let mut figures = [0, 0];
    for (program, figure) in [a, b].into_iter().zip(&mut figures) {
        let times = (0..9).map(|_| machine.run(program, 1000) / 1000).collect();
        *figure = median(times);
    }
    figures
}

#[test]
#[ignore = "exercise of chapter 19"]
fn e19_programs_that_cost_the_same_are_found_to_cost_the_same() {
    let [a, b] = [Program { start: 60_000, round: 80 }, Program { start: 60_000, round: 80 }];
    let [first, second] = benchmark(&mut Machine { now: 0 }, &a, &b);
    assert_eq!(
        first, second,
        "the programs are the same, yet one was measured while the neighbour was busy: let them take turns"
    );
    assert_eq!(first, 80, "a round costs 80; the rest is the start of the program: subtract it");
}
