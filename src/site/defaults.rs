//! Front-matter defaults in Jekyll's order of precedence.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use super::config_value::ConfigValue;
use super::settings::{DefaultSet, Settings};
use crate::front_matter::Engine;

/// The `defaults` of a site, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct Defaults<'s> {
    sets: Vec<(&'s DefaultSet, Scope)>,
    engine: Engine,
}

/// Which paths a set is for.
#[derive(Debug)]
enum Scope {
    /// All of them.
    Everywhere,
    /// Those that begin with this text (in 3.10: that lie in this folder).
    Below(String),
    /// Those that begin with one of these, sorted, none of which begins another.
    Found(Vec<String>),
}

/// The sets that apply to one file, the one that wins first.
pub(super) type Layers<'s> = Vec<&'s DefaultSet>;

impl<'s> Defaults<'s> {
    /// `paths` yields every file of the archive; it is asked only if a scope has a `*`.
    pub(super) fn new<'p, P: Iterator<Item = &'p str>>(settings: &'s Settings, paths: impl Fn() -> P) -> Self {
        let base = &settings.collections_dir;
        let inside = |path: &str| match path.strip_prefix(base.as_str()) {
            Some(rest) if !base.is_empty() => rest.strip_prefix('/').unwrap_or(path).to_owned(),
            _ => path.to_owned(),
        };
        let scope = |set: &DefaultSet| match set.path.as_deref() {
            None | Some("") => Scope::Everywhere,
            // Joined to the source's path, a path from the root leads out of the source.
            Some(path) if path.contains('*') && path.starts_with('/') => Scope::Found(Vec::new()),
            Some(path) if path.contains('*') => {
                let found = glob(path, paths());
                Scope::Found(without_longer(found.into_iter().map(|path| inside(&path)).collect()))
            }
            Some(path) => Scope::Below(inside(path)),
        };
        Self { sets: settings.defaults.iter().map(|set| (set, scope(set))).collect(), engine: settings.engine }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The sets for a document: those that win first. `kind` is `posts`, `pages` or a collection's label;
    /// static files have none.
    pub(super) fn all(&self, path: &str, kind: Option<&str>) -> Layers<'s> {
        let mut layers = std::collections::VecDeque::new();
        let mut last: Option<&DefaultSet> = None;
        for set in self.matching(path, kind) {
            if last.is_none_or(|last| precedes(set, last)) {
                layers.push_front(set);
                last = Some(set);
            } else {
                layers.push_back(set);
            }
        }
        layers.into()
    }

    /// The default of one key for a page, which asks for each key by itself.
    pub(super) fn find(&self, path: &str, kind: &str, key: &str) -> Option<&'s ConfigValue> {
        let mut found: Option<(&'s ConfigValue, &DefaultSet)> = None;
        for set in self.matching(path, Some(kind)) {
            if let Some(value) = set.values.get(key)
                && found.is_none_or(|(_, last)| precedes(set, last))
            {
                found = Some((value, set));
            }
        }
        found.map(|(value, _)| value)
    }

    fn matching<'q>(&'q self, path: &'q str, kind: Option<&'q str>) -> impl Iterator<Item = &'s DefaultSet> + 'q {
        let path = path.strip_prefix('/').unwrap_or(path);
        self.sets.iter().filter_map(move |(set, scope)| {
            let of_kind = set.kind.as_deref().is_none_or(|wanted| kind == Some(wanted));
            (of_kind && scope.covers(path, self.engine)).then_some(*set)
        })
    }
}

impl Scope {
    fn covers(&self, path: &str, engine: Engine) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Below(start) => begins(path, start, engine),
            Self::Found(starts) => {
                let behind = starts.partition_point(|start| start.as_str() <= path);
                let before = behind.checked_sub(1).and_then(|at| starts.get(at));
                before.is_some_and(|start| begins(path, start, engine))
            }
        }
    }
}

/// Jekyll 4 compares text, 3.10 whole folders, of which none ends with a slash.
fn begins(path: &str, start: &str, engine: Engine) -> bool {
    let Some(rest) = path.strip_prefix(start) else { return false };
    engine == Engine::Jekyll4 || rest.is_empty() || rest.starts_with('/') || start.is_empty()
}

/// Whether a set wins over the one that won before it.
fn precedes(new: &DefaultSet, old: &DefaultSet) -> bool {
    let length = |set: &DefaultSet| {
        let path = set.path.as_deref().unwrap_or_default();
        // Where the path begins with a slash, Jekyll's cleaning takes that slash off.
        path.strip_prefix('/').unwrap_or(path).chars().count()
    };
    match length(new).cmp(&length(old)) {
        std::cmp::Ordering::Equal => new.kind.is_some() || old.kind.is_none(),
        order => order.is_gt(),
    }
}

/// The files and folders that a glob finds, as Ruby's `Dir.glob` does: `*` stops at `/` and at leading dots.
fn glob<'p>(pattern: &str, paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let Ok(matcher) = glob.map(|glob| glob.compile_matcher()) else { return BTreeSet::new() };
    let hidden_wanted = pattern.starts_with('.') || pattern.contains("/.");
    let is_hidden = |path: &str| !hidden_wanted && (path.starts_with('.') || path.contains("/."));
    let mut found = BTreeSet::new();
    let mut last_folder = "";
    for path in paths.filter(|path| !is_hidden(path)) {
        add(&matcher, path, &mut found);
        let folder = super::url::folder(path);
        if folder == last_folder {
            continue;
        }
        last_folder = folder;
        let mut parent = folder;
        while !parent.is_empty() {
            add(&matcher, parent, &mut found);
            parent = super::url::folder(parent);
        }
    }
    found
}

fn add(matcher: &GlobMatcher, path: &str, found: &mut BTreeSet<String>) {
    if matcher.is_match(path) && !found.contains(path) {
        found.insert(path.to_owned());
    }
}

/// Drops each text that begins with another one: whatever begins with it begins with the other one too.
fn without_longer(sorted: BTreeSet<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in sorted {
        if !kept.last().is_some_and(|shorter| text.starts_with(shorter.as_str())) {
            kept.push(text);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(yaml: &str, engine: Engine) -> Settings {
        Settings { engine, ..Settings::from_config(yaml).0 }
    }

    fn permalinks(yaml: &str, engine: Engine, path: &str, kind: &str) -> Vec<String> {
        let settings = settings(yaml, engine);
        let files = ["_posts/su/a.md", "_posts/sub/b.md", "a/one/x.md", "a/two/x.md"];
        let defaults = Defaults::new(&settings, || files.into_iter());
        let text = |set: &&DefaultSet| set.values.get("permalink").unwrap().text().unwrap().to_owned();
        defaults.all(path, Some(kind)).iter().map(text).collect()
    }

    const YAML: &str = "
defaults:
- {scope: {path: ''}, values: {permalink: all}}
- {scope: {path: _posts/su}, values: {permalink: su}}
- {scope: {path: '', type: post}, values: {permalink: posts}}
- {scope: {path: 'a/*'}, values: {permalink: glob}}
";

    #[test]
    fn the_longer_path_wins_and_the_later_shorter_one_goes_under_everything() {
        let layers = permalinks(YAML, Engine::Jekyll4, "_posts/su/a.md", "posts");
        assert_eq!(layers, ["su", "all", "posts"]);
        assert_eq!(permalinks(YAML, Engine::Jekyll4, "_posts/x.md", "posts"), ["posts", "all"]);
        assert_eq!(permalinks(YAML, Engine::Jekyll4, "a/one/x.md", "pages"), ["glob", "all"]);
    }

    #[test]
    fn engines_differ_in_what_lies_below_a_path() {
        assert!(permalinks(YAML, Engine::Jekyll4, "_posts/sub/b.md", "posts").contains(&"su".to_owned()));
        assert!(!permalinks(YAML, Engine::Jekyll3, "_posts/sub/b.md", "posts").contains(&"su".to_owned()));
    }
}
