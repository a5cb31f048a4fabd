//! The page's TypeScript bindings are those that the program's commands and events give.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_bindings_are_current() {
    let committed = Path::new("../ui/src/lib/ipc/bindings.ts");
    let fresh = tempfile::NamedTempFile::with_suffix(".ts").unwrap();
    carddesk::bindings().export(specta_typescript::Typescript::default(), fresh.path()).unwrap();
    let fresh = fs::read_to_string(fresh.path()).unwrap();
    if std::env::var_os("CARDDESK_WRITE_BINDINGS").is_some() {
        fs::write(committed, &fresh).unwrap();
    }
    let committed = fs::read_to_string(committed).unwrap();
    assert!(committed == fresh, "ui/src/lib/ipc/bindings.ts is stale: run `cargo xtask bindings`");
}

#[test]
fn every_command_is_granted_to_the_main_window_and_nothing_else_is() {
    let capability = include_str!("../capabilities/main.json");
    let capability: serde_json::Value = serde_json::from_str(capability).unwrap();
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    let granted: std::collections::BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|permission| permission.as_str().unwrap().strip_prefix("allow-"))
        .map(|command| command.replace('-', "_"))
        .collect();
    let bindings = include_str!("../../ui/src/lib/ipc/bindings.ts");
    let declared: std::collections::BTreeSet<String> = bindings
        .split("__TAURI_INVOKE(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(!declared.is_empty());
    assert_eq!(granted, declared);
}
