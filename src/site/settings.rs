//! What `_config.yml` says about addresses, typed.
//!
//! Reading the file is [`Settings::from_config`]'s work; the fields that are postproof's own (engine, aliases, folders)
//! are filled in by whoever knows them.

use super::config_value::ConfigValue;
use crate::front_matter::Engine;

/// A collection of `_config.yml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// Its label: the folder is `_label`.
    pub label: String,
    /// Whether its documents are written.
    pub output: bool,
    /// Its own permalink template.
    pub permalink: Option<String>,
}

/// One entry of `defaults`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DefaultSet {
    /// `scope.path`, if it is text.
    pub path: Option<String>,
    /// `scope.type`, if the key is there.
    pub kind: Option<String>,
    /// The values; always a mapping.
    pub values: ConfigValue,
}

/// What the feed plugin is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    /// `feed.path`.
    pub path: Option<String>,
    /// `feed.categories`.
    pub categories: Vec<String>,
    /// `feed.collections`, each with its path and categories.
    pub collections: Vec<(String, Option<String>, Vec<String>)>,
    /// Whether feeds by tag are made.
    pub tags: bool,
    /// `feed.tags.only`.
    pub only_tags: Option<Vec<String>>,
    /// `feed.tags.except`.
    pub except_tags: Vec<String>,
    /// `feed.tags.path`.
    pub tags_path: Option<String>,
}

/// What the archives plugin is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Archives {
    /// Every kind is made.
    pub all: bool,
    /// The kinds that are made: `year`, `month`, `day`, `categories`, `tags`.
    pub enabled: Vec<String>,
    /// Templates other than the plugin's own, by kind: `year`, `month`, `day`, `category`, `tag`.
    pub permalinks: Vec<(String, String)>,
    /// `slug_mode`, which newer versions of the plugin know.
    pub slug_mode: Option<String>,
}

/// A switch that three plugins share: what is done, and whether the original file stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promotion {
    /// `enabled: false`.
    pub disabled: bool,
    /// `remove_originals: true`.
    pub remove_originals: bool,
    /// `with_frontmatter: true`.
    pub with_front_matter: bool,
}

/// What `_config.yml` and the archive's own settings say about addresses.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one key of _config.yml")]
pub struct Settings {
    /// The Jekyll that builds the site.
    pub engine: Engine,
    /// `url`, without a `/` at its end.
    pub url: String,
    /// `baseurl`, without a `/` at its end.
    pub baseurl: String,
    /// `timezone`: an IANA name. `None` is the zone of the machine that builds, taken to be UTC.
    pub timezone: Option<String>,
    /// `permalink`: a style's name or a template.
    pub permalink: String,
    /// The collections other than posts, in their order.
    pub collections: Vec<Collection>,
    /// `collections.posts.permalink`.
    pub posts_permalink: Option<String>,
    /// `collections_dir`, without slashes around it.
    pub collections_dir: String,
    /// `defaults`.
    pub defaults: Vec<DefaultSet>,
    /// `include`; the engine's own where the key is absent.
    pub include: Option<Vec<String>>,
    /// `exclude`; the engine adds its own or falls back on them.
    pub exclude: Option<Vec<String>>,
    /// `keep_files`.
    pub keep_files: Vec<String>,
    /// `destination`, relative to the source.
    pub destination: String,
    /// `future`.
    pub future: bool,
    /// `unpublished`.
    pub unpublished: bool,
    /// `show_drafts`.
    pub show_drafts: bool,
    /// `limit_posts`; 0 is no limit.
    pub limit_posts: u64,
    /// `plugins` and the older `gems`.
    pub plugins: Vec<String>,
    /// `theme`.
    pub theme: Option<String>,
    /// `remote_theme`.
    pub remote_theme: Option<String>,
    /// `paginate`.
    pub paginate: Option<i64>,
    /// `paginate_path`.
    pub paginate_path: String,
    /// `jekyll-archives`.
    pub archives: Archives,
    /// `feed`.
    pub feed: Feed,
    /// `redirect_from.json` is not `false`.
    pub redirects_json: bool,
    /// `readme_index`.
    pub readme_index: Promotion,
    /// `optional_front_matter`.
    pub optional_front_matter: Promotion,
    /// `relative_links.enabled` is not `false`.
    pub relative_links: bool,
    /// `relative_links.collections`: also in posts and other documents.
    pub relative_links_in_collections: bool,
    /// `relative_links.exclude`: the pages that the plugin leaves alone.
    pub relative_links_exclude: Vec<String>,
    /// `markdown_ext`, each with its dot and in lower case.
    pub markdown_ext: Vec<String>,
    /// `markdown`.
    pub markdown: String,
    /// `kramdown`, as it stands.
    pub kramdown: ConfigValue,
    /// `sass.sourcemap` is not `never`.
    pub sass_source_maps: bool,
    /// `strict_front_matter`.
    pub strict_front_matter: bool,
    /// The whole file, for values that templates name (`{{ site.title }}`).
    pub root: ConfigValue,
    /// Other hosts by which the site is known.
    pub aliases: Vec<String>,
    /// Globs of paths that something outside the source serves, from the site's root.
    pub also_serves: Vec<String>,
    /// Folders whose posts are kept and not published, without slashes around them.
    pub archive_folders: Vec<String>,
    /// Folders that are read as `_posts` is, without slashes around them.
    pub posts_folders: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let extensions = ["markdown", "mkdown", "mkdn", "mkd", "md"];
        Self {
            engine: Engine::default(),
            url: String::new(),
            baseurl: String::new(),
            timezone: None,
            permalink: "date".to_owned(),
            collections: Vec::new(),
            posts_permalink: None,
            collections_dir: String::new(),
            defaults: Vec::new(),
            include: None,
            exclude: None,
            keep_files: vec![".git".to_owned(), ".svn".to_owned()],
            destination: "_site".to_owned(),
            future: false,
            unpublished: false,
            show_drafts: false,
            limit_posts: 0,
            plugins: Vec::new(),
            theme: None,
            remote_theme: None,
            paginate: None,
            paginate_path: "/page:num".to_owned(),
            archives: Archives::default(),
            feed: Feed::default(),
            redirects_json: true,
            readme_index: Promotion::default(),
            optional_front_matter: Promotion::default(),
            relative_links: true,
            relative_links_in_collections: false,
            relative_links_exclude: Vec::new(),
            markdown_ext: extensions.iter().map(|extension| format!(".{extension}")).collect(),
            markdown: "kramdown".to_owned(),
            kramdown: ConfigValue::Null,
            sass_source_maps: true,
            strict_front_matter: false,
            root: ConfigValue::Null,
            aliases: Vec::new(),
            also_serves: Vec::new(),
            archive_folders: Vec::new(),
            posts_folders: Vec::new(),
        }
    }
}
