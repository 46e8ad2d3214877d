//! What a host answers for an address that cannot exist (Bar-Yossef et al., "Sic transit gloria telae", WWW 2004).
//!
//! A host that answers it like the page that was linked says nothing true about that page. It is asked once for each shape
//! of a folder: `/2022/01/17/…shtml` and `/2022/01/18/…shtml` are made by one program.

use serde::{Deserialize, Serialize};
use url::Url;

use super::funnel::is_lost;
use super::redirect::is_home;
use super::view::{View, normal};
use super::{Suspicion, quoted};
use crate::probe::outcome::Reason;

/// Characters of a shingle.
const SHINGLE: usize = 4;
/// Most shingles that are kept of a page; of a longer one every second, fourth, … is.
const MOST: usize = 2048;
/// Two pages are the same if no more of one is missing in the other than this, or than this share of it (in percent):
/// the address itself, the time, a counter.
const DIFFERENT: usize = 12;
const DIFFERENT_PERCENT: usize = 3;

/// Where addresses of one shape are: their host, and their path and query with what differs taken out.
///
/// A host may be another one over `https`, down to a page that it answers everything with, so the two are told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shape {
    /// The host, with its port.
    pub(crate) host: Box<str>,
    /// `/#/#/#/*.shtml`, `/show.asp?id`; over `https`, `https:/#/#/#/*.shtml`.
    pub(crate) folder: Box<str>,
}

impl Shape {
    /// The shape of an address; `None` for a home page, beside which nothing can be asked for.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        if is_home(url) {
            return None;
        }
        let mut folder = if url.scheme() == "https" { "https:".to_owned() } else { String::new() };
        let (directory, name) = url.path().rsplit_once('/')?;
        for part in directory.split('/').skip(1) {
            folder.push('/');
            let mut digits = false;
            for letter in part.chars() {
                if !letter.is_ascii_digit() {
                    folder.push(letter);
                } else if !digits {
                    folder.push('#');
                }
                digits = letter.is_ascii_digit();
            }
        }
        folder.push('/');
        if let Some(query) = url.query().filter(|query| query.contains('=')) {
            folder.push_str(name);
            folder.push('?');
            let mut keys: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
            keys.sort_unstable();
            folder.push_str(&keys.join("&"));
        } else {
            folder.push('*');
            folder.push_str(ending(name));
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { host: format!("{}{port}", url.host_str()?).into(), folder: folder.into() })
    }
}

fn ending(name: &str) -> &str {
    name.rfind('.').and_then(|dot| name.get(dot..)).filter(|ending| (2..=6).contains(&ending.len())).unwrap_or_default()
}

/// An address beside `url` that cannot exist; `token` makes it so.
pub(crate) fn beside(url: &Url, token: &str) -> Url {
    let mut sibling = url.clone();
    sibling.set_fragment(None);
    let pairs: Vec<(String, String)> = url.query_pairs().map(|(key, value)| (key.into(), value.into())).collect();
    // The longest value is the one that names the page.
    let named = pairs.iter().enumerate().max_by_key(|(_, (_, value))| value.len()).map(|(index, _)| index);
    if let Some(named) = named.filter(|_| url.query().is_some_and(|query| query.contains('='))) {
        let mut query = sibling.query_pairs_mut();
        query.clear();
        for (index, (key, value)) in pairs.iter().enumerate() {
            query.append_pair(key, if index == named { token } else { value });
        }
        drop(query);
        return sibling;
    }
    sibling.set_query(None);
    let (directory, name) = url.path().rsplit_once('/').unwrap_or(("", ""));
    let slash = if name.is_empty() { "/" } else { "" };
    let directory = if name.is_empty() { directory.rsplit_once('/').map_or("", |(above, _)| above) } else { directory };
    let path = format!("{}/{token}{}{slash}", elsewhere(directory, token), ending(name));
    sibling.set_path(&path);
    sibling
}

/// A folder, unless its own last part is a number that pages go by, whatever stands behind it; then one that cannot exist.
fn elsewhere(directory: &str, token: &str) -> String {
    let (above, last) = directory.rsplit_once('/').unwrap_or(("", directory));
    let digits = last.bytes().filter(u8::is_ascii_digit).count();
    let is_date = matches!(last.len(), 1 | 2) || (matches!(last.len(), 4 | 6 | 8) && last.starts_with(['1', '2']));
    if digits == 0 || (digits == last.len() && is_date) {
        return directory.to_owned();
    }
    format!("{above}/{token}")
}

/// What a host answered for an address that cannot exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// That it does not exist.
    Honest,
    /// Nothing that others could be held against.
    Unclear,
    /// A page.
    Page {
        /// Where redirects ended, if there were any.
        to: Option<Box<str>>,
        /// The title in its normal form.
        title: Box<str>,
        /// What it says, if it says anything.
        text: Shingles,
    },
}

/// A sample of a text's shingles: those whose hash is a multiple of `every`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shingles {
    every: u32,
    hashes: Vec<u32>,
}

impl Shingles {
    /// The shingles of a text in its normal form.
    pub(crate) fn of(text: &str) -> Self {
        let mut hashes = hashes(text);
        let mut every = 1;
        while hashes.len() > MOST {
            every *= 2;
            hashes.retain(|hash| hash % every == 0);
        }
        Self { every, hashes }
    }

    /// Whether nearly nothing of this text is missing in another.
    fn is_within(&self, other: &Self) -> bool {
        let every = self.every.max(other.every).max(1);
        let own = || self.hashes.iter().filter(|hash| **hash % every == 0);
        let missing = own().filter(|hash| other.hashes.binary_search(hash).is_err()).count();
        let scale = usize::try_from(every).unwrap_or(1);
        missing * scale <= DIFFERENT.max(own().count() * scale * DIFFERENT_PERCENT / 100)
    }
}

/// The hashes of the runs of [`SHINGLE`] characters, sorted.
fn hashes(text: &str) -> Vec<u32> {
    let letters: Vec<char> = text.chars().collect();
    let mut hashes: Vec<u32> = letters.windows(SHINGLE).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// FNV-1a over the characters, its halves folded: state files outlive versions, so no library's hash will do.
fn hash(letters: &[char]) -> u32 {
    let mixed = letters.iter().fold(0xcbf2_9ce4_8422_2325_u64, |mixed, letter| {
        (mixed ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    u32::try_from(mixed >> 32).unwrap_or(0)
}

impl Answer {
    /// What a host answered: the status, the end of the redirects if there were any, and the page.
    pub(crate) fn of(status: Option<u16>, to: Option<&str>, (view, token): (Option<&View>, &str)) -> Self {
        match (status, view) {
            (Some(404 | 410 | 400), _) => Self::Honest,
            (Some(200..=299), Some(view)) => Self::Page {
                to: to.map(Into::into),
                title: normal(&view.title).replace(token, "").into(),
                text: if view.is_shell() { Shingles::default() } else { Shingles::of(&view.text.replace(token, "")) },
            },
            _ => Self::Unclear,
        }
    }
}

/// Holds the page of an address against what its host answers for one that cannot exist. `to` is where its redirects
/// ended.
pub(crate) fn compare(start: &str, to: Option<&str>, view: &View, answer: &Answer) -> Option<Suspicion> {
    let Answer::Page { to: theirs, title, text } = answer else { return None };
    if let (Some(to), Some(theirs)) = (to, theirs.as_deref())
        && to == theirs
    {
        let (from, end) = (Url::parse(start).ok()?, Url::parse(to).ok()?);
        let reason = if is_home(&end) { Reason::RedirectHome } else { Reason::Soft404 };
        let evidence = format!("its host leads there whatever is asked for: {}", quoted(to));
        // A host that goes by a number in the folder leads any name behind it to the right page.
        return is_lost(&from, &end).then(|| Suspicion::new(reason, evidence));
    }
    let own = Shingles::of(&view.text);
    let is_same = !view.is_shell()
        && !text.hashes.is_empty()
        && normal(&view.title) == **title
        && own.is_within(text)
        && text.is_within(&own);
    is_same.then(|| {
        let evidence = "its host answers an address that cannot exist with the same page";
        Suspicion::new(Reason::Soft404, evidence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(url: &str) -> Option<String> {
        Shape::of(&Url::parse(url).unwrap()).map(|shape| format!("{} {}", shape.host, shape.folder))
    }

    #[test]
    fn addresses_of_one_program_have_one_shape() {
        for (url, expected) in [
            ("http://a.cn/2022/01/17/t20220117_1.shtml", "a.cn /#/#/#/*.shtml"),
            ("http://a.cn/news2022/c1-2/x", "a.cn /news#/c#-#/*"),
            ("http://a.cn:8080/show.asp?b=1&a=2", "a.cn:8080 /show.asp?a&b"),
            ("http://a.cn/news/", "a.cn /news/*"),
            ("http://a.cn/x.", "a.cn /*"),
            ("https://a.cn/news2022/x.html", "a.cn https:/news#/*.html"),
        ] {
            assert_eq!(shape(url).as_deref(), Some(expected), "{url}");
        }
        assert_eq!(shape("http://a.cn/"), None);
        assert_eq!(shape("http://a.cn/index.html"), None);
    }

    #[test]
    fn a_sibling_has_the_same_shape() {
        for (url, expected) in [
            ("http://a.cn/2022/01/17/t1.shtml", "http://a.cn/2022/01/17/zzz.shtml"),
            ("http://a.cn/show.asp?id=12&p=1#x", "http://a.cn/show.asp?id=zzz&p=1"),
            ("http://a.cn/news/x?utm", "http://a.cn/news/zzz"),
            ("http://a.cn/news/", "http://a.cn/zzz/"),
            ("http://a.cn/%E6%96%B0", "http://a.cn/zzz"),
            ("http://a.cn/questions/31337/how-to", "http://a.cn/questions/zzz/zzz"),
            ("http://a.cn/20220117/a.html", "http://a.cn/20220117/zzz.html"),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(beside(&url, "zzz").as_str(), expected);
        }
    }

    fn view(title: &str, text: &str) -> View {
        let html = format!("<title>{title}</title><p>{text}</p>");
        View::of(&scraper::Html::parse_document(&html))
    }

    fn answer(title: &str, text: &str) -> Answer {
        Answer::of(Some(200), None, (Some(&view(title, text)), "zzz"))
    }

    const START: &str = "http://a.cn/news/1234.html";

    #[test]
    fn the_same_page_is_the_same_but_for_its_address() {
        let frame = "海湾网新闻财经体育房产汽车教育视频客户端".repeat(20);
        let page = view("海湾网", &format!("{frame}内容整理中 访问 1331 次"));
        assert!(compare(START, None, &page, &answer("海湾网", &format!("{frame}内容整理中 zzz 访问 9 次"))).is_some());
        // A flash in the same frame, even under the same title.
        let flash = view("海湾网", &format!("{frame}快讯：沪指午后拉升，涨幅扩大至百分之零点五，创业板指涨百分之一"));
        assert_eq!(compare(START, None, &flash, &answer("海湾网", &format!("{frame}内容整理中"))), None);
        assert_eq!(compare(START, None, &page, &answer("别的标题", &format!("{frame}内容整理中 访问 9 次"))), None);
        assert_eq!(compare(START, None, &page, &Answer::Honest), None);
        assert_eq!(compare(START, None, &page, &Answer::Unclear), None);
    }

    #[test]
    fn a_shell_is_no_evidence() {
        let html = "<title>App</title><div id=app></div><script>x()</script>";
        let shell = View::of(&scraper::Html::parse_document(html));
        let answer = Answer::of(Some(200), None, (Some(&shell), "zzz"));
        assert_eq!(compare(START, None, &shell, &answer), None);
    }

    #[test]
    fn one_end_of_all_redirects() {
        let page = view("海湾网", "内容");
        let to = |to: &str| Answer::of(Some(200), Some(to), (Some(&page), "zzz"));
        let there = Some("http://a.cn/gone.html");
        assert_eq!(compare(START, there, &page, &to("http://a.cn/gone.html")).unwrap().reason, Reason::Soft404);
        let home = Some("http://a.cn/");
        assert_eq!(compare(START, home, &page, &to("http://a.cn/")).unwrap().reason, Reason::RedirectHome);
        // Where the name of the page is kept, it is where it is now.
        let kept = Some("https://a.cn/news/1234.html");
        assert_eq!(compare(START, kept, &page, &to("https://a.cn/news/1234.html")), None);
    }

    #[test]
    fn long_pages_are_sampled() {
        let long: String = (0..40_000_u32).filter_map(|number| char::from_u32(0x4e00 + number % 0x5000)).collect();
        let shingles = Shingles::of(&long);
        assert!(shingles.hashes.len() <= MOST && shingles.every > 1);
        let cut: String = long.chars().skip(5).collect();
        assert!(shingles.is_within(&Shingles::of(&cut)) && Shingles::of(&cut).is_within(&shingles));
        let other: String = long.chars().step_by(2).collect();
        assert!(!shingles.is_within(&Shingles::of(&other)));
    }
}
