//! The Content-Security-Policy of the page: its own style and scripts, by their digests, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The policy for these styles and scripts (CSP Level 3 §2.3.1); no address is ever loaded.
pub(super) fn policy(styles: &[&str], scripts: &[&str]) -> String {
    let (styles, scripts) = (sources(styles), sources(scripts));
    format!("default-src 'none'; style-src {styles}; script-src {scripts}; base-uri 'none'; form-action 'none'")
}

fn sources(texts: &[&str]) -> String {
    let digests: Vec<String> =
        texts.iter().map(|text| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect();
    digests.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_allowed_by_its_digest() {
        // The example of CSP Level 2 §7.17.1: `alert('Hello, world.');`.
        let policy = policy(&[], &["alert('Hello, world.');"]);
        assert!(policy.contains("script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"), "{policy}");
    }
}
