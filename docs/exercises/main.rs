//! The exercises of the book. Each file is given twice: here, where its test fails, and in `solved`, where it passes.
//!
//! `cargo test -p docs --test exercises -- --ignored e07` runs those of chapter 07 as they are given. Both halves are looked
//! after by `proof`.

// What an exercise leaves unused, its solution needs.
#![allow(dead_code, unused_imports, unused_variables, unused_mut)]

mod proof;

// One line for each exercise, ordered by chapter.
mod appendix_own_runtime;
mod e00_in_single_file;
mod e01_a_lock_for_all;
mod e02_read_on;
mod e03_log_out;
mod e04_by_hand;
mod e05_one_by_one;
mod e06_whose_turn;
mod e07_a_letterbox;
mod e08_a_row_of_the_table;
mod e09_alarms;
mod e10_again_and_again;
mod e11_read_exactly;
mod e12_cut_anywhere;
mod e13_speak_first;
mod e14_lost_update;
mod e14_one_after_another;
mod e15_half_a_message;
mod e16_five_connections;
mod e17_a_long_sum;
mod e17_a_slow_disk;
mod e18_the_last_look;
mod e19_who_is_quicker;
mod e20_bring_your_own_timer;
mod e21_three_sums;

mod solved {
    // The same lines once more.
    mod appendix_own_runtime;
    mod e00_in_single_file;
    mod e01_a_lock_for_all;
    mod e02_read_on;
    mod e03_log_out;
    mod e04_by_hand;
    mod e05_one_by_one;
    mod e06_whose_turn;
    mod e07_a_letterbox;
    mod e08_a_row_of_the_table;
    mod e09_alarms;
    mod e10_again_and_again;
    mod e11_read_exactly;
    mod e12_cut_anywhere;
    mod e13_speak_first;
    mod e14_lost_update;
    mod e14_one_after_another;
    mod e15_half_a_message;
    mod e16_five_connections;
    mod e17_a_long_sum;
    mod e17_a_slow_disk;
    mod e18_the_last_look;
    mod e19_who_is_quicker;
    mod e20_bring_your_own_timer;
    mod e21_three_sums;
}
