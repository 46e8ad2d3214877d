//! What only the web can say: each post links to a host of its own, which behaves as its domain says.

use super::links::anchor;
use super::{Kind, any};

pub(super) const KINDS: &[Kind] = &[
    any(|draft, _| anchor(draft, "http://ID.gone.example/a", "NT001", "a host that answers 404")),
    any(|draft, _| anchor(draft, "http://ID.failing.example/a", "NT002", "a host that answers 500")),
    any(|draft, _| anchor(draft, "http://ID.closed.example/a", "NT003", "a host that answers 403")),
    any(|draft, _| anchor(draft, "http://ID.moved.example/a", "NT004", "a host that answers 301")),
    any(|draft, _| anchor(draft, "http://ID.home.example/2022/0117/a.html", "NT005", "a host that leads home")),
    any(|draft, _| anchor(draft, "http://ID.secure.example/a", "NT007", "a host that answers over https as well")),
    any(|draft, _| anchor(draft, "https://ID.ending.example/a", "NT008", "a certificate that ends in ten days")),
];
