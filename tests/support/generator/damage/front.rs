//! Damage to the front matter.

use super::super::draft::{Key, Part};
use super::{Kind, any, fresh};

pub(super) const KINDS: &[Kind] = &[
    any(|draft, _| {
        draft.fences = (false, false);
        draft.front.clear();
        draft.blame(Part::First, "FM001", "no front matter");
    }),
    any(|draft, _| {
        draft.fences.1 = false;
        draft.blame(Part::First, "FM002", "the block is never closed");
    }),
    any(|draft, _| draft.spoil(Key::Title, r#"title: "他说"再等等"，市场却没有等""#, "FM003", "bare quotes in quotes")),
    any(|draft, _| draft.spoil(Key::Title, r#"title: "路径 D:\data 已经迁走""#, "FM003", "a backslash in quotes")),
    any(|draft, _| draft.spoil(Key::Title, "title: 快讯: 午后多个板块回落", "FM003", "a colon in a plain value")),
    any(|draft, _| draft.spoil(Key::Title, "title: @各位读者 明日休刊", "FM003", "a value that begins with @")),
    any(|draft, _| {
        let line = draft.front.last().cloned().unwrap_or_default();
        draft.front.push(line);
        draft.blame(Part::Front(Key::Tags as usize + 1), "FM004", "tags twice");
    }),
    any(|draft, _| draft.spoil(Key::Title, "title: [收盘, 点评]", "FM005", "a list")),
    any(|draft, _| {
        draft.front.remove(Key::Layout as usize);
        draft.blame(Part::Whole, "FM006", "no layout");
    }),
    any(|draft, _| draft.spoil(Key::Title, r#"title: """#, "FM007", "an empty title")),
    any(|draft, _| draft.spoil(Key::Date, "date:  +0800", "FM008", "an offset without a day")),
    any(|draft, _| draft.spoil(Key::Date, "date: 2022-13-45 07:46:06 +0800", "FM008", "no such month")),
    any(|draft, _| draft.spoil(Key::Date, "date: 2022年1月17日 07:46", "FM008", "a day that Ruby cannot read")),
    any(|draft, _| {
        let line = format!("date: {} 07:46:06", draft.day);
        draft.spoil(Key::Date, line, "FM009", "no offset");
    }),
    fresh(|draft, _| {
        draft.day = jiff::civil::date(2099, 1, 2);
        draft.spoil(Key::Date, "date: 2099-01-02 07:46:06 +0800", "FM010", "not come yet");
    }),
    fresh(|draft, _| {
        draft.is_dated = false;
        draft.blame(Part::Whole, "FM011", "no day in the file's name");
    }),
    any(|draft, _| {
        draft.spoil(Key::Date, "date: 2021-12-08 20:22:06 +0800", "FM012", "another day than the file's name");
    }),
    any(|draft, _| draft.spoil(Key::Title, "title: 收盘点评 #三大指数走势分化", "FM014", "cut at the #")),
    any(|draft, _| {
        let line = format!("date: {} 07:46:06 CST", draft.day);
        draft.spoil(Key::Date, line, "FM015", "CST is six hours behind UTC to Ruby");
    }),
    any(|draft, _| draft.spoil(Key::Categories, "categories: 2022", "FM016", "a number")),
    any(|draft, _| {
        let line = format!("Tags: {}", draft.tag);
        draft.spoil(Key::Tags, line, "FM017", "a capital letter");
    }),
    any(|draft, _| {
        let line = format!("tags: &medium {}", draft.tag);
        draft.spoil(Key::Tags, line, "FM018", "an anchor");
    }),
    fresh(|draft, _| {
        draft.front.push("permalink: /:jishu/:title.html".to_owned());
        draft.blame(Part::Front(Key::Tags as usize + 1), "FM019", "an unknown placeholder");
    }),
];
