//! `锟斤拷`, `烫烫烫`, `屯屯屯`: what is left where the text itself is gone.

use memchr::memmem;

use super::Run;
use crate::text::Span;

/// Two replacement characters read as GBK.
const LOST: &str = "锟斤拷";

/// What may stand behind a natural 烫烫烫: `好烫烫烫！`, `烫烫烫的`.
const NATURAL: [char; 16] = ['！', '!', '，', ',', '。', '.', '~', '～', '…', '的', '了', '啊', '哦', '呀', '”', '》'];

/// The runs of such text.
pub(super) fn find(text: &str) -> Vec<Run> {
    let mut runs = repeated(text, LOST, |found| found.starts_with(LOST));
    runs.extend(repeated(text, "屯屯屯", |_| true));
    runs.extend(repeated(text, "烫烫烫", |found| {
        let count = found.chars().take_while(|&c| c == '烫').count();
        let next = found.chars().nth(count);
        count > 4 || !next.is_none_or(|c| NATURAL.contains(&c) || c.is_whitespace() || c == '<')
    }));
    runs.sort_by_key(|run| run.span);
    runs
}

/// Runs of the characters of `seed` that hold it, where `is_damage` holds for the text from there on.
fn repeated(text: &str, seed: &str, is_damage: impl Fn(&str) -> bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), seed) {
        if runs.last().is_some_and(|run| at < run.span.end as usize) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if is_damage(rest) {
            let length = rest.find(|c| !seed.contains(c)).unwrap_or(rest.len());
            runs.push(Run { span: Span::of(at..at + length), repaired: None });
        }
    }
    runs
}
