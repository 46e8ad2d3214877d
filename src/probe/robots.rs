//! What a site's `robots.txt` allows (RFC 9309).
//!
//! Pure: text in, answers out. A link checker is no crawler, for a person wrote each address that it asks; so this room is
//! entered only on demand.

use std::borrow::Cow;
use std::time::Duration;

/// No more of the file is read (RFC 9309 §2.5 asks for at least this much).
pub(crate) const LARGEST: usize = 500 * 1024;
/// A longer `Crawl-delay` is cut to this, else one host could stretch a run over days.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// The rules for one robot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    /// Patterns, and whether they allow.
    rules: Vec<(Box<str>, bool)>,
    /// The pause that the site asks for.
    pub(crate) delay: Option<Duration>,
}

impl Rules {
    /// Rules that allow nothing, for a site whose rules cannot be had (RFC 9309 §2.3.1.4).
    pub(crate) fn forbid() -> Self {
        Self { rules: vec![("/".into(), false)], delay: None }
    }

    /// Reads the rules that a file has for `robot`, or those for everybody where it names no such robot.
    pub(crate) fn read(bytes: &[u8], robot: &str) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (mut own, mut common) = (None, Self::default());
        let (mut for_own, mut for_common, mut in_rules) = (false, false, true);
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if std::mem::take(&mut in_rules) {
                    (for_own, for_common) = (false, false);
                }
                for_common |= value == "*";
                if product(value).eq_ignore_ascii_case(product(robot)) && !product(value).is_empty() {
                    for_own = true;
                    own.get_or_insert_with(Self::default);
                }
                continue;
            }
            in_rules = true;
            if for_common {
                common.add(&key, value);
            }
            if let Some(own) = own.as_mut().filter(|_| for_own) {
                own.add(&key, value);
            }
        }
        own.unwrap_or(common)
    }

    /// Whether a path, with its query, may be asked for: the longest pattern that fits decides, and of two the kinder.
    pub(crate) fn allow(&self, path: &str) -> bool {
        let path = normal(path);
        let fitting = self.rules.iter().filter(|(pattern, _)| fits(pattern, &path));
        fitting.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }

    fn add(&mut self, key: &str, value: &str) {
        match key {
            "allow" | "disallow" if !value.is_empty() => self.rules.push((normal(value).into(), key == "allow")),
            "crawl-delay" => {
                let delay = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.delay = delay.map(|delay| delay.min(LONGEST_DELAY)).or(self.delay);
            }
            _ => {}
        }
    }
}

/// The name of a robot: the letters, `-` and `_` that its `User-Agent` begins with.
fn product(agent: &str) -> &str {
    let end = agent.find(|letter: char| !(letter.is_ascii_alphabetic() || letter == '-' || letter == '_'));
    end.and_then(|end| agent.get(..end)).unwrap_or(agent)
}

/// Whether a pattern with `*` and a `$` at its end fits the beginning of a path. Never looks at a byte of the path more
/// than once for each piece of the pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !whole || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if whole && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    true
}

/// A path in the form in which two are compared: percent-encoded where it is not ASCII, with capital digits.
fn normal(path: &str) -> Cow<'_, str> {
    if path.is_ascii() && !path.contains('%') {
        return path.into();
    }
    let mut normal = String::with_capacity(path.len() * 3);
    let mut escaped = 0_u8;
    for byte in path.bytes() {
        if byte.is_ascii() {
            normal.push(char::from(if escaped > 0 { byte.to_ascii_uppercase() } else { byte }));
            escaped = if byte == b'%' { 2 } else { escaped.saturating_sub(1) };
        } else {
            normal.push('%');
            let digits = [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16));
            normal.extend(digits.iter().flatten().map(char::to_ascii_uppercase));
        }
    }
    normal.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(file: &str, path: &str) -> bool {
        Rules::read(file.as_bytes(), "postproof/0.1.0 (link checker)").allow(path)
    }

    #[test]
    fn the_longest_pattern_decides() {
        let file = "User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /private/open/not\n";
        assert!(allows(file, "/") && allows(file, "/private/open") && allows(file, "/private/open/x"));
        assert!(!allows(file, "/private") && !allows(file, "/privately") && !allows(file, "/private/open/not"));
        let tie = "user-agent:*\ndisallow:/a\nallow:/a";
        assert!(allows(tie, "/a"));
    }

    #[test]
    fn the_group_that_names_the_robot_stands_alone() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: PostProof # us\nDisallow: /x\n";
        assert!(allows(file, "/") && !allows(file, "/x"));
        let foreign = "User-agent: postproofing\nDisallow: /\n";
        assert!(allows(foreign, "/"));
        let twice =
            "User-agent: postproof\nDisallow: /a\nUser-agent: b\nDisallow: /\nUser-agent: postproof\nDisallow: /c";
        assert!(!allows(twice, "/a") && !allows(twice, "/c") && allows(twice, "/d"));
        let empty = "User-agent: *\nDisallow: /\nUser-agent: postproof\nDisallow:\n";
        assert!(allows(empty, "/"));
    }

    #[test]
    fn wildcards_and_ends() {
        let file = "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b*c\nDisallow: /*?print=\n";
        for forbidden in ["/x.php", "/d/x.php", "/aXbYc", "/abc/d", "/p?print=1"] {
            assert!(!allows(file, forbidden), "{forbidden}");
        }
        for allowed in ["/x.php?a", "/x.phps", "/acb", "/p?q=1"] {
            assert!(allows(file, allowed), "{allowed}");
        }
        assert!(!allows("User-agent: *\nDisallow: /新闻", "/%e6%96%b0%E9%97%BB/1"));
        assert!(!allows("User-agent: *\nDisallow: /a$", "/a") && allows("User-agent: *\nDisallow: /a$", "/ab"));
    }

    #[test]
    fn delays() {
        let delay = |text: &str| Rules::read(format!("User-agent: *\nCrawl-delay: {text}").as_bytes(), "x").delay;
        assert_eq!(delay("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(delay("86400"), Some(LONGEST_DELAY));
        for nonsense in ["-1", "NaN", "inf", "1e999", "soon", ""] {
            assert_eq!(delay(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn damage_allows() {
        for damage in ["", "\u{feff}", "<html><p>not found: sorry</p>", "Disallow: /", "User-agent\nDisallow: /", ":::"]
        {
            assert!(allows(damage, "/x"), "{damage}");
        }
        let long = format!("User-agent: *\r\nDisallow: /{}x\r\n", "*a".repeat(50_000));
        assert!(allows(&long, &format!("/{}", "a".repeat(50_000))));
        assert!(!Rules::forbid().allow("/x"));
    }
}
