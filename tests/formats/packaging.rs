//! What surrounds the program, held to each other: the action, its scripts, the workflows, the hooks, the release and
//! the README name the same inputs, flags and files.

use std::collections::BTreeSet;
use std::path::Path;

use serde_yaml::Value;

use crate::archive::Archive;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_mapping().into_iter().flatten().filter_map(|(key, _)| Some(key.as_str()?.to_owned())).collect()
}

/// The words behind each `begin` in a text, as far as names go.
fn names_behind(text: &str, begin: &str) -> BTreeSet<String> {
    let name = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
    };
    text.split(begin).skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

/// The long flags in a text: `--name` that is not part of a longer word.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_flag =
        |word: &&str| word.strip_prefix("--").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    words.filter(is_flag).map(|word| word.trim_end_matches('-').to_owned()).collect()
}

fn known_flags() -> BTreeSet<String> {
    let archive = Archive::empty();
    flags(&archive.run(&["check", "--help"]).stdout)
}

#[test]
fn the_action_uses_its_inputs_and_gives_its_outputs() {
    let action = yaml("action.yml");
    let steps = serde_yaml::to_string(&action["runs"]).unwrap();
    assert_eq!(names_behind(&steps, "inputs."), keys(&action["inputs"]));
    let script = text(".github/action/check.sh");
    for output in names_behind(&text("action.yml"), "steps.check.outputs.") {
        let is_counted = script.contains("for name in healthy complete errors warnings infos; do")
            && ["healthy", "complete", "errors", "warnings", "infos"].contains(&output.as_str());
        assert!(is_counted || script.contains(&format!("echo \"{output}=")), "{output} is not told by check.sh");
    }
    for name in ["install.sh", "check.sh", "issue.sh"] {
        assert!(steps.contains(&format!("/.github/action/{name}")), "{name}");
        // Every variable that a script takes is given by a step, or is the runner's own.
        for variable in names_behind(&text(&format!(".github/action/{name}")), "${") {
            let is_given = steps.contains(&format!("{variable}:"));
            let is_own = variable.starts_with("GITHUB_") || variable.starts_with("RUNNER_");
            let is_local = variable.chars().all(|c| !c.is_ascii_uppercase());
            assert!(is_given || is_own || is_local, "{name} takes {variable}");
        }
    }
}

#[test]
fn what_users_copy_has_inputs_and_flags_that_exist() {
    let inputs = keys(&yaml("action.yml")["inputs"]);
    let workflow = yaml(".github/workflows/archive.yml");
    assert_eq!(keys(&workflow["jobs"]).len(), 3);
    let mut uses = 0;
    for job in workflow["jobs"].as_mapping().unwrap().values() {
        for step in job["steps"].as_sequence().unwrap() {
            if step["uses"].as_str().is_some_and(|uses| uses.starts_with("OWNER/postproof@v")) {
                uses += 1;
                let named = keys(&step["with"]);
                assert!(named.is_subset(&inputs), "{named:?}");
            }
        }
    }
    assert_eq!(uses, 3);
    let known = known_flags();
    assert!(known.len() > 20, "{known:?}");
    let written = flags(&text(".github/action/check.sh"));
    assert!(written.is_subset(&known), "check.sh: {:?}", written.difference(&known));
    for hook in yaml(".pre-commit-hooks.yaml").as_sequence().unwrap() {
        let entry = hook["entry"].as_str().unwrap();
        assert!(entry.starts_with("postproof check ") && flags(entry).is_subset(&known), "{entry}");
    }
}

#[test]
fn the_readme_names_what_there_is() {
    let readme = text("README.md");
    let action = yaml("action.yml");
    for (part, begin) in [("inputs", "| input | "), ("outputs", "| output | ")] {
        let table = readme.split(begin).nth(1).unwrap_or_else(|| panic!("README has no table of {part}"));
        let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
        let named: BTreeSet<String> = rows.filter_map(|row| Some(row.split('`').nth(1)?.to_owned())).collect();
        assert_eq!(named, keys(&action[part]), "README's table of {part}");
    }
    let known = known_flags();
    for line in readme.lines().filter(|line| line.contains("postproof check ")) {
        let command = line.split("postproof check ").nth(1).unwrap().split('#').next().unwrap();
        let named = flags(command.split('`').next().unwrap());
        assert!(named.is_subset(&known), "{line}");
    }
}

#[test]
fn the_names_of_a_release_agree() {
    let release = yaml(".github/workflows/release.yml");
    let targets: BTreeSet<&str> = release["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|row| row["target"].as_str().unwrap())
        .collect();
    assert_eq!(targets.len(), 7);
    let install = text(".github/action/install.sh");
    let asked: BTreeSet<String> =
        install.lines().filter_map(|line| Some(line.split(") echo ").nth(1)?.split(' ').next()?.to_owned())).collect();
    assert_eq!(asked.len(), 5);
    for target in &asked {
        assert!(targets.contains(target.as_str()), "no release is built for {target}");
    }
    let manifest = text("Cargo.toml");
    assert!(manifest.contains("/releases/download/v{ version }/postproof-{ target }.tar.gz"), "binstall");
    let pack = serde_yaml::to_string(&release["jobs"]["build"]["steps"]).unwrap();
    assert!(pack.contains("name=\"postproof-$TARGET\"") && pack.contains("tar -czf \"$name.tar.gz\""), "{pack}");
}

#[test]
fn the_image_has_every_file_that_the_build_needs() {
    let image = text(".github/Dockerfile");
    let copied: Vec<&str> = image
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from="))
        .flat_map(|line| line.split(' ').skip(1))
        .collect();
    let manifest = text("Cargo.toml");
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    for path in paths.chain(["Cargo.toml", "Cargo.lock", "README.md", "src"]) {
        assert!(copied.iter().any(|copied| path.starts_with(copied)), "{path} is not copied");
    }
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")).unwrap();
    let version = version.trim_end_matches('"');
    assert!(image.contains(&format!("FROM rust:{version}-alpine")), "{version}");
}
