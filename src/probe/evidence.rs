//! What outcomes tell beside their reason, as sentences.
//!
//! Evidence is kept as English text: the state file and other places know nothing else of it. What this room writes
//! there is known here by its form, so that it can be said in other languages; what others say (the system, libraries,
//! servers) is passed on as it is.

use crate::language::{Message, say};

/// The sentence that a text is.
pub fn evidence_in(text: &str) -> Message {
    plain(text).or_else(|| of_pages(text)).or_else(|| of_hosts(text)).or_else(|| of_mail(text)).unwrap_or_else(|| {
        // A parked domain has several signs.
        match signs(text) {
            signs if signs.len() > 1 => signs.into_iter().reduce(|all, sign| say!("{all}, {sign}", all, sign)),
            _ => None,
        }
        .unwrap_or_else(|| say!("{text}", text))
    })
}

/// Texts with nothing in them that changes.
fn plain(text: &str) -> Option<Message> {
    Some(match text {
        "its host answers an address that cannot exist with the same page" => {
            say!("its host answers an address that cannot exist with the same page")
        }
        "the name does not exist" => say!("the name does not exist"),
        "no answer in time" => say!("no answer in time"),
        "no connection in time" => say!("no connection in time"),
        "a redirect without a destination" => say!("a redirect without a destination"),
        "a redirect to an endless address" => say!("a redirect to an endless address"),
        "the redirects lead back to an address among them" => {
            say!("the redirects lead back to an address among them")
        }
        "this machine knows no certificate authorities" => say!("this machine knows no certificate authorities"),
        "not asked: its host answers too many requests however long it is left alone" => {
            say!("not asked: its host answers too many requests however long it is left alone")
        }
        "the host wants to be left alone for longer than the run waits" => {
            say!("the host wants to be left alone for longer than the run waits")
        }
        "no name server answers" => say!("no name server answers"),
        "what the name server sends is no answer" => say!("what the name server sends is no answer"),
        "the name server cannot be asked for such a name" => say!("the name server cannot be asked for such a name"),
        "its name is an alias that leads in a circle" => say!("its name is an alias that leads in a circle"),
        "it has neither a mail host nor an address" => say!("it has neither a mail host nor an address"),
        "it says itself that it takes none" => say!("it says itself that it takes none"),
        _ => return None,
    })
}

fn of_pages(text: &str) -> Option<Message> {
    if let Some(phrase) = text.strip_prefix("the page says ") {
        return Some(say!("the page says {phrase}", phrase));
    }
    if let Some(phrase) = text.strip_prefix("it asks for a password and says ") {
        return Some(say!("it asks for a password and says {phrase}", phrase));
    }
    let rest = text.strip_prefix("its title is “")?;
    if let Some(title) = rest.strip_suffix("” and it says little else") {
        return Some(say!("its title is “{title}” and it says little else", title));
    }
    let (title, phrase) = rest.strip_suffix('”')?.split_once("” and it says “")?;
    Some(say!("its title is “{title}” and it says “{phrase}”", title, phrase))
}

fn of_hosts(text: &str) -> Option<Message> {
    if let Some(address) = text.strip_prefix("its host leads there whatever is asked for: ") {
        return Some(say!("its host leads there whatever is asked for: {address}", address));
    }
    if let Some(address) = text.strip_prefix("redirects to ") {
        return Some(say!("redirects to {address}", address));
    }
    if let Some(rest) = text.strip_prefix("it ends at ") {
        let (address, count) = rest.strip_suffix(" other addresses of its host do")?.rsplit_once(", as ")?;
        return Some(say!("it ends at {address}, as {count} other addresses of its host do", address, count));
    }
    if let Some(robots) = text.strip_suffix(" forbids it") {
        return Some(say!("{robots} forbids it", robots));
    }
    if let Some(count) = text.strip_prefix("more than ").and_then(|rest| rest.strip_suffix(" redirects")) {
        return Some(say!("more than {count} redirects", count));
    }
    if let Some(inner) = text.strip_prefix("through the proxy: ") {
        return Some(say!("through the proxy: {inner}", inner = evidence_in(inner)));
    }
    let rest = text.strip_prefix("not asked: its host gave no answer ")?;
    let (count, inner) = rest.strip_suffix(')')?.split_once(" times in a row (")?;
    Some(say!("not asked: its host gave no answer {count} times in a row ({inner})", count, inner = evidence_in(inner)))
}

fn of_mail(text: &str) -> Option<Message> {
    if let Some(word) = text.strip_prefix("the name server answers ") {
        return Some(say!("the name server answers {word}", word));
    }
    let hosts = text.strip_prefix("none of its mail hosts has an address: ")?;
    Some(say!("none of its mail hosts has an address: {hosts}", hosts))
}

/// The signs of a parked domain; none where one of them is not known.
fn signs(text: &str) -> Vec<Message> {
    const BEGINNINGS: [&str; 3] = ["it says “", "it names ", "its title is “"];
    let mut signs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // A phrase may have a comma in it: the next sign begins as signs do.
        let ends = BEGINNINGS.iter().filter_map(|beginning| rest.find(&format!(", {beginning}"))).min();
        let (sign, behind) = ends.map_or((rest, ""), |end| {
            let (sign, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (sign, behind.trim_start_matches(", "))
        });
        let said = sign.strip_prefix("it says ").map(|phrase| say!("it says {phrase}", phrase));
        let named = || sign.strip_prefix("it names ").map(|name| say!("it names {name}", name));
        let titled = || sign.strip_prefix("its title is ").map(|title| say!("its title is {title}", title));
        match said.or_else(named).or_else(titled) {
            Some(sign) => signs.push(sign),
            None => return Vec::new(),
        }
        rest = behind;
    }
    signs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::Language;

    #[test]
    fn what_this_room_writes_is_said_in_chinese() {
        for (text, chinese) in [
            ("redirects to http://a.cn/", "重定向到 http://a.cn/"),
            ("the page says “页面不存在”", "网页上写着“页面不存在”"),
            ("its title is “404” and it says “not found”", "标题为“404”，并写着“not found”"),
            ("its title is “404” and it says little else", "标题为“404”，此外几乎没有内容"),
            ("it says “域名出售, 联系我们”, it names sedo", "写着 “域名出售, 联系我们”，提到 sedo"),
            (
                "it ends at http://a.cn/, as 7 other addresses of its host do",
                "最终到达 http://a.cn/，该主机另有 7 个地址也是如此",
            ),
            ("http://a.cn/robots.txt forbids it", "http://a.cn/robots.txt 不允许访问"),
            (
                "not asked: its host gave no answer 6 times in a row (no answer in time)",
                "未访问：该主机连续 6 次没有应答（没有及时应答）",
            ),
            ("through the proxy: tcp connect error", "经由代理：tcp connect error"),
            ("the name server answers SERVFAIL", "域名服务器返回 SERVFAIL"),
            ("connection reset by peer", "connection reset by peer"),
        ] {
            assert_eq!(evidence_in(text).in_language(Language::Chinese), chinese);
        }
    }

    proptest! {
        #[test]
        fn in_english_every_text_stays_as_it_is(text in "\\PC{0,60}", parts in prop::collection::vec(
            prop::sample::select(vec![
                "it says “", "”", ", ", "it names ", "its title is “", " and it says ", "redirects to ", "a", "it ends at ",
                ", as ", " other addresses of its host do", " forbids it", "through the proxy: ", "more than ", " redirects",
                "not asked: its host gave no answer ", " times in a row (", ")", "the page says ", "{text}", "{",
            ]),
            0..9,
        )) {
            for text in [text, parts.concat()] {
                prop_assert_eq!(evidence_in(&text).in_language(Language::English), text);
            }
        }
    }
}
