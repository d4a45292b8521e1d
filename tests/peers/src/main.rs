//! The benchmark: `cargo run --release -p peers -- --help`.

fn main() -> std::process::ExitCode {
    peers::main()
}
