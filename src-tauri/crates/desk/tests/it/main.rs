//! The desk at a counter without a window: verdicts, and the work on a person's file, on practice registers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod checkup;
mod counter;
mod issue;
mod student_chip;
mod verdicts;
mod work;
