//! Damage to links and to Liquid.

use super::super::draft::{Part, source_link};
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
        draft.blame(Part::Whole, "NV007", "the source link is none");
    }),
    any(|draft, _| {
        draft.way = draft.way.as_deref().map(|way| way.trim_end_matches(')').to_owned());
        draft.ends_line = false;
        draft.blame(Part::Way, "LK002", "the last parenthesis is gone");
        draft.blame(Part::Whole, "NV001", "the way back is no link");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="http://256.256.256.256/zt">专题</a></p>"#, "LK003", "no such IPv4 address");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="http://[zt.example/">专题</a></p>"#, "LK003", "an unclosed IPv6 address");
    }),
    any(|draft, _| draft.append(r#" <p><a href="/zhuanti/2022/lianghui.html">专题</a></p>"#, "LK004", "no such page")),
    any(|draft, _| {
        let line = r#" <p><a href="//finews.withounder.com/about.html#lianxi">联系我们</a></p>"#;
        draft.append(line, "LK005", "no such heading");
    }),
    pair(|draft, previous| {
        let line = format!(" <p>此前报道：<a href=\"{}\">前情</a></p>", previous.address());
        draft.append(line, "LK006", "a post that was moved to the archive folder");
    }),
    fresh(|draft, _| {
        draft.append(r#" <p><a href="{{ site.data.links.weibo }}">微博</a></p>"#, "LK007", "known only to the build");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="http://finews.zning.me/about.html">关于</a></p>"#, "LK008", "the former host");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="javascript:void(0)">打印</a></p>"#, "LK009", "a script");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="http://192.168.1.10/cms/edit">稿件</a></p>"#, "LK009", "a private network");
    }),
    any(|draft, _| {
        draft.append(r#" <p><a href="http://editor:s3cr3t@cms.example/a">稿件</a></p>"#, "LK010", "a password");
    }),
    fresh(|draft, _| {
        draft.append(" <p>责任编辑：值班编辑<p>校对：夜班组</p>", "TX008", "a paragraph that its siblings close");
        draft.blame(Part::Source, "LK011", "the open paragraph swallows it");
        draft.blame(Part::Way, "LK011", "the way to the category is swallowed");
        draft.blame(Part::Way, "LK011", "the way home is swallowed");
        draft.blame(Part::Whole, "NV001", "the way back is no link");
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
