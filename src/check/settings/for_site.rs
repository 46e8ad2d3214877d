//! From `_config.yml`, `CNAME`, `Gemfile.lock` and the settings to what the site is.

use super::Surroundings;
use crate::config::File;
use crate::extract::kramdown;
use crate::language::{Message, say};
use crate::site;

pub(super) fn site_settings(file: &File, surroundings: &Surroundings, notices: &mut Vec<Message>) -> site::Settings {
    let (mut site, problems) = site::Settings::from_config(surroundings.config.as_deref().unwrap_or_default());
    for problem in problems {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        notices.push(say!("{place}: {what}", place = format!("_config.yml{line}"), what = problem.message));
    }
    if let Some(url) = &file.site.url {
        url.trim_end_matches('/').clone_into(&mut site.url);
    }
    site.aliases.extend(file.site.aliases.iter().flatten().cloned());
    let cname = surroundings.cname.as_deref().unwrap_or_default().trim();
    if !cname.is_empty() {
        site.aliases.push(cname.to_ascii_lowercase());
        if site.url.is_empty() {
            // GitHub Pages serves the site there, whatever `_config.yml` leaves out.
            site.url = format!("https://{cname}");
        }
    }
    if surroundings.is_without_jekyll && file.site.built.is_none() {
        notices.push(say!(
            "`.nojekyll` keeps GitHub Pages from running Jekyll, and the addresses here are those that Jekyll makes; \
             build the site and check it with --site DIR"
        ));
    }
    let files = site::BuildFiles {
        lock: surroundings.gemfile_lock.as_deref(),
        gemfile: surroundings.gemfile.as_deref(),
        workflows: &surroundings.workflows,
        has_cname: !cname.is_empty(),
    };
    site.engine = site::found_engine(&files).0;
    match file.site.engine.as_deref() {
        None => {}
        Some("jekyll-4") => site.engine = site::Engine::Jekyll4,
        Some("jekyll-3.10") => site.engine = site::Engine::Jekyll3,
        Some(other) => {
            notices.push(say!("site.engine: `{name}` is no engine; write jekyll-3.10 or jekyll-4", name = other));
        }
    }
    site.also_serves.extend(file.site.also_serves.iter().flatten().cloned());
    site.posts_folders = file.posts.folders.clone().unwrap_or_default();
    site
}

/// What `_config.yml` sets for kramdown, over what Jekyll sets.
pub(super) fn kramdown_options(site: &site::Settings) -> kramdown::Options {
    let mut options = kramdown::Options::default();
    let set = |key: &str, field: &mut bool| {
        if let Some(value) = site.kramdown.get(key) {
            *field = value.is_truthy();
        }
    };
    set("auto_ids", &mut options.auto_ids);
    set("parse_block_html", &mut options.parse_block_html);
    set("parse_span_html", &mut options.parse_span_html);
    set("hard_wrap", &mut options.hard_wrap);
    let text = |key: &str| site.kramdown.get(key).and_then(site::ConfigValue::scalar_text);
    options.auto_id_prefix = text("auto_id_prefix").unwrap_or_default();
    options.footnote_prefix = text("footnote_prefix").unwrap_or_default();
    if text("input").is_some_and(|input| input.eq_ignore_ascii_case("kramdown")) {
        options.input = kramdown::Input::Kramdown;
    }
    options
}
