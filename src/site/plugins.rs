//! What follows from the settings: which plugins run, which templates and extensions hold.

use super::settings::Settings;
use crate::front_matter::Engine;

/// Plugins that GitHub Pages switches on whatever `_config.yml` says.
const PAGES_ALWAYS: [&str; 10] = [
    "jekyll-coffeescript",
    "jekyll-commonmark-ghpages",
    "jekyll-gist",
    "jekyll-github-metadata",
    "jekyll-paginate",
    "jekyll-relative-links",
    "jekyll-optional-front-matter",
    "jekyll-readme-index",
    "jekyll-default-layout",
    "jekyll-titles-from-headings",
];

/// Plugins that GitHub Pages runs when `_config.yml` names them; it ignores all others.
const PAGES_ALLOWED: [&str; 10] = [
    "jekyll-avatar",
    "jekyll-feed",
    "jekyll-include-cache",
    "jekyll-mentions",
    "jekyll-redirect-from",
    "jekyll-remote-theme",
    "jekyll-seo-tag",
    "jekyll-sitemap",
    "jekyll-swiss",
    "jemoji",
];

/// Plugins that make no address of their own, or whose addresses this room knows.
const KNOWN: [&str; 14] = [
    "jekyll-archives",
    "jekyll-commonmark",
    "jekyll-email-protect",
    "jekyll-emoji",
    "jekyll-gzip",
    "jekyll-last-modified-at",
    "jekyll-sass-converter",
    "jekyll-spaceship",
    "jekyll-target-blank",
    "jekyll-toc",
    "jekyll-github-metadata",
    "jekyll-watch",
    "kramdown",
    "rouge",
];

impl Settings {
    /// Whether a plugin runs.
    pub fn has_plugin(&self, name: &str) -> bool {
        let named = self.plugins.iter().any(|plugin| plugin == name);
        match self.engine {
            Engine::Jekyll4 => named,
            Engine::Jekyll3 => PAGES_ALWAYS.contains(&name) || (named && PAGES_ALLOWED.contains(&name)),
        }
    }

    /// Plugins that run and of which it is not known what addresses they make.
    pub fn unknown_plugins(&self) -> impl Iterator<Item = &str> {
        let known = |name: &str| KNOWN.contains(&name) || PAGES_ALWAYS.contains(&name) || PAGES_ALLOWED.contains(&name);
        let runs = self.engine == Engine::Jekyll4;
        self.plugins.iter().map(String::as_str).filter(move |name| runs && !known(name))
    }

    /// Whether a file's extension (with its dot) is one of Markdown.
    pub fn is_markdown(&self, extension: &str) -> bool {
        self.markdown_ext.iter().any(|known| known.eq_ignore_ascii_case(extension))
    }

    /// The template that posts without a `permalink` of their own follow.
    pub(super) fn posts_template(&self) -> &str {
        if let Some(template) = &self.posts_permalink {
            return template;
        }
        match (self.permalink.as_str(), self.engine) {
            ("none", _) => "/:categories/:title:output_ext",
            ("date", _) => "/:categories/:year/:month/:day/:title:output_ext",
            ("ordinal", _) => "/:categories/:year/:y_day/:title:output_ext",
            ("pretty", _) => "/:categories/:year/:month/:day/:title/",
            ("weekdate", Engine::Jekyll4) => "/:categories/:year/W:week/:short_day/:title:output_ext",
            (template, _) => template,
        }
    }

    /// What the site's permalink style adds to the template of a page or of a collection.
    pub(super) fn permalink_suffix(&self) -> &'static str {
        match self.permalink.as_str() {
            "pretty" => "/",
            "date" | "ordinal" | "none" => ":output_ext",
            template if template.ends_with('/') => "/",
            template if template.ends_with(":output_ext") => ":output_ext",
            _ => "",
        }
    }

    /// The extension of the file that a source with this extension becomes.
    pub(super) fn output_extension<'e>(&self, extension: &'e str) -> &'e str {
        if self.is_markdown(extension) {
            return ".html";
        }
        if extension.eq_ignore_ascii_case(".scss") || extension.eq_ignore_ascii_case(".sass") {
            return ".css";
        }
        if extension.eq_ignore_ascii_case(".coffee") && self.has_plugin("jekyll-coffeescript") {
            return ".js";
        }
        extension
    }
}
