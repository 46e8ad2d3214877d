//! Addresses that something outside the source serves, or may serve.

use std::sync::Arc;

use globset::{Glob, GlobMatcher};

use super::Engine;
use super::settings::Settings;
use super::url::extension;
use crate::document::Archive;

/// What is known of addresses that no file and no known plugin makes.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    declared: Vec<(GlobMatcher, Arc<str>)>,
    kept: Vec<(String, Arc<str>)>,
    theme: Option<Arc<str>>,
    is_pages: bool,
    plugin: Option<Arc<str>>,
}

impl Beyond {
    /// What settings declare, and nothing that may be.
    pub(super) fn declared_only(settings: &Settings) -> Self {
        let declared = settings.also_serves.iter().filter_map(|glob| {
            let matcher = Glob::new(glob.strip_prefix('/').unwrap_or(glob)).ok()?.compile_matcher();
            Some((matcher, Arc::from(format!("site.also_serves: {glob}"))))
        });
        Self { declared: declared.collect(), ..Self::default() }
    }

    pub(super) fn new(settings: &Settings, archive: &Archive) -> Self {
        let kept = settings.keep_files.iter().map(|path| path.trim_matches('/'));
        let kept = kept.filter(|path| !matches!(*path, "" | ".git" | ".svn"));
        let theme = settings.remote_theme.as_deref().or(settings.theme.as_deref());
        Self {
            kept: kept.map(|path| (path.to_owned(), Arc::from(format!("keep_files: {path}")))).collect(),
            theme: theme.map(|theme| Arc::from(format!("the theme {theme}"))),
            is_pages: settings.engine == Engine::Jekyll3,
            plugin: unknown_plugin(settings, archive),
            ..Self::declared_only(settings)
        }
    }

    /// The setting that says that a path is served.
    pub(super) fn declared(&self, path: &str) -> Option<Arc<str>> {
        self.declared.iter().find(|(glob, _)| glob.is_match(path)).map(|(_, name)| Arc::clone(name))
    }

    /// What may serve a path although the source does not show it.
    pub(super) fn possible(&self, path: &str) -> Option<Arc<str>> {
        let is_below =
            |kept: &str| path.strip_prefix(kept).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if let Some((_, name)) = self.kept.iter().find(|(kept, _)| is_below(kept)) {
            return Some(Arc::clone(name));
        }
        if path.starts_with("assets/") && self.theme.is_some() {
            return self.theme.clone();
        }
        if self.is_pages && self.theme.is_none() && path == "assets/css/style.css" {
            return Some(Arc::from("the theme jekyll-theme-primer"));
        }
        self.plugin.clone()
    }
}

/// A plugin of which nobody knows what addresses it makes.
fn unknown_plugin(settings: &Settings, archive: &Archive) -> Option<Arc<str>> {
    if settings.engine == Engine::Jekyll3 {
        // GitHub Pages runs no plugins but those that it knows.
        return None;
    }
    if let Some(plugin) = settings.unknown_plugins().next() {
        return Some(Arc::from(format!("the plugin {plugin}")));
    }
    let mut files = archive.files.iter().map(|path| &**path);
    let own = files.find(|path| path.starts_with("_plugins/") && extension(path) == ".rb")?;
    Some(Arc::from(format!("the plugin {own}")))
}
