//! What was learned, laid over a settings file that a person may have edited.
//!
//! A block that `init` wrote carries a digest of its lines. As long as it fits, the block is init's to write anew;
//! once a person has changed a line, the block is theirs and is kept as it is. Every other line is theirs anyway.

use super::render::{Block, digest};
use crate::config::MODELINE as HEAD;

const MARK: &str = "# learned: ";
const WRITTEN: &str = "# init has written: ";

/// A settings file after a merge.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) text: String,
    /// Blocks that a person has edited, and that were learned otherwise.
    pub(super) kept: Vec<&'static str>,
}

/// The settings file with what was learned in it; `old` is the one that is there.
pub(super) fn merge(old: Option<&str>, blocks: &[Block], about: &[String]) -> Merged {
    let Some(old) = old else {
        let mut text = format!("{HEAD}\n");
        for line in about {
            text.extend(["# ", line, "\n"]);
        }
        text.push_str(&written(&[], blocks));
        for block in blocks {
            append(&mut text, block);
        }
        return Merged { text, kept: Vec::new() };
    };
    let (mut text, mut kept, mut seen) = (String::new(), Vec::new(), Vec::new());
    let known: Vec<&str> =
        old.lines().find_map(|line| line.strip_prefix(WRITTEN)).map_or(Vec::new(), |names| names.split(", ").collect());
    let mut lines = old.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if line.starts_with(WRITTEN) {
            text.push_str(&written(&known, blocks));
            continue;
        }
        let mark = line.trim_end().strip_prefix(MARK).and_then(|mark| mark.split_once(' '));
        let Some((name, stated)) = mark else {
            text.push_str(line);
            continue;
        };
        let mut body = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            body.push(line);
        }
        let trimmed: Vec<&str> = body.iter().map(|line| line.trim_end_matches(['\n', '\r'])).collect();
        let block = blocks.iter().find(|block| block.name == name);
        seen.push(name.to_owned());
        match block {
            Some(block) if digest(&trimmed) == stated => {
                text.extend([&block.mark(), "\n", &block.lines.join("\n"), "\n"]);
            }
            _ => {
                if let Some(block) = block.filter(|block| block.lines != trimmed) {
                    kept.push(block.name);
                }
                text.push_str(line);
                text.extend(body);
            }
        }
    }
    for block in blocks.iter().filter(|block| !seen.iter().any(|name| name == block.name)) {
        // What a person has set or taken out stays so.
        let is_set = old.lines().any(|line| line.strip_prefix(block.name).is_some_and(|rest| rest.starts_with(':')));
        if is_set {
            kept.push(block.name);
        } else if !known.contains(&block.name) {
            append(&mut text, block);
        }
    }
    Merged { text, kept }
}

fn append(text: &mut String, block: &Block) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(["\n", &block.mark(), "\n", &block.lines.join("\n"), "\n"]);
}

/// The line that remembers what was written once, so that what a person took out is not written again.
fn written(known: &[&str], blocks: &[Block]) -> String {
    let mut names: Vec<&str> = known.to_vec();
    names.extend(blocks.iter().map(|block| block.name).filter(|name| !known.contains(name)));
    format!("{WRITTEN}{}\n", names.join(", "))
}

/// The lines that a new text takes out and puts in, as `-` and `+`; nothing where they are the same.
pub(super) fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // Lengths of the longest common runs of lines from each place on; settings files have some hundred lines.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    let at = |common: &[u32], a: usize, b: usize| common.get(a * width + b).copied().unwrap_or(0);
    for (a, one) in old.iter().enumerate().rev() {
        for (b, other) in new.iter().enumerate().rev() {
            let best = if one == other {
                at(&common, a + 1, b + 1) + 1
            } else {
                at(&common, a + 1, b).max(at(&common, a, b + 1))
            };
            if let Some(cell) = common.get_mut(a * width + b) {
                *cell = best;
            }
        }
    }
    let (mut a, mut b, mut shown) = (0, 0, String::new());
    loop {
        match (old.get(a), new.get(b)) {
            (Some(one), Some(other)) if one == other => (a, b) = (a + 1, b + 1),
            (Some(one), other) if other.is_none() || at(&common, a + 1, b) >= at(&common, a, b + 1) => {
                shown.extend(["-", one, "\n"]);
                a += 1;
            }
            (_, Some(other)) => {
                shown.extend(["+", other, "\n"]);
                b += 1;
            }
            (_, None) => return shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(name: &'static str, line: &str) -> Block {
        Block { name, lines: vec!["# 3 of 3".to_owned(), format!("{name}: {line}")] }
    }

    #[test]
    fn what_nobody_touched_is_written_anew() {
        let first = merge(None, &[block("navigation", "[a]"), block("posts", "{}")], &["about".to_owned()]).text;
        let again = merge(Some(&first), &[block("navigation", "[a]"), block("posts", "{}")], &[]);
        assert_eq!((again.text.as_str(), again.kept.len()), (first.as_str(), 0));
        let other = merge(Some(&first), &[block("navigation", "[b]"), block("posts", "{}")], &[]).text;
        assert!(other.contains("navigation: [b]") && !other.contains("[a]"), "{other}");
        assert_eq!(difference(&first, &other).lines().count(), 4, "{}", difference(&first, &other));
    }

    #[test]
    fn no_line_of_a_person_is_lost() {
        let first = merge(None, &[block("navigation", "[a]"), block("posts", "{}")], &[]).text;
        let edited =
            first.replace("navigation: [a]", "navigation: [mine] # because") + "\n# a note\nfetch:\n  pace: 1s";
        let merged =
            merge(Some(&edited), &[block("navigation", "[b]"), block("posts", "{}"), block("site", "{}")], &[]);
        assert_eq!(merged.kept, ["navigation"]);
        for line in edited.lines().filter(|line| !line.starts_with(WRITTEN)) {
            assert!(merged.text.lines().any(|kept| kept == line), "{line} is lost in\n{}", merged.text);
        }
        assert!(merged.text.contains("\nsite: {}"));
    }

    #[test]
    fn what_a_person_took_out_stays_out() {
        let first = merge(None, &[block("navigation", "[a]"), block("posts", "{}")], &[]).text;
        let start = first.find("# learned: posts").unwrap();
        let cut = first.get(..start).unwrap();
        let merged = merge(Some(cut), &[block("navigation", "[a]"), block("posts", "{}")], &[]).text;
        assert!(!merged.contains("posts: {}"), "{merged}");
    }

    #[test]
    fn a_file_that_init_never_wrote_keeps_its_keys() {
        let own = "navigation:\n  - text: x\n    target: /\n";
        let merged = merge(Some(own), &[block("navigation", "[a]"), block("posts", "{}")], &[]);
        assert!(merged.text.starts_with(own) && merged.text.contains("\nposts: {}"), "{}", merged.text);
        assert_eq!(merged.kept, ["navigation"]);
    }
}
