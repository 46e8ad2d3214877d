//! What every part of the map needs to know of a site, built once.

use std::sync::LazyLock;

use super::defaults::Defaults;
use super::entry::Entries;
use super::moment::Zone;
use super::settings::Settings;
use crate::document::{Archive, Fields, Head};

/// A site as the parts of the map see it.
pub(super) struct Context<'a> {
    pub settings: &'a Settings,
    pub archive: &'a Archive,
    /// The moment of the build, in seconds since 1970.
    pub now: i64,
    pub zone: Zone,
    pub defaults: Defaults<'a>,
    pub entries: Entries<'a>,
}

impl<'a> Context<'a> {
    pub(super) fn new(settings: &'a Settings, archive: &'a Archive, now: i64) -> Self {
        let documents = || archive.documents.iter().map(|document| &*document.path);
        let files = || archive.files.iter().map(|path| &**path);
        Self {
            settings,
            archive,
            now,
            zone: Zone::named(settings.timezone.as_deref()),
            defaults: Defaults::new(settings, || documents().chain(files())),
            entries: Entries::new(settings, documents().chain(files())),
        }
    }
}

/// A file of the archive, document or not.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub path: &'a str,
    pub head: Head,
    pub fields: &'a Fields,
    pub source: Source,
}

/// What makes an address, compactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// The index of a document.
    Document(u32),
    /// The index of a file.
    File(u32),
    /// The index of a name of what generates it.
    Generated(u32),
}

/// The fields of a file without front matter.
pub(super) fn no_fields() -> &'static Fields {
    static NO_FIELDS: LazyLock<Fields> = LazyLock::new(Fields::default);
    &NO_FIELDS
}

impl<'a> Item<'a> {
    /// A document of the archive.
    pub(super) fn document(archive: &'a Archive, index: usize) -> Option<Self> {
        let document = archive.documents.get(index)?;
        let source = Source::Document(u32::try_from(index).ok()?);
        Some(Self { path: &document.path, head: document.head, fields: &document.fields, source })
    }

    /// A file of the archive that is no document.
    pub(super) fn file(archive: &'a Archive, index: usize) -> Option<Self> {
        let path = archive.files.get(index)?;
        let source = Source::File(u32::try_from(index).ok()?);
        Some(Self { path, head: Head::Missing, fields: no_fields(), source })
    }
}
