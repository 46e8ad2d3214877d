//! Damage to links and to Liquid.

use super::super::draft::{Draft, Part, source_link};
use super::{Kind, any, fresh, pair};

pub(super) const KINDS: &[Kind] = &[
    any(|draft, _| draft.append(r#" <p>更多图片见<a href="">图集</a>。</p>"#, "LK001", "an empty address")),
    any(|draft, _| {
        draft.source = Some("<>".to_owned());
        draft.blame(Part::Source, "LK001", "nothing between the brackets");
        draft.blame(Part::Whole, "NV007", "the source link is gone");
    }),
    any(|draft, _| {
        draft.source = Some(source_link(&draft.id).trim_end_matches('>').to_owned());
        draft.blame(Part::Source, "LK002", "an autolink without its end");
        // GitHub, which shows the archive folder, makes a link of the bare address all the same.
        if draft.folder == "_posts" {
            draft.blame(Part::Whole, "NV007", "the source link is none");
        }
    }),
    any(|draft, _| {
        draft.way = draft.way.as_deref().map(|way| way.trim_end_matches(')').to_owned());
        draft.ends_line = false;
        draft.blame(Part::Way, "LK002", "the last parenthesis is gone");
        draft.blame(Part::Way, "TX008", "the body ends inside a link");
        draft.blame(Part::Whole, "NV001", "the way back is no link");
    }),
    any(|draft, _| anchor(draft, "http://256.256.256.256/zt/ID", "LK003", "no such IPv4 address")),
    any(|draft, _| anchor(draft, "http://[zt.example/ID", "LK003", "an unclosed IPv6 address")),
    any(|draft, _| anchor(draft, "/zhuanti/ID.html", "LK004", "no such page")),
    any(|draft, _| anchor(draft, "//finews.withounder.com/about.html#ID", "LK005", "no such heading")),
    pair(|draft, previous| {
        let line = format!(" <p>此前报道：<a href=\"{}\">前情</a></p>", previous.address());
        draft.append(line, "LK006", "a post that was moved to the archive folder");
    }),
    fresh(|draft, _| anchor(draft, "{{ site.data.links.ID }}", "LK007", "known only to the build")),
    any(|draft, _| anchor(draft, "http://finews.zning.me/about.html?from=ID", "LK008", "the former host")),
    any(|draft, _| anchor(draft, "javascript:show('ID')", "LK009", "a script")),
    any(|draft, _| anchor(draft, "http://192.168.1.10/cms/ID", "LK009", "a private network")),
    any(|draft, _| anchor(draft, "http://editor:s3cr3t@cms.example/ID", "LK010", "a password")),
    fresh(|draft, _| {
        draft.append(" <p>责任编辑：值班编辑<p>校对：夜班组</p>", "TX008", "left open among closed ones");
        draft.blame(Part::Source, "LK011", "the open paragraph swallows it");
        draft.blame(Part::Way, "LK011", "the way to the category is swallowed");
        draft.blame(Part::Way, "LK011", "the way home is swallowed");
        draft.blame(Part::Whole, "NV001", "the way to the category is no link");
        draft.blame(Part::Whole, "NV001", "the way home is no link");
        draft.blame(Part::Whole, "NV007", "the source link is none");
    }),
    fresh(|draft, _| {
        draft.body.push(Vec::new());
        draft.append("[组图](http://photo.example/2022/kai mu.html)", "LK012", "a link to kramdown, text to GitHub");
    }),
    fresh(|draft, _| draft.append(" <p>模板里写着 {{ 之后就没有了。</p>", "LQ001", "an output that is never closed")),
    fresh(|draft, _| draft.append(" <p>进度已到 100{% 左右。</p>", "LQ001", "a tag that is never closed")),
    fresh(|draft, _| {
        draft.append(" <p>{% include tuijian.html %}</p>", "LQ002", "no such include");
    }),
];

/// Appends a paragraph with a link to `address`; `ID` in it becomes the post's own id,
/// so that no two posts share the address and each gets a finding of its own.
pub(super) fn anchor(draft: &mut Draft, address: &str, code: &'static str, note: &'static str) {
    let address = address.replace("ID", &draft.id);
    draft.append(format!(" <p><a href=\"{address}\">详情</a></p>"), code, note);
}
