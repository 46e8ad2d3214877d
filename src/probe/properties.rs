//! What must hold of the room's readers whatever a server sends.

use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use super::cookie::Cookies;
use super::robots::Rules;
use super::{fragment, page, retry};

proptest! {
    #[test]
    fn any_cookie_makes_a_header_or_none(headers in prop::collection::vec(".{0,80}", 0..8)) {
        let url = Url::parse("https://a.example.com/x").unwrap();
        let mut cookies = Cookies::default();
        for header in &headers {
            cookies.set(&url, header);
        }
        if let Some(header) = cookies.header(&url) {
            prop_assert!(reqwest::header::HeaderValue::from_str(&header).is_ok());
        }
        prop_assert_eq!(cookies.header(&Url::parse("https://other.org/").unwrap()), None);
    }

    #[test]
    fn any_retry_after_is_read_or_not(value in ".{0,60}") {
        let _ = retry::retry_after(&value, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn any_robots_txt_answers(file in prop::collection::vec(any::<u8>(), 0..400), path in "/[a-z*$%/?]{0,20}") {
        let _ = Rules::read(&file, "postproof").allow(&path);
        let lines = String::from_utf8_lossy(&file).replace(char::is_alphabetic, "\nuser-agent:*\ndisallow:/*");
        let _ = Rules::read(lines.as_bytes(), "postproof").allow(&path);
    }

    #[test]
    fn a_pattern_without_wildcards_is_a_prefix(pattern in "/[a-c/]{0,6}", path in "/[a-c/]{0,6}") {
        let rules = Rules::read(format!("user-agent: *\ndisallow: {pattern}").as_bytes(), "x");
        prop_assert_eq!(rules.allow(&path), !path.starts_with(&pattern));
    }

    #[test]
    fn any_page_is_read(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in ".{0,40}", wanted in ".{0,20}") {
        let text = page::decode(Some(&kind), &bytes);
        let missing = fragment::missing(&text, &[wanted.into()]);
        prop_assert!(missing.len() <= 1);
    }

    #[test]
    fn what_is_there_is_not_missing(before in "[<>a-z/ ]{0,60}", id in "[a-z0-9]{1,12}") {
        // Closed first, since the text before may have opened a tag, or raw text.
        let html = format!("{before}></script></style></title></textarea></xmp></select><p id='{id}'>{}", "text ".repeat(80));
        let open = ["plaintext", "noscript", "iframe", "noembed", "noframes", "template", "frameset"];
        prop_assume!(!open.iter().any(|name| before.contains(name)));
        prop_assert!(fragment::missing(&html, &[id.into()]).is_empty());
    }
}
