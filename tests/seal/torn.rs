//! Two writers on one file: of what they leave behind, how much is found, and nothing of what is whole.
//!
//! The posts are those of a healthy generated archive, in pairs; each pair's first file is torn in one way, its second goes away.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Barrier;

use crate::archive::Archive;
use crate::generator;

/// Small numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

/// How a file is torn: its own content, the other writer's, and numbers.
type Tear = fn(&[u8], &[u8], &mut Dice) -> Vec<u8>;

/// Bytes that a writer hands to the system at once.
const BLOCK: usize = 512;

const WAYS: [(&str, Tear); 6] = [
    // The writer was killed.
    ("cut", |own, _, dice| own.split_at(1 + dice.roll(own.len() - 1)).0.to_vec()),
    // Both emptied the file, the shorter text was written last.
    ("tail", |own, other, dice| {
        let length = other.len() - dice.roll(other.len() / 2);
        let (short, long) = if own.len() > length { (&other[..length], own) } else { (own, other) };
        [short, &long[short.len()..]].concat()
    }),
    // Both write blocks, each at its own place.
    ("blocks", |own, other, dice| {
        let mut torn = vec![0; own.len().max(other.len())];
        let start = dice.roll(torn.len() / BLOCK);
        for at in 0..torn.len() {
            let from_other =
                at / BLOCK >= start && (at >= own.len() || (at / BLOCK - start).is_multiple_of(2)) && at < other.len();
            torn[at] = if from_other || at >= own.len() { other[at] } else { own[at] };
        }
        torn
    }),
    // Both append.
    ("appended", |own, other, dice| {
        let (at, to) = (dice.roll(own.len()), dice.roll(other.len()));
        [&own[..at], &other[..to], &own[at..], &other[to..]].concat()
    }),
    // One was added behind the other.
    ("both", |own, other, _| [own, other].concat()),
    // The place of the text is there, the text is not: the system was cut off before it wrote the blocks.
    ("zeros", |own, _, dice| {
        let at = 1 + dice.roll(own.len() - 1);
        [&own[..at], &vec![0; own.len() - at]].concat()
    }),
];

/// Lays a healthy archive, tears the first post of each pair, and gives what was torn in which way.
fn tear(
    archive: &Archive,
    posts: usize,
    mut torn: impl FnMut(&Path, &[u8], &[u8]) -> Option<&'static str>,
) -> BTreeMap<String, &'static str> {
    let mut pending: Option<generator::File> = None;
    let mut ways = BTreeMap::new();
    for file in generator::files(generator::Settings { posts, seed: 7, damage: 0 }) {
        if !file.path.contains("_post") {
            archive.write(&file.path, &file.bytes);
            continue;
        }
        match pending.take() {
            None => pending = Some(file),
            Some(own) => {
                archive.write(&own.path, &own.bytes);
                if let Some(way) = torn(&archive.join(&own.path), &own.bytes, &file.bytes) {
                    ways.insert(own.path, way);
                } else {
                    archive.write(&file.path, &file.bytes);
                }
            }
        }
    }
    ways
}

/// The codes that are found, by path; what is only worth knowing is left out.
fn found(archive: &Archive) -> BTreeMap<String, Vec<String>> {
    let report = archive.report(&[]);
    let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        if finding["severity"] != "info" {
            let code = finding["code"].as_str().unwrap().to_owned();
            codes.entry(finding["path"].as_str().unwrap().to_owned()).or_default().push(code);
        }
    }
    codes
}

#[test]
fn whole_posts_raise_no_alarm() {
    let archive = Archive::empty();
    assert!(tear(&archive, 400, |_, _, _| None).is_empty());
    assert_eq!(found(&archive), BTreeMap::new());
}

#[test]
fn torn_posts_are_found() {
    let archive = Archive::empty();
    let (mut dice, mut number) = (Dice(3), 0);
    let ways = tear(&archive, 1200, |path, own, other| {
        number += 1;
        let (name, tear) = WAYS[number % WAYS.len()];
        let torn = tear(own, other, &mut dice);
        fs::write(path, &torn).unwrap();
        (torn != own && torn != other).then_some(name)
    });
    let found = found(&archive);
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (path, way) in &ways {
        let share = shares.entry(way).or_default();
        share.1 += 1;
        if found.contains_key(path) {
            share.0 += 1;
        } else {
            assert!(is_in_frame(&archive, path), "{way} {path}: {}", tail(&archive.join(path)));
        }
    }
    assert!(ways.len() > 500, "{}", ways.len());
    for (way, (caught, all)) in &shares {
        assert!(caught * 100 >= all * 95, "{way}: {caught} of {all}");
    }
    let stray: Vec<_> = found.iter().filter(|(path, _)| !ways.contains_key(*path) && path.contains("_post")).collect();
    assert!(stray.is_empty(), "{stray:?}");
}

/// Whether a torn post has one post's front matter and the same post's end, once: then only words of another post are in it,
/// and nothing in the file tells that they are. A seal does.
fn is_in_frame(archive: &Archive, path: &str) -> bool {
    let text = String::from_utf8(fs::read(archive.join(path)).unwrap()).unwrap();
    let id = path.rsplit('-').next().unwrap().trim_end_matches(".md");
    let once = |words: &str| text.matches(words).count() == 1;
    text.starts_with("---\nlayout: post\n") && once(id) && once("返回首页") && text.trim_end().ends_with(')')
}

/// Opens, empties and writes, as a script does that knows of no other.
fn write_as_a_script(path: &Path, (first, rest): (&[u8], &[u8]), start: &Barrier) {
    start.wait();
    let mut file = fs::File::create(path).unwrap();
    file.write_all(first).unwrap();
    std::thread::yield_now();
    file.write_all(rest).unwrap();
}

fn tail(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(120)..]).into_owned()
}

#[test]
fn what_two_real_writers_leave_is_found() {
    let archive = Archive::empty();
    let mut dice = Dice(5);
    let ways = tear(&archive, 400, |path, own, other| {
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            for text in [own, other] {
                let (start, first) = (&start, 1 + dice.roll(text.len()));
                scope.spawn(move || write_as_a_script(path, text.split_at(first), start));
            }
        });
        let torn = fs::read(path).unwrap();
        if torn == other {
            // The other writer's post, whole, under this one's name: not torn, and told by its id.
            fs::write(path, own).unwrap();
        }
        (torn != own && torn != other).then_some("real")
    });
    let found = found(&archive);
    // Which bytes of two writers meet is the scheduler's choice, so a share is held and not each file.
    let is_missed = |path: &&String| !found.contains_key(*path) && !is_in_frame(&archive, path);
    let missed: Vec<String> = ways.keys().filter(is_missed).map(|path| tail(&archive.join(path))).collect();
    assert!(missed.len() <= 1 + ways.len() / 20, "{} of {} are missed: {missed:?}", missed.len(), ways.len());
    let stray: Vec<_> = found.keys().filter(|path| !ways.contains_key(*path)).collect();
    assert!(stray.is_empty(), "{stray:?}");
}
