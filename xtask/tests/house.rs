//! The rules of the house that no compiler holds: which room may know which (see ARCHITECTURE.md).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    // Tests run in their package's folder.
    std::env::current_dir().unwrap().parent().unwrap().to_path_buf()
}

/// What each member of the workspace depends on, outside its tests and build scripts.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let members = metadata["packages"].as_array().unwrap().iter();
    members
        .map(|package| {
            let all = package["dependencies"].as_array().unwrap().iter();
            (name(package), all.filter(|it| it["kind"].is_null()).map(name).collect())
        })
        .collect()
}

fn files(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "target" | "dist" | "gen" | ".git") {
                files(&path, ends, found);
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

#[test]
fn no_crate_below_the_shell_knows_tauri() {
    for (member, knows) in dependencies() {
        let shell = member == "carddesk";
        assert!(shell || !knows.iter().any(|name| name.starts_with("tauri")), "{member} knows Tauri");
    }
}

#[test]
fn the_register_clients_know_wire_and_nothing_else_of_the_house() {
    let all = dependencies();
    for client in ["alive", "usos", "sup"] {
        let of_the_house: Vec<&String> = all[client].iter().filter(|name| all.contains_key(*name)).collect();
        assert_eq!(of_the_house, ["wire"], "{client}");
    }
}

#[test]
fn practice_shares_no_code_with_the_clients() {
    let all = dependencies();
    let of_the_house: Vec<&String> = all["practice"].iter().filter(|name| all.contains_key(*name)).collect();
    assert!(of_the_house.is_empty(), "{of_the_house:?}");
    // And nobody but the shell, who opens it, the journeys and the fault rig build on it.
    for (member, knows) in &all {
        let may = matches!(member.as_str(), "carddesk" | "journeys" | "faults");
        assert!(may || !knows.contains("practice"), "{member} knows the practice world");
    }
}

#[test]
fn sql_stands_in_the_ledger_alone() {
    // The journeys and the fault rig start a real database server by the ledger's own `tests/server`.
    for (member, knows) in dependencies() {
        let may = matches!(member.as_str(), "ledger" | "journeys" | "faults");
        assert!(may || !knows.contains("sqlx"), "{member} knows SQL");
    }
}

#[test]
fn only_ipc_imports_tauri_in_the_page() {
    let mut found = Vec::new();
    files(&root().join("ui/src"), &[".ts", ".svelte"], &mut found);
    assert!(!found.is_empty());
    for file in found {
        let text = std::fs::read_to_string(&file).unwrap();
        let ipc = file.starts_with(root().join("ui/src/lib/ipc"));
        assert!(ipc || !text.contains("@tauri-apps"), "{}", file.display());
    }
}

#[test]
fn every_file_says_in_its_first_lines_what_it_is_about() {
    let mut found = Vec::new();
    for folder in ["src-tauri", "tests", "xtask", "ui/src", "ui/test"] {
        files(&root().join(folder), &[".rs", ".ts", ".svelte"], &mut found);
    }
    for file in found {
        let text = std::fs::read_to_string(&file).unwrap();
        let first = text.trim_start();
        let says = ["//!", "// ", "<!--", "/*"].iter().any(|mark| first.starts_with(mark));
        assert!(says, "{} begins without a word", file.display());
    }
}
