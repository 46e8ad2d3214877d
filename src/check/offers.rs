//! The changes that better addresses make, for whoever reads the report: what `fix` would write at the link shown.
//!
//! `fix` itself does not look at them. It reads each file anew and proves what it writes.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use url::Url;

use crate::facts::Facts;
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Written, spellings};
use crate::language::say;
use crate::text::decode;
use crate::text::secret::mask;

/// Gives each finding that knows a better address the change that writes it.
pub(super) fn offer(facts: &Facts<'_>, findings: &mut [Finding], read: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)) {
    let mut by_file: HashMap<Arc<str>, Vec<&mut Finding>> = HashMap::new();
    for finding in findings.iter_mut().filter(|finding| finding.instead.is_some() && finding.fix.is_none()) {
        by_file.entry(Arc::clone(&finding.path)).or_default().push(finding);
    }
    by_file.into_par_iter().for_each(|(path, findings)| {
        let Some(bytes) = read(&path) else { return };
        let text = decode(&bytes).text;
        for finding in findings {
            finding.fix = change(facts, finding, &text).map(Box::new);
        }
    });
}

fn change(facts: &Facts<'_>, finding: &Finding, text: &str) -> Option<Fix> {
    let instead = finding.instead.as_deref()?;
    let document = facts.archive.find(&finding.path)?;
    let link = document.links.iter().find(|link| link.span == finding.span)?;
    let span = link.destination_span;
    let written = Written { raw: text.get(span.range())?, read: facts.archive.text(link.destination) };
    let (from, to) = (Url::parse(&instead.from).ok()?, Url::parse(&instead.to).ok()?);
    // As `fix` has it: whoever gave the address may not put credentials in it.
    if !to.username().is_empty() || to.password().is_some() || !matches!(to.scheme(), "http" | "https") {
        return None;
    }
    let text = spellings(written, &from, &to).into_iter().next()?;
    let title = say!("write {address}", address = mask(&instead.to));
    Some(Fix { applicability: instead.applicability, title, edits: vec![Edit { span, text }] })
}
