use super::*;
use crate::rules::testing::{check, findings};

const SEED: &str = "一直以来，同安劳动保障监察大队始终牢记为民服务宗旨，以为农民工办好实事好事、构建和谐稳定劳动关系为己任。\
    据统计，2021年以来，该大队办理劳动举报投诉案件近2000件，处置“110”联动突发事件400余起。";

fn judge(text: &str) -> Vec<(String, Option<String>)> {
    let found = findings(&Mojibake, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
    found.into_iter().map(|finding| (finding.message, finding.help)).collect()
}

fn as_latin(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn as_windows(text: &str) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

fn as_gbk(text: &str) -> String {
    encoding_rs::GBK.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

#[test]
fn each_kind_is_drawn() {
    check(
        &Mojibake,
        "
通报表锟斤拷锟斤拷全国清理
      ^^^^^^^^^^^^ TX004 `锟斤拷锟斤拷` is what a wrong decoder leaves of lost text
",
    );
    check(&Mojibake, "titel: ä¸\u{AD}æ–‡ x\n       ^^^^^ TX004 is UTF-8 that was read as Latin-1\n");
    check(&Mojibake, "title: ÎÈ¶¨ÀÍ¶¯ x\n       ^^^^^^^^ TX004 is GBK that was read as Latin-1\n");
    check(&Mojibake, "title: 浣犲ソ x\n       ^^^^^^ TX004 `浣犲ソ` is UTF-8 that was read as GBK\n");
}

#[test]
fn the_help_shows_the_repaired_text() {
    assert_eq!(judge(&as_latin("稳定劳动关系"))[0].1.as_deref(), Some("write `稳定劳动关系`"));
    assert_eq!(judge(&as_windows("稳定劳动关系"))[0].1.as_deref(), Some("write `稳定劳动关系`"));
    assert_eq!(judge("浣犲ソ")[0].1.as_deref(), Some("write `你好`"));
    assert!(judge("烫烫烫烫烫烫烫烫中")[0].1.as_ref().unwrap().starts_with("fetch the text again"));
}

#[test]
fn whole_posts_are_found_in_every_kind() {
    for damaged in [as_latin(SEED), as_windows(SEED), as_gbk(SEED)] {
        assert_eq!(judge(&damaged).len(), 1, "{damaged}");
    }
    let cut = SEED.as_bytes().get(..100).unwrap();
    let twice = encoding_rs::GBK
        .decode(String::from_utf8_lossy(cut).replace('一', "\u{FFFD}\u{FFFD}").as_bytes())
        .0
        .into_owned();
    assert!(!judge(&twice).is_empty(), "{twice}");
}

#[test]
fn short_pieces_inside_good_text_are_found() {
    for piece in ["农民工", "办好实事", "劳动关系为己任", "。据统计，", "稳定劳动关系 为农民工办好实事"]
    {
        let text = format!("<p>{SEED}</p>\n<p>{}</p>\n", as_gbk(piece));
        assert_eq!(judge(&text).len(), 1, "{piece}: {}", as_gbk(piece));
        let text = format!("{SEED}{}{SEED}", as_latin(piece));
        assert_eq!(judge(&text).len(), 1, "{piece}");
    }
}

#[test]
fn gbk_read_as_latin_1_is_found() {
    for text in ["稳定劳动", "厦门日报", "北京市", "人力资源社会保障部办公厅，公安部办公厅"]
    {
        let damaged: String = encoding_rs::GBK.encode(text).0.iter().copied().map(char::from).collect();
        let expected = format!("write `{text}`");
        assert_eq!(
            judge(&format!("<p>{damaged}</p>")),
            [(format!("`{damaged}` is GBK that was read as Latin-1"), Some(expected))]
        );
    }
}

#[test]
fn english_and_russian_pieces_are_found() {
    for text in ["It’s", "naïve café", "“quoted”", "привет мир", "a — b"] {
        assert_eq!(judge(&format!("x {} y", as_windows(text))).len(), 1, "{}", as_windows(text));
    }
}

#[test]
fn a_text_about_it_is_left_alone() {
    for text in [
        "程序员常说的“锟斤拷”和“烫烫烫”是怎么来的？",
        "两个替换字符按 GBK 编码读出来就是锟斤拷，手持两把锟斤拷的笑话由此而来。这与 UTF-8 有关，说来话长，请看下文的解释与实验，一步一步来。",
        "屏幕上全是锟斤拷这样的乱码，用户纷纷投诉，公司连夜修复，次日恢复正常，并向用户道歉，承诺以后加强测试，避免再次发生。",
        "Mojibake such as Ã© or â€™ appears when UTF-8 is read as Latin-1; this article, which is long enough, explains how it \
         comes about, what to do about it, and why it is so hard to get rid of once it is in a database that others use too.",
        "Write `Ã©` and `â€™` to see it.",
        "<code>锟斤拷</code>",
    ] {
        assert_eq!(judge(text), [], "{text}");
    }
}

#[test]
fn a_damaged_text_about_it_is_found() {
    let text = format!("乱码 {}", as_gbk(SEED));
    assert_eq!(judge(&text).len(), 1);
    assert_eq!(judge(&format!("编码 UTF-8 {}", "锟斤拷".repeat(50))).len(), 1);
}

#[test]
fn natural_text_is_left_alone() {
    for text in [
        SEED,
        "这碗汤好烫烫烫！小心烫烫烫的锅。烫烫烫",
        "屯屯相连，村村相通，屯屯有路",
        "他拷问了三斤鱼",
        "浣溪沙·一曲新词酒一杯",
        "鐵道部長鄒銘與鈔票、銀行、鐘錶、鋼鐵的鑄造，錢塘江畔錦繡。鑑於鋒銳",
        "記者從市政府獲悉，這項措施將於下個月開始實施，歡迎廣大市民監督與參與。",
        "Ça va? « Voilà » — déjà\u{A0}», naïve façade, Ångström, AÇÃO, IRMÃ, À\u{A0}», Â° Übergröße ÄÖÜ ß",
        "SÃO PAULO; Â©",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ ÁÉÍÓÚÑ ÄÖÜäöüß ±²³´µ¶ ¡¿«»×÷ ÇÃÕÃÉÍ ÀÈÌÒÙ éèêëàâîïôùûç þæðöáó åäöÅÄÖ",
        "привет, мир",
        "日本語のテキスト、カタカナと漢字。",
        "한국어 텍스트",
        "涓涓细流，镒锛锕钫，蔫媚娓，鐢鏈",
    ] {
        assert_eq!(judge(text), [], "{text}");
    }
}

/// Every pair and many triples of characters that natural text could put side by side.
#[test]
fn chance_does_not_make_it() {
    let level_one = |n: u32| read_level_one(n % 3755);
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    let natural: String = (0..300_000).map(|n| if n % 25 == 24 { '，' } else { level_one(random()) }).collect();
    assert_eq!(judge(&natural), []);
}

fn read_level_one(n: u32) -> char {
    let bytes = [0xB0 + u8::try_from(n / 94).unwrap(), 0xA1 + u8::try_from(n % 94).unwrap()];
    encoding_rs::GBK.decode(&bytes).0.chars().next().unwrap()
}

#[test]
fn damaged_input_ends_quickly() {
    for text in [
        "锟".repeat(100_000),
        "锟斤拷".repeat(100_000),
        "Ã".repeat(100_000),
        "ä¸".repeat(100_000),
        "鐨".repeat(100_000),
    ] {
        assert!(judge(&text).len() <= 1);
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    findings(&Mojibake, &Settings::default(), "a.md", &bytes);
}

/// Finds the same as a look at each character.
#[test]
fn many_characters_at_once_are_seen_as_one_by_one() {
    let damaged = as_gbk(SEED);
    // Its characters one by one make pairs and triples that are damage, nearly are, or begin inside of it.
    let characters = damaged.char_indices().filter_map(|(at, c)| damaged.get(at..at + c.len_utf8()));
    let pieces: Vec<&str> = characters.take(60).collect();
    let damage = as_gbk("啊п中");
    let (rare, marks) = (as_gbk("丂"), as_gbk("、，…—"));
    let other = [
        "a",
        "<p>",
        "http://a.cn/",
        "é",
        "你好",
        "中",
        "，",
        "😀",
        "锟斤拷",
        "屯",
        "屯屯屯",
        "浣犲ソ",
        "鐨勬槸",
        "浣",
        "浣犲",
        "斤拷",
        "\u{E000}",
        &rare,
        &damage,
        &marks,
    ];
    let mut state = 1_u64;
    let mut draw = |pieces: &[&str]| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        pieces[usize::try_from(state >> 33).unwrap() % pieces.len()].to_owned()
    };
    let mut found = 0;
    for (length, from) in (0..4000).map(|n| (n % 40, if n < 2000 { other.as_slice() } else { pieces.as_slice() })) {
        let text: String = (0..length).map(|_| draw(from)).collect();
        let (mut expected, mut at) = (walk::Walked::default(), 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            at += expected.look(&text, at).unwrap_or(c.len_utf8());
        }
        let walked = walk::walk(&text);
        assert_eq!((&walked.nonsense, &walked.gbk), (&expected.nonsense, &expected.gbk), "{text}");
        found += walked.nonsense.len() + walked.gbk.len();
    }
    assert!(found > 1000, "{found}");
}
