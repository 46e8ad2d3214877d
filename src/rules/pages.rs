//! Every rule has a whole page in every language.

use super::ALL;
use crate::finding::{CHAPTERS, Meta, chapter};
use crate::language::{self, Language};

fn english(meta: &Meta) -> String {
    meta.page_in(Language::English)
}

#[test]
fn every_rule_has_a_page_in_chinese() {
    for meta in ALL.iter().map(|rule| rule.meta()) {
        let code = meta.code;
        let Some(page) = language::page(code.as_str()) else {
            panic!(
                "add the Chinese page of {code} to src/language/pages.zh.md:\n\n# {code}\n## 检查什么\n…\n\n## 为什么不好\n…\n"
            );
        };
        for (index, (title, chinese)) in CHAPTERS.into_iter().enumerate() {
            let (there, translated) = (chapter(&english(meta), title).map(str::to_owned), chapter(page, chinese));
            match (there, translated) {
                (None, Some(_)) => panic!("{code}: 「{chinese}」 has no `{title}` in English"),
                (Some(body), None) => {
                    let is_code = body.starts_with("```") && body.ends_with("```") && body.matches("```").count() == 2;
                    assert!(
                        index > 1 && is_code,
                        "{code}: the Chinese page lacks 「{chinese}」, and `{title}` is not code alone"
                    );
                }
                (_, Some(body)) => {
                    assert!(body.chars().any(|c| c > '\u{4E00}'), "{code}: 「{chinese}」 is not Chinese");
                }
                (None, None) => assert!(index == 4, "{code} has no `{title}`"),
            }
        }
    }
}

#[test]
fn no_page_is_of_a_rule_that_is_not_there() {
    let pages = include_str!("../language/pages.zh.md");
    for code in pages.lines().filter_map(|line| line.strip_prefix("# ")) {
        let rules = ALL.iter().filter(|rule| rule.meta().code.as_str() == code).count();
        assert_eq!(rules, 1, "{code} is no rule, or its page stands twice");
        assert_eq!(pages.matches(&format!("\n# {code}\n")).count(), 1, "{code}");
    }
}

#[test]
fn a_page_is_put_together_from_both_languages() {
    let meta = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.code.as_str() == "FM004").unwrap();
    let page = meta.page_in(Language::Chinese);
    assert!(page.starts_with("## 检查什么\n\n查找"), "{page}");
    assert!(page.contains("## 示例\n\n```yaml\ntitle: \"a\""), "{page}");
    assert_eq!(meta.summary_in(Language::Chinese), "查找在同一映射中出现两次的键。");
}
