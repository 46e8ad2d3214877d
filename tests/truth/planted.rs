//! Every rule of the rule book is planted somewhere in these tests, or listed here with the reason why it is not.

use std::collections::BTreeSet;
use std::fs;

use postproof::rules;

use crate::{FIXTURES, generated, generator};

/// Rules that are planted nowhere, each with its reason.
const UNPLANTED: &[(&str, &str)] = &[];

#[test]
fn every_rule_is_planted_or_listed_with_a_reason() {
    let settings = generated::SETTINGS;
    let files = generator::files(settings).flat_map(|file| file.truth);
    let rewrites = generator::rewrites(settings);
    let of_files = rewrites.iter().filter_map(|rewrite| rewrite.is.as_ref()).flat_map(|file| &file.truth);
    let of_paths = rewrites.iter().flat_map(|rewrite| &rewrite.truth).map(|(_, truth)| truth);
    let mut planted: BTreeSet<String> =
        files.chain(of_files.chain(of_paths).copied()).map(|truth| truth.code.to_owned()).collect();
    let in_generated = planted.clone();
    let sample = fs::read_to_string(format!("{FIXTURES}/archive.truth.tsv")).unwrap();
    planted.extend(sample.lines().skip(1).filter_map(|row| row.split('\t').nth(2)).map(str::to_owned));
    let all: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.meta().code.as_str()).collect();
    for (code, reason) in UNPLANTED {
        assert!(all.contains(code) && !planted.contains(*code) && !reason.is_empty(), "{code} needs no reason");
    }
    let is_listed = |code: &str| UNPLANTED.iter().any(|(listed, _)| *listed == code);
    let missing: Vec<_> = all.iter().filter(|code| !planted.contains(**code) && !is_listed(code)).collect();
    assert!(missing.is_empty(), "plant a defect for each of these, or list it with its reason: {missing:?}");
    // What only the sample archive has: a page that shows another article than it did.
    let only_sample: Vec<_> = all.iter().filter(|code| !in_generated.contains(**code)).collect();
    assert_eq!(only_sample, [&"NT006"]);
}
