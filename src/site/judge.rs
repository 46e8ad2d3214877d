//! One file: what it becomes, or why it becomes nothing.

use std::borrow::Cow;

use super::abort::Abort;
use super::article::{Address, Article, Place, Reading};
use super::context::{Context, Item};
use super::data::{Data, Datum, default_of};
use super::entry::{PostPlace, Roles};
use super::intended::{as_post, below_collections};
use super::name::{dated, is_binary_name, is_draft_name};
use super::page::{collection_file_address, page_address, static_address};
use super::table::Stage;
use super::url::{extension, file_name};
use super::{Engine, Unpublished};
use crate::document::{Field, Head};

/// What became of a file.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Its addresses.
    pub made: Vec<(Address, Stage)>,
    /// Why it has none, or none as a post.
    pub reason: Option<Unpublished>,
    /// Why Jekyll builds nothing because of it.
    pub abort: Option<Abort>,
    /// Its address is made of the moment of the build.
    pub unstable: bool,
    /// The date of a post or of a collection's document that is published.
    pub instant: Option<i64>,
    /// It is a published post.
    pub is_post: bool,
    /// Addresses that lead on to it.
    pub redirects: Vec<String>,
    /// What `readme_index` may put at its folder's address.
    pub readme: Option<Readme>,
}

/// A file named `README`.
#[derive(Debug)]
pub(super) struct Readme {
    /// The address that it has by itself.
    pub own: Address,
    /// What it is by itself.
    pub stage: Stage,
    /// It has only one of the two addresses, and is not in the table before that is decided.
    pub waits: bool,
}

/// Names that `optional_front_matter` passes over.
const NO_PAGES: [&str; 8] = [
    "README",
    "LICENSE",
    "LICENCE",
    "COPYING",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "ISSUE_TEMPLATE",
    "PULL_REQUEST_TEMPLATE",
];

/// Judges a file.
pub(super) fn judge<'a>(context: &'a Context<'a>, item: &Item<'a>, roles: Roles) -> Verdict {
    let mut verdict = Verdict::default();
    if roles.page {
        judge_page(context, item, &mut verdict);
    }
    if let Some(place) = roles.post {
        judge_post(context, item, place, &mut verdict);
    }
    if let Some(index) = roles.collection {
        judge_collection(context, item, index, &mut verdict);
    }
    if !roles.page && roles.post.is_none() && roles.collection.is_none() {
        let is_draft = item.path.starts_with("_drafts/") || item.path.contains("/_drafts/");
        verdict.reason = Some(if is_draft { Unpublished::Draft } else { Unpublished::Excluded });
    }
    verdict
}

fn judge_page<'a>(context: &'a Context<'a>, item: &Item<'a>, verdict: &mut Verdict) {
    if item.head == Head::Missing {
        judge_static(context, item, verdict);
        return;
    }
    let fields = if item.head.is_lost() { super::context::no_fields() } else { item.fields };
    let data = Data::asked(fields, context.archive, &context.defaults, item.path);
    let is_off = data.own(Field::Published).is_some_and(|datum| !datum.is_truthy());
    if is_off && !context.settings.unpublished {
        verdict.reason = Some(Unpublished::Switched);
        return;
    }
    let is_markdown = context.settings.is_markdown(extension(item.path));
    if item.head == Head::Undecodable && is_markdown {
        verdict.abort = Some(Abort::Undecodable);
    }
    if item.head == Head::NoMapping {
        verdict.abort = Some(Abort::NoMapping);
    }
    match page_address(context, item.path, data.get(Field::Permalink)) {
        Ok(address) if address.destination.is_empty() => verdict.abort = Some(Abort::EmptyAddress),
        Ok(address) => {
            verdict.redirects = redirects(context, data.get(Field::RedirectFrom));
            let promotion = context.settings.readme_index;
            if promotion.with_front_matter && readme_runs(context) && is_readme(context, item.path) {
                verdict.readme = Some(Readme { own: address, stage: Stage::Page, waits: true });
            } else {
                verdict.made.push((address, Stage::Page));
            }
        }
        Err(abort) => verdict.abort = Some(abort),
    }
}

fn judge_static<'a>(context: &'a Context<'a>, item: &Item<'a>, verdict: &mut Verdict) {
    let address = static_address(context, item.path);
    // Jekyll 3 asks whether a file is to be written only in collections.
    let is_written = context.settings.engine == Engine::Jekyll3 || is_static_published(context, &address.url, None);
    let file = File { path: item.path, address, is_written, is_in_collection: false };
    judge_file(context, item, file, verdict);
    if verdict.made.is_empty() && !is_written {
        verdict.reason = Some(Unpublished::Switched);
    }
}

/// A file without front matter, which is copied as it is.
struct File<'a> {
    path: &'a str,
    address: Address,
    is_written: bool,
    is_in_collection: bool,
}

/// A file without front matter: it is copied, and plugins can make a page of it besides, even where it is not copied.
fn judge_file<'a>(context: &'a Context<'a>, item: &Item<'a>, file: File<'a>, verdict: &mut Verdict) {
    let File { path, address, is_written, is_in_collection } = file;
    let settings = context.settings;
    let optional = settings.optional_front_matter;
    // The plugins look at the list of files, in which Jekyll 3 has none of a collection.
    let is_listed = !is_in_collection || settings.engine == Engine::Jekyll4;
    let is_markdown = is_listed && settings.is_markdown(extension(path));
    if is_markdown && !optional.disabled && settings.has_plugin("jekyll-optional-front-matter") {
        let stem = super::url::stem(path).trim_end_matches('.').to_uppercase();
        let is_passed_over = NO_PAGES.contains(&stem.as_str()) && !context.entries.is_named_in_include(path);
        if !is_passed_over {
            // Only the first line decides against a header; behind a byte order mark the plugin finds one all the same.
            let data = Data::asked(item.fields, context.archive, &context.defaults, path);
            match page_address(context, path, data.get(Field::Permalink)) {
                Ok(page) => verdict.made.push((page, Stage::AddedPage)),
                Err(abort) => verdict.abort = Some(abort),
            }
            // Jekyll writes the files of a collection as its documents too, whatever becomes of the list of files.
            if optional.remove_originals && !is_in_collection {
                return;
            }
        }
    }
    if is_markdown && readme_runs(context) && is_readme(context, path) {
        let waits = settings.readme_index.remove_originals && is_written && !is_in_collection;
        verdict.readme = Some(Readme { own: address.clone(), stage: Stage::Static, waits });
        if waits {
            return;
        }
    }
    if is_written && address.destination.is_empty() {
        verdict.abort = Some(Abort::EmptyAddress);
    } else if is_written {
        verdict.made.push((address, Stage::Static));
    }
}

/// Whether `readme_index` runs.
fn readme_runs(context: &Context<'_>) -> bool {
    !context.settings.readme_index.disabled && context.settings.has_plugin("jekyll-readme-index")
}

fn is_readme(context: &Context<'_>, path: &str) -> bool {
    let name = file_name(path);
    let end = extension(name);
    // The plugin takes the name in any case, and the extension only as it is written in the settings.
    let is_known = context.settings.markdown_ext.iter().any(|known| known == end);
    is_known && name.strip_suffix(end).is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
}

/// Whether no default takes a file without front matter off the site; Jekyll asks by its URL.
fn is_static_published(context: &Context<'_>, url: &str, label: Option<&str>) -> bool {
    if context.defaults.is_empty() {
        return true;
    }
    let layers = context.defaults.all(url, label);
    default_of(&layers, Field::Published).is_none_or(Datum::is_truthy)
}

fn judge_post<'a>(context: &'a Context<'a>, item: &Item<'a>, place: PostPlace, verdict: &mut Verdict) {
    let settings = context.settings;
    let entry = item.path.get(place.entry..).unwrap_or_default();
    let is_named = if place.draft { is_draft_name(entry) } else { dated(settings.engine, entry).is_some() };
    if !is_named {
        verdict.reason = Some(Unpublished::Misnamed);
        return;
    }
    let is_yaml = matches!(extension(entry), ".yml" | ".yaml");
    let path = relative_path(context, item, place);
    let reading = Reading::new(context, item, Place { relative_path: &path, label: "posts", draft: place.draft });
    match reading.article() {
        Ok(article) => {
            if is_yaml && settings.engine == Engine::Jekyll3 {
                verdict.abort = Some(Abort::NoText);
                return;
            }
            let is_text = item.head != Head::Undecodable && !(item.head == Head::Missing && is_binary_name(entry));
            verdict.reason = reason_against(context, &article, is_text && !is_yaml);
            if verdict.reason.is_none() {
                verdict.is_post = true;
                publish(context, &reading, article, Stage::Post, verdict);
            }
        }
        Err(abort) => verdict.abort = Some(abort),
    }
}

/// The path of a post or draft below the folder that holds the collections.
pub(super) fn relative_path<'p>(context: &Context<'_>, item: &Item<'p>, place: PostPlace) -> Cow<'p, str> {
    if place.renamed {
        return Cow::Owned(as_post(item.path, place.entry));
    }
    Cow::Borrowed(below_collections(context, item.path))
}

/// Why a post is not published.
fn reason_against(context: &Context<'_>, article: &Article, is_text: bool) -> Option<Unpublished> {
    if !is_text {
        return Some(Unpublished::Undecodable);
    }
    if !article.published && !context.settings.unpublished {
        return Some(Unpublished::Switched);
    }
    (article.instant > context.now && !context.settings.future).then_some(Unpublished::Future)
}

fn judge_collection<'a>(context: &'a Context<'a>, item: &Item<'a>, index: usize, verdict: &mut Verdict) {
    let Some(collection) = context.settings.collections.get(index) else { return };
    let relative_path = below_collections(context, item.path);
    let label = collection.label.as_str();
    if item.head == Head::Missing {
        let address = collection_file_address(context, relative_path, label);
        let is_written = collection.output || context.settings.engine == Engine::Jekyll3;
        let is_written = is_written && is_static_published(context, &address.url, Some(label));
        judge_file(context, item, File { path: relative_path, address, is_written, is_in_collection: true }, verdict);
        if verdict.made.is_empty() && !is_written {
            verdict.reason = Some(Unpublished::Excluded);
        }
        return;
    }
    let reading = Reading::new(context, item, Place { relative_path, label, draft: false });
    match reading.article() {
        Ok(_) if !collection.output => verdict.reason = Some(Unpublished::Excluded),
        Ok(article) => {
            verdict.reason = reason_against(context, &article, true);
            if verdict.reason.is_some() {
                // The sitemap asks for the address of a document that is to come, too.
                let is_asked =
                    verdict.reason == Some(Unpublished::Future) && context.settings.has_plugin("jekyll-sitemap");
                verdict.abort = article.address.err().filter(|_| is_asked);
                return;
            }
            if item.head == Head::Undecodable && context.settings.is_markdown(extension(item.path)) {
                verdict.abort = Some(Abort::Undecodable);
            }
            publish(context, &reading, article, Stage::Collection, verdict);
        }
        Err(abort) => verdict.abort = Some(abort),
    }
}

/// Gives a document that is published its address. Jekyll asks for no other one's, so only here can that stop it.
fn publish<'a>(
    context: &Context<'_>,
    reading: &Reading<'a, 'a>,
    article: Article,
    stage: Stage,
    verdict: &mut Verdict,
) {
    // Jekyll dates a post before it sorts, and no other document.
    verdict.instant = Some(article.instant).filter(|_| stage == Stage::Post || !article.undated);
    match article.address {
        Ok((address, unstable)) => {
            verdict.unstable = unstable;
            verdict.redirects = redirects(context, reading.get(Field::RedirectFrom));
            verdict.made.push((address, stage));
        }
        Err(abort) => verdict.abort = Some(abort),
    }
}

/// The addresses of `redirect_from`, each with a slash before it.
fn redirects(context: &Context<'_>, datum: Option<Datum<'_>>) -> Vec<String> {
    let Some(datum) = datum.filter(|_| context.settings.has_plugin("jekyll-redirect-from")) else { return Vec::new() };
    let items = if datum.is_list() { datum.items() } else { vec![datum] };
    let with_slash = |text: &str| if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    items.into_iter().filter_map(Datum::text).map(with_slash).collect()
}
