//! Declares the commands, so that none is allowed to a window unless a capability grants it.

#![allow(clippy::expect_used, reason = "a build that can't go on has nobody else to tell")]

use std::fs;

fn main() {
    // One list for all: the capability of the main window names what is granted, and this reads it.
    let path = "capabilities/main.json";
    println!("cargo::rerun-if-changed={path}");
    println!("cargo::rerun-if-changed=../ui/dist");
    let capability: &str = fs::read_to_string(path).expect("capabilities/main.json").leak();
    let commands: Vec<&str> = capability
        .split('"')
        .filter_map(|word| word.strip_prefix("allow-"))
        .map(|command| &*command.replace('-', "_").leak())
        .collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).expect("tauri build");
}
