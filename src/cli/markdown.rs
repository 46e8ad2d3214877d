//! Rule pages on a terminal: headings, code and code blocks of Markdown in colours.
//!
//! The pages are ours and use little of Markdown; what is not known here is printed as it stands.

const BOLD: &str = "\u{1b}[1m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// A page with its marks turned into colours.
pub(super) fn coloured(page: &str) -> String {
    let mut shown = String::with_capacity(page.len() * 2);
    let mut in_block = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            shown.extend(["    ", DIM, line, PLAIN, "\n"]);
        } else if let Some(title) = line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
            shown.extend([BOLD, title, PLAIN, "\n"]);
        } else {
            spans(line, &mut shown);
            shown.push('\n');
        }
    }
    shown
}

/// A line with its code spans coloured; an odd backquote is one.
fn spans(line: &str, shown: &mut String) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else { break };
        shown.extend([before, CYAN, code, PLAIN]);
        rest = behind;
    }
    shown.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_colours() {
        assert_eq!(
            coloured("# FM001 a\n\nfinds `x` and `y`, a lone ` too\n```yaml\n# a: `b`\n```\n"),
            "\u{1b}[1mFM001 a\u{1b}[0m\n\nfinds \u{1b}[36mx\u{1b}[0m and \u{1b}[36my\u{1b}[0m, a lone ` too\n    \u{1b}[2m# a: `b`\u{1b}[0m\n"
        );
    }
}
