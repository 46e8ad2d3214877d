//! Damage to the text.

use super::super::draft::Part;
use super::{Kind, any};

/// 新闻社新闻网新闻 in GB18030, with no run of bytes in it that is UTF-8.
const GB18030: &[u8] = b" <p>\xD0\xC2\xCE\xC5\xC9\xE7\xD0\xC2\xCE\xC5\xCD\xF8\xD0\xC2\xCE\xC5</p>";

pub(super) const KINDS: &[Kind] = &[
    any(|draft, _| draft.append(GB18030, "TX001", "GB18030 in UTF-8")),
    any(|draft, _| {
        draft.prefix = "\u{FEFF}";
        draft.blame(Part::First, "TX002", "a byte order mark");
    }),
    any(|draft, _| draft.append(" <p>会议由市政府\u{FFFD}\u{FFFD}书长主持。</p>", "TX003", "lost characters")),
    any(|draft, _| {
        let line = " <p>编辑按：锟斤拷锟斤拷锟斤拷锟脚ｏ拷锟斤拷锟斤拷锟斤拷。</p>";
        draft.append(line, "TX004", "UTF-8 that went through GBK");
    }),
    any(|draft, _| {
        let line = " <p>æ”¶ç›˜ç‚¹è¯„ï¼šä¸‰å¤§æŒ‡æ•°èµ°åŠ¿åˆ†åŒ–</p>";
        draft.append(line, "TX004", "UTF-8 read as windows-1252");
    }),
    any(|draft, _| draft.append(" <p>编号\u{8}的展品暂停展出。</p>", "TX005", "a backspace")),
    any(|draft, _| {
        draft.body.push(Vec::new());
        draft.append("<<<<<<< HEAD", "TX006", "a committed conflict");
        for line in ["首批名单稍后公布。", "=======", "首批名单已经公布。", ">>>>>>> 3f2a9c1"] {
            draft.body.push(line.into());
        }
    }),
    any(|draft, _| {
        draft.body.clear();
        draft.blame(Part::Whole, "TX007", "nothing after the front matter");
        draft.cut_closing();
    }),
    any(|draft, _| {
        draft.append(
            " <p>图为改造后的站房。<a href=\"http://pic.example/2022/0117",
            "TX008",
            "cut inside an attribute",
        );
        draft.cut_closing();
        draft.ends_line = false;
    }),
    any(|draft, _| {
        draft.body.truncate(3);
        draft.blame(Part::Whole, "TX008", "cut between two paragraphs");
        draft.cut_closing();
    }),
    any(|draft, _| {
        draft.append(" <p>市民可于每周三前往咨询。</p><!-- 广告位", "TX008", "cut inside a comment");
        draft.cut_closing();
        draft.ends_line = false;
    }),
    any(|draft, _| {
        draft.body.push(Vec::new());
        let note = "<!-- postproof-ignore TX004: the article is about garbled text -->";
        draft.append(note, "PP001", "a note that silences nothing");
    }),
];
