//! The labelled pages in `tests/fixtures/pages`: how well they are judged, on the half that was not used for tuning.
//!
//! A page is a `//- label charset frame url` line, its title, and its body; a line of the body that is no tag is a
//! paragraph. A frame (`//= name` in `frames.txt`) is what a site puts around each of its pages.

use std::collections::BTreeMap;
use std::fs;

use postproof::probe::{Claim, Suspicion, judge_page, measure_drift};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pages");

/// The labels of pages that are not what was linked.
const GONE: [&str; 3] = ["soft-404", "parked", "login"];

struct Page {
    label: String,
    url: String,
    content_type: Option<&'static str>,
    bytes: Vec<u8>,
    title: String,
    first: String,
}

impl Page {
    /// Whether it is of the half that no limit and no phrase was chosen by.
    fn is_held_out(&self) -> bool {
        let digest = self
            .url
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        (digest >> 32) % 2 == 1
    }

    fn is_gone(&self) -> bool {
        GONE.contains(&self.label.as_str())
    }

    fn judged(&self) -> Option<Suspicion> {
        judge_page(&self.url, self.content_type, &self.bytes)
    }
}

fn frames() -> BTreeMap<String, String> {
    let text = fs::read_to_string(format!("{FOLDER}/frames.txt")).unwrap();
    let parts = text.split("//= ").skip(1).map(|part| part.split_once('\n').unwrap());
    parts.map(|(name, html)| (name.to_owned(), html.trim_end().to_owned())).collect()
}

fn pages() -> Vec<Page> {
    let frames = frames();
    let mut pages = Vec::new();
    for name in ["alive-en", "alive-zh", "gone-en", "gone-zh", "parked-login"] {
        let text = fs::read_to_string(format!("{FOLDER}/{name}.txt")).unwrap();
        for part in text.split("//- ").skip(1) {
            let mut lines = part.lines();
            let header: Vec<&str> = lines.next().unwrap().split(' ').collect();
            let [label, charset, frame, url] = header[..] else { panic!("{header:?}") };
            let title = lines.next().unwrap_or_default();
            pages.push(page((label, charset, url), title, &lines.collect::<Vec<_>>(), &frames[frame]));
        }
    }
    pages
}

fn page((label, charset, url): (&str, &str, &str), title: &str, lines: &[&str], frame: &str) -> Page {
    let is_tag = |line: &str| line.starts_with('<');
    let body: Vec<String> =
        lines.iter().map(|line| if is_tag(line) { (*line).to_owned() } else { format!("<p>{line}</p>") }).collect();
    let html = frame.replace("{{title}}", title).replace("{{body}}", &body.join("\n"));
    // Half of the GBK pages say so in the header and half in the page, as servers do.
    let by_header = url.len().is_multiple_of(2);
    let (content_type, bytes) = match charset {
        "gbk" if by_header => (Some("text/html; charset=gb2312"), encoding_rs::GBK.encode(&html).0.into_owned()),
        "gbk" => {
            let html =
                html.replace("<head>", "<head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gbk\">");
            (Some("text/html"), encoding_rs::GBK.encode(&html).0.into_owned())
        }
        _ => (Some("text/html; charset=utf-8"), html.into_bytes()),
    };
    let first = lines.iter().find(|line| !is_tag(line)).map_or_else(String::new, |line| (*line).to_owned());
    Page { label: label.to_owned(), url: url.to_owned(), content_type, bytes, title: title.to_owned(), first }
}

/// How a set of pages is judged.
#[derive(Default)]
struct Matrix {
    counts: BTreeMap<(String, String), usize>,
    wrong: Vec<String>,
    hit: usize,
    missed: usize,
    falsely: usize,
    left: usize,
}

impl Matrix {
    fn of<'p>(pages: impl Iterator<Item = &'p Page>) -> Self {
        let mut matrix = Self::default();
        for page in pages {
            let judged = page.judged();
            let verdict = judged.as_ref().map_or_else(|| "well".to_owned(), |judged| judged.reason.name().into_owned());
            *matrix.counts.entry((page.label.clone(), verdict)).or_default() += 1;
            match (page.is_gone(), judged) {
                (true, Some(_)) => matrix.hit += 1,
                (true, None) => {
                    matrix.missed += 1;
                    matrix.wrong.push(format!("missed {} {}", page.label, page.url));
                }
                (false, Some(judged)) => {
                    matrix.falsely += 1;
                    matrix.wrong.push(format!("false {} {}: {}", page.label, page.url, judged.evidence));
                }
                (false, None) => matrix.left += 1,
            }
        }
        matrix
    }

    #[expect(clippy::cast_precision_loss, reason = "a few hundred pages")]
    fn share(part: usize, rest: usize) -> f64 {
        part as f64 / (part + rest).max(1) as f64
    }

    fn precision(&self) -> f64 {
        Self::share(self.hit, self.falsely)
    }

    fn recall(&self) -> f64 {
        Self::share(self.hit, self.missed)
    }

    #[expect(clippy::print_stdout, reason = "the matrix is what the test is for")]
    fn print(&self, name: &str) {
        println!("{name}: precision {:.3}, recall {:.3}", self.precision(), self.recall());
        println!(
            "  suspected and gone {}, missed {}, suspected and well {}, well {}",
            self.hit, self.missed, self.falsely, self.left
        );
        for ((label, verdict), count) in &self.counts {
            println!("  {label:10} judged {verdict:12} {count}");
        }
    }
}

#[test]
fn pages_that_were_not_used_for_tuning_are_judged_well() {
    let pages = pages();
    assert!(pages.len() >= 150, "{} pages", pages.len());
    let tuned = Matrix::of(pages.iter().filter(|page| !page.is_held_out()));
    let held_out = Matrix::of(pages.iter().filter(|page| page.is_held_out()));
    tuned.print("used for tuning");
    held_out.print("held out");
    assert!(held_out.hit + held_out.missed >= 35 && held_out.falsely + held_out.left >= 30, "the halves are uneven");
    assert!(held_out.precision() >= 0.95 && held_out.recall() >= 0.8, "{:#?}", held_out.wrong);
    // What the other half shows may be looked at.
    assert!(tuned.precision() >= 0.95 && tuned.recall() >= 0.8, "{:#?}", tuned.wrong);
}

#[test]
fn a_page_shows_its_own_article_and_no_other() {
    let pages: Vec<Page> =
        pages().into_iter().filter(|page| page.label == "article" && page.first.chars().count() > 20).collect();
    assert!(pages.len() >= 20, "{} articles", pages.len());
    let mut replaced = 0;
    for page in &pages {
        for other in &pages {
            let claim = Claim { title: other.title.clone(), lead: other.first.clone() };
            let drift = measure_drift(page.content_type, &page.bytes, &claim).unwrap();
            let is_own = page.url == other.url;
            assert_eq!(drift.is_replaced(), !is_own, "{} held against {}: {drift:?}", page.url, other.url);
            replaced += usize::from(!is_own);
        }
    }
    assert!(replaced >= 400);
}
