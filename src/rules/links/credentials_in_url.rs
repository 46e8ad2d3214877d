//! LK010.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::secret::{self, SecretKind};

declare_rule! {
    /// ## What it does
    ///
    /// Finds secrets in links: `user:password@` in front of a host, parameters that are known to hold secrets
    /// (`access_token`, `api_key`, `client_secret`, `password`, `sig`, `X-Amz-Signature`, …), and values that can be nothing
    /// else (GitHub tokens, JSON web tokens, cloud keys) whatever their parameter is called.
    ///
    /// A bare `token=` is no finding: picture services put a public constant there, the same in every article.
    ///
    /// ## Why is this bad?
    ///
    /// Everyone who reads the archive has the secret, and so has everyone who ever fetched its history.
    /// The value is masked in every output of postproof.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [行情](https://api.example.com/quote?api_key=0123456789)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [行情](https://www.example.com/quote)
    /// ```
    pub(crate) struct CredentialsInUrl; "LK010", "credentials-in-url", Error, DataSuspect
}

impl Rule for CredentialsInUrl {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for link in reading.extraction.meant() {
            if memchr::memchr2(b'=', b'@', link.destination.as_bytes()).is_none() {
                continue;
            }
            for secret in secret::find(&link.destination) {
                let message = match secret.kind {
                    SecretKind::UserInformation => say!("the address carries a user's name or password"),
                    SecretKind::Parameter => {
                        let name = link.destination.get(secret.name).unwrap_or_default();
                        say!("the parameter `{name}` of the address holds a secret", name)
                    }
                };
                sink.report(&Self::META, link.destination_span, message)
                    .help(say!("take it out, and make the secret invalid where it came from"))
                    .url(secret::mask(&link.destination));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn secrets_are_found_and_masked() {
        check(
            &CredentialsInUrl,
            "
<https://me:secret@h.cn/> [a](//h.cn/?b=1&api_key=xyz)
 ^^^^^^^^^^^^^^^^^^^^^^^ LK010 a user's name or password
                              ^^^^^^^^^^^^^^^^^^^^^^^ LK010 `api_key`
",
        );
        let text = b"<https://me:hunter2@h.cn/?password=hunter2>";
        for finding in findings(&CredentialsInUrl, &Settings::default(), "_posts/2022-01-17-a.md", text) {
            assert!(!format!("{finding:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_public_token_and_other_names_are_none() {
        check(
            &CredentialsInUrl,
            "
![a](https://h.cn/GetPic.aspx?nid=106.NIO&token=44c9d251add88e27b65ed86506f6e5da) <a@b.cn>
[b](https://medium.com/@a/b) [c](/x?api_key={{site.key}}) [d](http://h.cn/?password=)
",
        );
    }

    #[test]
    fn damage_has_no_secrets() {
        check(&CredentialsInUrl, "[a](//@ [b](?=&=) <http://@> [c](//h?secret)");
    }
}
