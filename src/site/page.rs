//! Pages and static files: their addresses.

use std::borrow::Cow;

use super::abort::Abort;
use super::article::{Address, collection_template, permalink, permalink_extension};
use super::context::Context;
use super::data::Datum;
use super::template::expand_plain;
use super::url::{destination, escape_path, extension, file_name, folder, sanitize, unescape};

/// The address of a page.
///
/// `path` is where the page stands or would stand, relative to the source; `wanted` is its `permalink`.
pub(super) fn page_address(context: &Context<'_>, path: &str, wanted: Option<Datum<'_>>) -> Result<Address, Abort> {
    let wanted = permalink(wanted)?;
    if wanted == Some("") {
        return Err(Abort::EmptyPermalink);
    }
    Ok(page_in(context, &folder_of(path), file_name(path), wanted))
}

/// The address of a page whose folder was set by hand, as paginated pages are.
pub(super) fn page_in(context: &Context<'_>, folder: &str, name: &str, wanted: Option<&str>) -> Address {
    let settings = context.settings;
    let own_extension = extension(name);
    let output_extension = wanted.and_then(permalink_extension);
    let output_extension = output_extension.unwrap_or_else(|| settings.output_extension(own_extension));
    let basename = without_dots(context, name.strip_suffix(own_extension).unwrap_or(name));
    let is_html = matches!(output_extension, ".html" | ".xhtml" | ".htm");
    if wanted.is_none() && !folder.contains(':') && !basename.contains(':') {
        let end = match (is_html, settings.permalink_suffix()) {
            (false, _) | (true, ":output_ext") => output_extension,
            (true, suffix) => suffix,
        };
        // This is what the templates below come to, without a copy for each placeholder.
        let is_index = is_html && basename == "index";
        let (basename, end) = if is_index { ("", "") } else { (basename, end) };
        let escaped = |part| escape_path(settings.engine, part);
        let url = sanitize(format!("{}/{}{}", escaped(folder), escaped(basename), escaped(end)));
        return Address { destination: destination(&url, &format!("index{output_extension}"), output_extension), url };
    }
    let template = match wanted {
        Some(wanted) => Cow::Borrowed(wanted),
        None if !is_html => Cow::Borrowed("/:path/:basename:output_ext"),
        None if basename == "index" => Cow::Borrowed("/:path/"),
        None => Cow::Owned(format!("/:path/:basename{}", settings.permalink_suffix())),
    };
    let values = [("path", Some(folder)), ("basename", Some(basename)), ("output_ext", Some(output_extension))];
    let url = sanitize(expand_plain(settings.engine, &template, &values));
    let index = format!("index{output_extension}");
    Address { destination: destination(&url, &index, output_extension), url }
}

/// The address of a file that is copied as it is.
pub(super) fn static_address(context: &Context<'_>, path: &str) -> Address {
    let own_extension = extension(path);
    let url = match context.settings.engine {
        super::Engine::Jekyll3 => format!("/{path}"),
        super::Engine::Jekyll4 => {
            let stem = path.strip_suffix(own_extension).unwrap_or(path).trim_end_matches('.');
            format!("/{stem}{own_extension}")
        }
    };
    Address { destination: static_destination(context, &url), url }
}

/// A name without the dots at its end, which Jekyll 3 leaves there.
fn without_dots<'n>(context: &Context<'_>, name: &'n str) -> &'n str {
    match context.settings.engine {
        super::Engine::Jekyll3 => name,
        super::Engine::Jekyll4 => name.trim_end_matches('.'),
    }
}

/// The address of a file without front matter in a collection's folder.
pub(super) fn collection_file_address(context: &Context<'_>, relative_path: &str, label: &str) -> Address {
    if context.settings.engine == super::Engine::Jekyll3 {
        return collection_file_address_3(context, relative_path, label);
    }
    let own_extension = extension(relative_path);
    let stem = relative_path.strip_suffix(own_extension).unwrap_or(relative_path).trim_end_matches('.');
    let below = stem.replacen(&format!("_{label}"), "", 1);
    let name = file_name(relative_path);
    let name = name.strip_suffix(own_extension).unwrap_or(name).trim_end_matches('.');
    let values = [
        ("collection", Some(label)),
        ("path", Some(below.as_str())),
        ("output_ext", Some("")),
        ("name", Some(name)),
        ("title", Some("")),
    ];
    let template = collection_template(context, label);
    let url = sanitize(expand_plain(context.settings.engine, &template, &values));
    let url = format!("{}{own_extension}", url.strip_suffix('/').unwrap_or(&url));
    Address { destination: static_destination(context, &url), url }
}

/// Jekyll 3 makes an address of the whole path, and copies the file under its own name into the folder of that address
/// (`StaticFile#destination_rel_dir`).
fn collection_file_address_3(context: &Context<'_>, relative_path: &str, label: &str) -> Address {
    let below = relative_path.get(label.len() + 1..).unwrap_or_default();
    let values = [
        ("collection", Some(label)),
        ("path", Some(below)),
        ("output_ext", Some("")),
        ("name", Some("")),
        ("title", Some("")),
    ];
    let template = collection_template(context, label);
    let url = sanitize(expand_plain(context.settings.engine, &template, &values));
    let url = url.strip_suffix('/').unwrap_or(&url).to_owned();
    let file = format!("{}/{}", folder(&url), file_name(relative_path));
    Address { destination: super::url::expand(&file), url }
}

fn static_destination(context: &Context<'_>, url: &str) -> String {
    match context.settings.engine {
        // Jekyll 3.10 copies a file under its own name, per cent signs and all.
        super::Engine::Jekyll3 => super::url::expand(url),
        super::Engine::Jekyll4 => super::url::expand(&unescape(url)),
    }
}

/// A folder as Jekyll hands it to a page: with a slash before it, or nothing at all.
fn folder_of(path: &str) -> String {
    match folder(path) {
        "" => String::new(),
        folder => format!("/{folder}"),
    }
}
