//! Pages that show nothing but a form to log in.

use super::phrases::{LOGIN_FIRST, LOGIN_TITLES};
use super::view::{View, normal};
use super::{Suspicion, quoted};
use crate::probe::outcome::Reason;

/// A page that says more than this shows something beside the form.
const MOST: usize = 160;

/// Judges a page by what it asks for.
pub(super) fn judge(view: &View) -> Option<Suspicion> {
    if !view.has_password || view.weight > MOST {
        return None;
    }
    let is_login = |text: &str| {
        let text = normal(text);
        LOGIN_TITLES.contains(&text.as_str()) || LOGIN_FIRST.iter().any(|phrase| text.contains(phrase))
    };
    let parts = view.title.split(['_', '|', '-', '–', '—', '·', '•']);
    let said = parts.chain(view.blocks.iter().map(String::as_str)).find(|text| is_login(text))?;
    Some(Suspicion::new(Reason::LoginWall, format!("it asks for a password and says {}", quoted(said.trim()))))
}
