//! The commands themselves, as sequences of steps.

use anyhow::{Context, Result};

use crate::page;
use crate::stage::Stage;
use crate::system::{TO_RUN, TO_RUN_HEADLESS, TO_TEST, packages, root, say, sh, target, tauri_driver};

/// Opens the desk on the practice university, or under a virtual display where there's none.
pub fn run(rest: &[&str]) -> Result<()> {
    packages(TO_RUN)?;
    page::build()?;
    sh("cargo", &["build", "--package", "carddesk"], &[])?;
    let program = target().join("debug/carddesk").display().to_string();
    if cfg!(not(target_os = "linux")) || seen("DISPLAY") || seen("WAYLAND_DISPLAY") {
        say("opening the desk; its people, cards and registers are invented");
        return sh(&program, rest, &[]);
    }
    packages(TO_RUN_HEADLESS)?;
    let stage = Stage::set(false)?;
    say("there is no display here: the desk opens under Xvfb, where nobody sees it (Ctrl+C ends it)");
    say("to see it, walk through it with `cargo xtask tour`: the pictures are written to target/tour");
    sh(&program, rest, &stage.env)
}

fn seen(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Everything that can be wrong, from formatting to the journeys in the real window.
pub fn test() -> Result<()> {
    packages(TO_RUN)?;
    packages(TO_TEST)?;
    sh("cargo", &["fmt", "--all", "--check"], &[])?;
    page::build()?;
    page::npm(&["run", "--silent", "check"])?;
    page::npm(&["run", "--silent", "test"])?;
    sh("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    let stage = Stage::set(true)?;
    sh("cargo", &["test", "--workspace", "--exclude", "journeys", "--no-fail-fast"], &stage.env)?;
    fuzz("10")?;
    for ledger in ["file", "postgres"] {
        let short = ["--desks", "3", "--issues", "30", "--kills", "6", "--seed", "1", "--ledger", ledger];
        faults(&short)?;
    }
    journeys(&stage, "dev", &["test", "--package", "journeys", "--", "--test-threads=1"])?;
    say("all that there is to test has passed");
    Ok(())
}

/// Builds the program (`dev` or `release`) and its driver, then runs cargo with them on the stage.
fn journeys(stage: &Stage, profile: &str, words: &[&str]) -> Result<()> {
    sh("cargo", &["build", "--profile", profile, "--package", "carddesk"], &[])?;
    // Cargo's folder for the profile `dev` is called `debug`.
    let folder = if profile == "dev" { "debug" } else { profile };
    let program = target().join(folder).join("carddesk");
    let mut env = stage.env.clone();
    env.push(("CARDDESK_DRIVER".into(), tauri_driver()?.display().to_string()));
    env.push(("CARDDESK_PROGRAM".into(), program.display().to_string()));
    sh("cargo", words, &env)
}

/// Walks the journeys in the real window and writes a picture of each step.
pub fn tour(rest: &[&str]) -> Result<()> {
    packages(TO_RUN)?;
    packages(TO_TEST)?;
    page::build()?;
    let stage = Stage::set(true)?;
    let pictures = root().join("target/tour");
    std::fs::create_dir_all(&pictures).context("target/tour")?;
    let folder = pictures.display().to_string();
    let mut words = vec!["run", "--quiet", "--package", "journeys", "--bin", "tour", "--", folder.as_str()];
    words.extend(rest);
    journeys(&stage, "dev", &words)
}

/// Serves the practice university alone. Nothing but its own words may stand on stdout, so nothing is said here; and
/// on Unix it takes this process's place, so that ending this ends the servers.
pub fn practice(rest: &[&str]) -> Result<()> {
    let mut command = std::process::Command::new("cargo");
    command.args(["run", "--quiet", "--package", "practice", "--bin", "practice", "--"]).args(rest);
    command.current_dir(root());
    #[cfg(unix)]
    return Err(std::os::unix::process::CommandExt::exec(&mut command).into());
    #[cfg(not(unix))]
    {
        let status = command.status()?;
        anyhow::ensure!(status.success(), "the practice university ended with {status}");
        Ok(())
    }
}

/// The figures of the tap: in the real window with a real pcscd, and the index at scale. Release build.
pub fn bench_tap() -> Result<()> {
    packages(TO_RUN)?;
    packages(TO_TEST)?;
    page::build()?;
    let stage = Stage::set(true)?;
    // What measures is built as the tests are; what is measured is the release.
    journeys(&stage, "release", &["run", "--package", "journeys", "--bin", "bench-tap"])?;
    let index =
        ["run", "--release", "--package", "ledger", "--example", "bench_index", "--", "100000", "1000000"];
    sh("cargo", &index, &[])
}

/// The figures of the ledger: a durable step of the journal on an encrypted file with nothing and with a million rows
/// behind it, and leases on a real PostgreSQL. Release build.
pub fn bench_ledger() -> Result<()> {
    packages(TO_TEST)?;
    let words = ["run", "--release", "--package", "ledger", "--example", "bench_ledger", "--", "1000000"];
    sh("cargo", &words, &[])
}

/// What reading takes beyond the card's own exchange time. Release build.
pub fn bench_chips() -> Result<()> {
    packages(TO_RUN)?;
    sh("cargo", &["run", "--release", "--package", "chip", "--example", "bench_chips"], &[])
}

/// Feeds what cards say, mutated, to what reads it.
pub fn fuzz(seconds: &str) -> Result<()> {
    packages(TO_RUN)?;
    sh(
        "cargo",
        &["run", "--quiet", "--package", "chip", "--example", "fuzz", "--", "--seconds", seconds],
        &[],
    )
}

/// Desks issue cards while calls fail, desks are killed and the database goes away; then it's looked whether anything
/// is there twice or was lost.
pub fn faults(rest: &[&str]) -> Result<()> {
    packages(TO_RUN)?;
    packages(TO_TEST)?;
    let mut words = vec!["run", "--quiet", "--package", "faults", "--"];
    words.extend(rest);
    sh("cargo", &words, &[])
}

/// Writes the page's TypeScript bindings from the commands and events of the program.
pub fn bindings() -> Result<()> {
    packages(TO_RUN)?;
    page::build()?;
    let words = ["test", "--package", "carddesk", "--test", "bindings"];
    sh("cargo", &words, &[("CARDDESK_WRITE_BINDINGS".to_owned(), "1".to_owned())])
}
