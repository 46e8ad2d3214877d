//! The kinds of damage: each spoils a healthy post in one way and says which rules must see it.

mod front;
mod links;
mod site;
mod text;
mod web;

use super::draft::Draft;

/// Where a kind of damage can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// In any post.
    Any,
    /// Only in what Jekyll publishes.
    Fresh,
    /// Only in the archive folder, next to a healthy post that it copies from or points to.
    Pair,
    /// Only in the archive folder, where a healthy post of the day before has its place and is copied by no other.
    Days,
}

/// A kind of damage.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Where it can stand.
    pub(crate) area: Area,
    /// Spoils a post; the second is the healthy post before it, or of the day before.
    pub(crate) apply: fn(&mut Draft, &Draft),
}

/// A kind for any post.
const fn any(apply: fn(&mut Draft, &Draft)) -> Kind {
    Kind { area: Area::Any, apply }
}

/// A kind for published posts.
const fn fresh(apply: fn(&mut Draft, &Draft)) -> Kind {
    Kind { area: Area::Fresh, apply }
}

/// A kind that needs the post before it.
const fn pair(apply: fn(&mut Draft, &Draft)) -> Kind {
    Kind { area: Area::Pair, apply }
}

/// A kind that needs a post of the day before.
const fn days(apply: fn(&mut Draft, &Draft)) -> Kind {
    Kind { area: Area::Days, apply }
}

/// The kinds that can stand in a folder, in the order in which they take turns: first those that only it can have.
pub(crate) fn kinds(is_fresh: bool) -> Vec<Kind> {
    let own: &[Area] = if is_fresh { &[Area::Fresh] } else { &[Area::Pair, Area::Days] };
    let all = [front::KINDS, text::KINDS, links::KINDS, site::KINDS, web::KINDS].concat();
    let of = |areas: &'static [Area]| all.iter().copied().filter(move |kind| areas.contains(&kind.area));
    of(own).chain(of(&[Area::Any])).collect()
}
