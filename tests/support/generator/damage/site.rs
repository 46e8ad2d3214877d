//! Damage to the archive's consistency, and doubles.

use super::super::draft::{Key, Part, source_link, way_back};
use super::{Kind, any, days, pair};

pub(super) const KINDS: &[Kind] = &[
    any(|draft, _| {
        let way = draft.way.take().unwrap_or_default();
        draft.way = way.split('｜').next().map(str::to_owned);
        draft.blame(Part::Whole, "NV001", "no way home");
    }),
    any(|draft, _| {
        draft.way =
            draft.way.as_deref().map(|way| way.replace("finews.withounder.com/)", "finews.withounder.com/about.html)"));
        draft.blame(Part::Way, "NV002", "home leads elsewhere");
    }),
    pair(|draft, previous| {
        if previous.category == draft.category {
            return;
        }
        draft.way = Some(way_back(&draft.tag, &previous.category));
        draft.blame(Part::Way, "NV003", "another medium's page");
    }),
    any(|draft, _| {
        let category = format!("xinmeiti{}", draft.id);
        draft.way = Some(way_back(&draft.tag, &category));
        draft.spoil(Key::Categories, format!("categories: {category}"), "NV004", "no page for it");
        draft.blame(Part::Way, "LK004", "the page that is not there");
        draft.category = category;
    }),
    any(|draft, _| {
        draft.source = None;
        draft.blame(Part::Whole, "NV007", "no source link");
    }),
    any(|draft, _| {
        let other = format!("AN{}", draft.id.trim_start_matches("NW"));
        draft.source = Some(source_link(&other));
        draft.blame(Part::Source, "NV008", "another id");
    }),
    any(|draft, _| {
        let line = format!("layout: post-{}", draft.id);
        draft.spoil(Key::Layout, line, "NV011", "no such layout");
    }),
    pair(|draft, previous| {
        draft.source.clone_from(&previous.source);
        draft.blame(Part::Source, "DU002", "the source of the post before it");
        draft.blame(Part::Source, "NV008", "the id of the post before it");
    }),
    pair(|draft, previous| {
        draft.body.clone_from(&previous.body);
        draft.blame(Part::Whole, "DU003", "the body of the post before it");
    }),
    pair(|draft, previous| {
        draft.body.clone_from(&previous.body);
        draft.body.push(" <p>（更新：补充来源）</p>".into());
        draft.blame(Part::Whole, "DU004", "nearly the body of the post before it");
    }),
    any(|draft, _| {
        draft.is_doubled = true;
        draft.blame(Part::Again, "DU005", "two writers");
    }),
    // On a day of its own: a post that was moved would leave its category without one on the day that it came from.
    days(|draft, earlier| {
        draft.id.clone_from(&earlier.id);
        draft.source.clone_from(&earlier.source);
        draft.blame(Part::Whole, "DU006", "the id of a post of the day before");
        draft.blame(Part::Source, "DU002", "the source of a post of the day before");
    }),
];
