//! LQ002: a Liquid tag that names a file which does not exist.

use crate::declare_rule;
use crate::document::{Archive, Document, Kind, LiquidTag};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds `{% link %}`, `{% post_url %}`, `{% include %}` and `{% include_relative %}` that name a file which the
    /// source does not have. A name with Liquid in it is left alone.
    ///
    /// ## Why is this bad?
    ///
    /// The whole site's build stops.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [上一篇]({% post_url 2022-01-16-gone %})
    /// ```
    ///
    /// ## Use instead
    ///
    /// The name of a post that exists, or its address.
    pub(crate) struct MissingLiquidTarget; "LQ002", "missing-liquid-target", Error, BuildAbort
}

impl Rule for MissingLiquidTarget {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let archive = facts.archive;
        // What lies in an archive folder is not built, so nothing of it is looked up.
        for document in archive.documents.iter().filter(|document| document.kind != Kind::Archived) {
            for target in document.liquid() {
                let name = archive.text(target.name);
                if name.contains("{{") || exists(archive, document, (target.tag, name)) {
                    continue;
                }
                let what = match target.tag {
                    LiquidTag::Link => say!("no file of the site"),
                    LiquidTag::PostUrl => say!("no post"),
                    LiquidTag::Include => say!("no file in _includes"),
                    LiquidTag::IncludeRelative => say!("no file beside this one"),
                };
                let at = At { document, span: target.span, subject: name };
                sink.report(&Self::META, at, say!("{what} is called `{name}`: Jekyll stops", what, name))
                    .help(say!("correct the name, or take the tag out"));
            }
        }
    }
}

fn exists(archive: &Archive, document: &Document, (tag, name): (LiquidTag, &str)) -> bool {
    let has = |path: &str| {
        archive.documents.binary_search_by(|document| (*document.path).cmp(path)).is_ok()
            || archive.files.binary_search_by(|file| (**file).cmp(path)).is_ok()
    };
    match tag {
        LiquidTag::Link => has(name.trim_start_matches('/')),
        LiquidTag::Include => has(&format!("_includes/{name}")),
        LiquidTag::IncludeRelative => {
            let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            has(format!("{folder}/{name}").trim_start_matches('/'))
        }
        LiquidTag::PostUrl => {
            let wanted = name.trim_start_matches('/');
            archive.documents.iter().any(|post| {
                let path = post.path.rsplit_once("_posts/").map_or("", |(_, path)| path);
                let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
                post.kind == Kind::Post && (stem == wanted || stem.rsplit('/').next() == Some(wanted))
            })
        }
    }
}
