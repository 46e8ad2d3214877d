//! What a rule says about the archive.
//!
//! A [`Finding`] is one of the three kinds of bad that postproof keeps apart:
//! a finding is the archive's fault, an outcome is the web's answer, an error is postproof's own trouble.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::language::{self, Language, Message};
use crate::text::{Position, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; hidden unless asked for.
    Info,
    /// Likely wrong, or will hurt later.
    Warning,
    /// A reader or the site's build is hurt now.
    Error,
}

impl Severity {
    /// Its name in every output and setting.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What really happens because of it, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The whole site is not built.
    BuildAbort,
    /// A post is not published.
    PostLost,
    /// A post is published at a wrong address, without its data, or overwritten.
    PublishedWrong,
    /// A reader's click fails, or a link is printed as text.
    LinkBroken,
    /// Something that was written is probably not what was meant.
    DataSuspect,
    /// Nobody is hurt.
    Style,
}

impl Effect {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::BuildAbort => "build-abort",
            Self::PostLost => "post-lost",
            Self::PublishedWrong => "published-wrong",
            Self::LinkBroken => "link-broken",
            Self::DataSuspect => "data-suspect",
            Self::Style => "style",
        }
    }
}

/// A rule's code, such as `FM003`. Once released, a code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Code(&'static str);

impl Code {
    /// A code; only rules make them.
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The code as text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// What is fixed about a rule.
#[derive(Debug)]
pub struct Meta {
    /// Its code.
    pub code: Code,
    /// Its name in kebab case.
    pub name: &'static str,
    /// The severity of its findings unless settings say otherwise.
    pub severity: Severity,
    /// The effect of its findings unless the rule knows better in a case.
    pub effect: Effect,
    /// Its page in Markdown: What it does / Why is this bad? / Example / Use instead / Settings.
    pub explanation: &'static str,
}

impl Meta {
    /// Its page in a language, without a title: What it does / Why is this bad? / Example / Use instead / Settings.
    ///
    /// Code is the same in every language, so a translated page without an example shows that of the English one.
    pub fn page_in(&self, language: Language) -> String {
        let own: Vec<&str> = self.explanation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let own = own.join("\n").trim().to_owned();
        let Some(translated) = (language == Language::Chinese).then(|| language::page(self.code.as_str())).flatten()
        else {
            return own;
        };
        let mut page = String::new();
        for (title, chinese) in CHAPTERS {
            let translated = chapter(translated, chinese);
            if let Some(body) = translated.or_else(|| chapter(&own, title)) {
                page.extend(["## ", chinese, "\n\n", body, "\n\n"]);
            }
        }
        page.trim_end().to_owned()
    }

    /// The first paragraph of its page, for lists.
    pub fn summary_in(&self, language: Language) -> String {
        let page = self.page_in(language);
        let body = page.split_once('\n').map_or("", |(_, body)| body);
        let lines = body.trim_start().lines().take_while(|line| !line.trim().is_empty());
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// The chapters of a rule's page, in English and in Chinese.
pub(crate) const CHAPTERS: [(&str, &str); 5] = [
    ("What it does", "检查什么"),
    ("Why is this bad?", "为什么不好"),
    ("Example", "示例"),
    ("Use instead", "应改为"),
    ("Settings", "设置"),
];

/// A chapter of a page, without its title.
pub(crate) fn chapter<'p>(page: &'p str, title: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("## {title}\n"))?;
    let titles = CHAPTERS.iter().flat_map(|(english, chinese)| [english, chinese]);
    let end = titles.filter_map(|title| rest.find(&format!("\n## {title}\n"))).min();
    Some(rest.get(..end.unwrap_or(rest.len()))?.trim())
}

/// Two ends of a place, as lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lines {
    /// Where it begins.
    pub start: Position,
    /// Just behind its end.
    pub end: Position,
}

/// A place that explains a finding: the line that swallows the link, the other key of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, relative to the archive, with `/`.
    pub path: Arc<str>,
    /// The bytes in it.
    pub span: Span,
    /// Their lines, once known.
    pub lines: Option<Lines>,
    /// What is there, as a fragment: `first given here`.
    pub label: String,
}

/// Whether a change may be made without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// It changes nothing but what is wrong.
    Safe,
    /// It is probably meant; a person should look.
    Unsafe,
}

/// Replaces the bytes of a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The bytes to replace; empty to insert.
    #[serde(skip)]
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change to one file that heals a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be made without asking.
    pub applicability: Applicability,
    /// What it does, as a sentence fragment: `quote the title`.
    pub title: Message,
    /// The edits, in the order of their spans, none overlapping.
    pub edits: Vec<Edit>,
}

/// A better address for every link that names the one a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// The address that links name, as it is asked for: not masked, and therefore never printed.
    pub from: String,
    /// The address to write.
    pub to: String,
    /// Whether it may be written without asking.
    pub applicability: Applicability,
}

/// One thing that is wrong in one place of the archive.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub meta: &'static Meta,
    /// The language of its sentences.
    pub language: Language,
    /// How bad it is, settings applied.
    pub severity: Severity,
    /// What happens because of it.
    pub effect: Effect,
    /// The file, relative to the archive, with `/`.
    pub path: Arc<str>,
    /// The guilty bytes; empty for a whole file.
    pub span: Span,
    /// Their lines, once known.
    pub lines: Option<Lines>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The address that it is about.
    pub url: Option<String>,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// A change that heals it.
    pub fix: Option<Box<Fix>>,
    /// Whether it is about the archive rather than about the file that it is shown in: which file that is may change
    /// from run to run.
    pub is_shared: bool,
    /// A better address, where it is about one that many links may name.
    pub instead: Option<Box<Instead>>,
    /// Digest of the guilty text, see [`subject_of`]: with rule and file name it makes the fingerprint.
    pub subject: u64,
}

impl Finding {
    /// A finding of a rule about bytes of a file, with the rule's own severity and effect; said in a language, which
    /// everything that is added to it is said in as well.
    pub fn new(meta: &'static Meta, (path, span): (Arc<str>, Span), (language, message): (Language, &Message)) -> Self {
        Self {
            meta,
            language,
            severity: meta.severity,
            effect: meta.effect,
            path,
            span,
            lines: None,
            message: message.in_language(language),
            help: None,
            url: None,
            related: Vec::new(),
            fix: None,
            is_shared: false,
            instead: None,
            subject: 0,
        }
    }

    /// Says what to do about it.
    #[expect(clippy::needless_pass_by_value, reason = "a message is made where it is said")]
    pub fn help(&mut self, help: Message) -> &mut Self {
        self.help = Some(help.in_language(self.language));
        self
    }

    /// Names the address that it is about.
    pub fn url(&mut self, url: impl Into<String>) -> &mut Self {
        self.url = Some(url.into());
        self
    }

    /// Overrides the rule's usual effect.
    pub fn effect(&mut self, effect: Effect) -> &mut Self {
        self.effect = effect;
        self
    }

    /// Overrides the rule's usual severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Points at another place of the same file.
    pub fn see(&mut self, span: Span, label: Message) -> &mut Self {
        let path = Arc::clone(&self.path);
        self.see_in(path, span, label)
    }

    /// Points at a place of another file.
    #[expect(clippy::needless_pass_by_value, reason = "a message is made where it is said")]
    pub fn see_in(&mut self, path: Arc<str>, span: Span, label: Message) -> &mut Self {
        let label = label.in_language(self.language);
        self.related.push(Related { path, span, lines: None, label });
        self
    }

    /// Says that it is about the archive, see [`Finding::is_shared`].
    pub fn shared(&mut self) -> &mut Self {
        self.is_shared = true;
        self
    }

    /// Offers a change that heals it.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Offers a better address for every link that names this one.
    pub fn instead(&mut self, from: &str, to: &str, applicability: Applicability) -> &mut Self {
        self.instead = Some(Box::new(Instead { from: from.to_owned(), to: to.to_owned(), applicability }));
        self
    }

    /// The order of the JSON report: path, offset, code, and the message for what is still equal.
    pub fn cmp_by_place(&self, other: &Self) -> std::cmp::Ordering {
        (&self.path, self.span, self.meta.code, &self.message).cmp(&(
            &other.path,
            other.span,
            other.meta.code,
            &other.message,
        ))
    }
}

/// The digest of a guilty text, for [`Finding::subject`].
///
/// The first 64 bits of its SHA-256: baselines and state files outlive versions of this program, and a faster hash may
/// change with the library that computes it.
pub fn subject_of(text: &str) -> u64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(Sha256::digest(text)) {
        *to = from;
    }
    u64::from_be_bytes(first)
}

/// Declares a rule's [`Meta`] from its doc comment: the comment is what `explain`, the rule page and SARIF print.
#[macro_export]
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ pub(crate) struct $name:ident; $code:literal, $kebab:literal, $severity:ident, $effect:ident) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub(crate) struct $name;

        impl $name {
            /// What is fixed about the rule.
            pub(crate) const META: $crate::finding::Meta = $crate::finding::Meta {
                code: $crate::finding::Code::new($code),
                name: $kebab,
                severity: $crate::finding::Severity::$severity,
                effect: $crate::finding::Effect::$effect,
                explanation: concat!($($doc, "\n"),+),
            };
        }
    };
}
