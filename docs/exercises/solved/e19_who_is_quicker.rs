//! The solution of e19: take turns, and subtract a short run from a long one.

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
    let mut figures = [Vec::new(), Vec::new()];
    for _ in 0..9 {
        for (program, figures) in [a, b].into_iter().zip(&mut figures) {
            let short = machine.run(program, 1000);
            let long = machine.run(program, 3000);
            figures.push((long - short) / 2000);
        }
    }
    figures.map(median)
}

#[test]
fn e19_programs_that_cost_the_same_are_found_to_cost_the_same() {
    let [a, b] = [Program { start: 60_000, round: 80 }, Program { start: 60_000, round: 80 }];
    let [first, second] = benchmark(&mut Machine { now: 0 }, &a, &b);
    assert_eq!(
        first, second,
        "the programs are the same, yet one was measured while the neighbour was busy: let them take turns"
    );
    assert_eq!(first, 80, "a round costs 80; the rest is the start of the program: subtract it");
}
