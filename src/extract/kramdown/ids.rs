//! The ids that headings get from their text.

use std::collections::HashMap;

use super::characters::is_word;

/// The ids given so far. kramdown counts those of its two ways apart.
#[derive(Debug, Default)]
pub(super) struct Ids {
    github: HashMap<String, usize>,
    own: HashMap<String, usize>,
}

impl Ids {
    /// The id that the GFM parser gives.
    pub(super) fn github(&mut self, prefix: &str, text: &str) -> String {
        let kept = |c: &char| is_word(*c) || matches!(c, '-' | ' ' | '\t');
        let dashed = |c: char| if matches!(c, ' ' | '\t') { '-' } else { c };
        let id: String = text.to_lowercase().chars().filter(kept).map(dashed).collect();
        numbered(&mut self.github, prefix, id)
    }

    /// The id that kramdown itself gives.
    pub(super) fn own(&mut self, prefix: &str, text: &str) -> String {
        let lines = text.split_inclusive('\n').map(|line| line.trim_start_matches(|c: char| !c.is_ascii_alphabetic()));
        let kept = lines.flat_map(str::chars).filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
        let id: String = kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        numbered(&mut self.own, prefix, if id.is_empty() { "section".to_owned() } else { id })
    }
}

fn numbered(ids: &mut HashMap<String, usize>, prefix: &str, id: String) -> String {
    if let Some(count) = ids.get_mut(&id) {
        *count += 1;
        return format!("{prefix}{id}-{count}");
    }
    let given = format!("{prefix}{id}");
    ids.insert(id, 0);
    given
}
