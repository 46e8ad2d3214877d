//! What each address of the stand-in web does.

/// What an address does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A page of this title.
    Page(&'static str),
    /// The page of the article that the address names.
    Article,
    /// A picture.
    Picture,
    /// A page with this status.
    Status(u16),
    /// A redirect.
    To(u16, &'static str),
    /// 429 with this many seconds in `Retry-After`.
    Later(&'static str),
    /// 429 the first time, then a page.
    LaterOnce,
    /// The connection is cut without an answer.
    Cut,
    /// A page, after a while.
    Slow,
    /// 405 to HEAD, a page to GET.
    NoHead,
    /// 404 to HEAD, a page to GET.
    HeadLies,
    /// A page of megabytes.
    Big,
    /// A page in GBK.
    Gbk,
}

/// The article that the news service no longer has.
pub(super) const GONE: &str = "NW202205182200435551";

/// The article whose address shows another one.
pub(super) const DRIFTED: &str = "NW202205192200443464";

/// A page in GBK: 老新闻 in the title, 正文 in the body.
pub(super) const GBK_PAGE: &[u8] =
    b"<html><head><title>\xC0\xCF\xD0\xC2\xCE\xC5</title></head><body><p>\xD5\xFD\xCE\xC4</p></body></html>";

/// Host, beginning of path and query, and what it does; the first row that fits counts.
const TABLE: &[(&str, &str, Answer)] = &[
    ("finews.zning.xyz", "/html_News/", Answer::Article),
    ("emnews.example", "/html_News/", Answer::Article),
    ("img.example.net", "/GetPic.aspx", Answer::Picture),
    ("quote.example", "/unify/r/1.999999", Answer::Status(404)),
    ("quote.example", "/unify/r/", Answer::Page("行情")),
    ("quote.example", "/k", Answer::Page("分时走势")),
    ("news.example", "/a/1", Answer::Page("低温泵")),
    ("news.example", "/a/", Answer::Page("要闻")),
    ("news.example", "/missing", Answer::Status(404)),
    ("news.example", "/gone", Answer::Status(410)),
    ("news.example", "/old", Answer::To(301, "http://news.example/a/21")),
    ("news.example", "/perm", Answer::To(308, "/a/22")),
    ("news.example", "/temp", Answer::To(302, "/a/23")),
    ("news.example", "/loop1", Answer::To(302, "/loop2")),
    ("news.example", "/loop2", Answer::To(302, "/loop1")),
    ("news.example", "/error", Answer::Status(500)),
    ("busy.example", "/today", Answer::Status(503)),
    ("reset.example", "/x", Answer::Cut),
    ("paywall.example", "/story/", Answer::Status(403)),
    ("members.example", "/area", Answer::Status(401)),
    ("law.example", "/notice", Answer::Status(451)),
    ("limited.example", "/q", Answer::Later("3600")),
    ("patient.example", "/q", Answer::LaterOnce),
    ("home.example", "/article/", Answer::To(302, "/")),
    ("home.example", "/", Answer::Page("首页")),
    ("slow.example", "/", Answer::Slow),
    ("nohead.example", "/a", Answer::NoHead),
    ("liar.example", "/a", Answer::HeadLies),
    ("big.example", "/a", Answer::Big),
    ("gbk.example", "/a", Answer::Gbk),
    ("cms.example", "/a", Answer::Page("旧稿件")),
    ("pic.example", "/2022/", Answer::Picture),
];

/// What an address does: what its row says, 404 where its host has other rows only, 502 where its host has none.
pub(super) fn answer(host: &str, path: &str) -> Answer {
    let rows = || TABLE.iter().filter(|row| row.0 == host);
    let row = rows().find(|row| path.starts_with(row.1)).filter(|_| path != "/robots.txt");
    let missing = if rows().next().is_some() { 404 } else { 502 };
    row.map_or(Answer::Status(missing), |row| row.2)
}
