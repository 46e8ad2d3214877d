//! Holds the source to the table of rooms in ARCHITECTURE.md: imports flow one way, files stay readable.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(root().join("src")).unwrap().to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

/// The room of each layer of the table, by name.
fn layers() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut layers = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Some(layer) = cells.get(1).and_then(|cell| cell.parse().ok()) else { continue };
        for room in cells[2].split('`').skip(1).step_by(2) {
            layers.insert(room.trim_end_matches('/').trim_end_matches(".rs").to_owned(), layer);
        }
    }
    layers
}

fn room_of(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names by `crate::room`.
fn imports(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (index, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && c.is_alphabetic() => {
                        found.insert(word(&group[index..]));
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.insert(word(rest));
        }
    }
    found.remove("declare_rule");
    found
}

#[test]
fn imports_flow_one_way() {
    let layers = layers();
    assert!(layers.len() >= 15, "the table of rooms was not found in ARCHITECTURE.md: {layers:?}");
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(&own) = layers.get(&room) else {
            wrong.push(format!("{}: the room `{room}` is not in the table", path.display()));
            continue;
        };
        for import in imports(&text) {
            match layers.get(&import) {
                _ if import == room => {}
                Some(&other) if other < own => {}
                _ => wrong.push(format!("{}: layer {own} imports `{import}`", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "imports that go down the table:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_table_exists() {
    for room in layers().keys() {
        let source = root().join("src");
        assert!(source.join(room).is_dir() || source.join(format!("{room}.rs")).is_file(), "no room `{room}`");
    }
}

#[test]
fn a_rule_imports_no_other_rule() {
    let is_family = |name: &str| root().join("src/rules").join(name).is_dir() && name != "testing";
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("rules") && path.components().count() > 2)
    {
        for (at, _) in text.match_indices("crate::rules::") {
            let rest = &text[at + "crate::rules::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if is_family(&name) && !path.starts_with(Path::new("rules").join(&name)) {
                wrong.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{}: {lines} lines before its tests", path.display()))
        .collect();
    assert!(long.is_empty(), "files of more than {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn only_the_edge_touches_files_clocks_processes_and_sockets() {
    let edge = ["source", "vcs", "seal", "probe", "store", "cli", "main"];
    let effects = ["std::fs::", "std::process::Command", "Timestamp::now", "SystemTime::now", "std::net::Tcp"];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if edge.contains(&room_of(&path).as_str()) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        for effect in effects.iter().filter(|effect| code.contains(**effect)) {
            wrong.push(format!("{}: {effect}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "effects outside the edge:\n{}", wrong.join("\n"));
}

#[test]
fn async_stays_in_one_room() {
    for (path, text) in sources() {
        let is_async = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains("async "));
        assert!(!is_async || room_of(&path) == "probe", "{} is asynchronous", path.display());
    }
}
