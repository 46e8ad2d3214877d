//! Pages that answer 200 and are not what was linked, and what it costs to find that out.

use std::sync::Arc;

use postproof::probe::{Address, Cancel, Claim, Drift, HostBook, Outcome, Settings, Verdict};

use super::server::{PATIENCE, Server, Visit, probe_all, quick, word};

/// Asks for addresses whose pages are to be judged.
fn judge(settings: &Settings, urls: &[String]) -> Vec<Outcome> {
    let addresses: Vec<Address<'_>> = urls.iter().map(|url| Address { judge: true, ..Address::new(url) }).collect();
    probe_all(settings, &addresses, &Cancel::new()).unwrap()
}

fn page(title: &str, body: &str) -> String {
    format!("<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>")
}

const ARTICLE: &str = "<h1>地铁六号线全线贯通</h1><p>昨日上午，随着最后一台盾构机破土而出，地铁六号线实现全线隧道贯通，\
                       为明年年底试运营打下基础。六号线全长二十三公里，设站十七座，其中换乘站五座。</p>";

/// Answers 404 for what cannot exist.
fn honest(visit: &mut Visit<'_>) {
    visit.page("404 Not Found", b"gone");
}

/// Whether an address is one of the test's own, and not one that cannot exist.
fn is_known(visit: &Visit<'_>) -> bool {
    let name = visit.path().rsplit(['/', '=']).next().unwrap_or_default().split('.').next().unwrap_or_default();
    name.len() < 12
}

#[test]
fn what_pages_say_is_heard() {
    type Act = fn(&mut Visit<'_>);
    let cases: [(&str, &str, &str, Act); 12] = [
        ("an article", "/a/1.html", "alive http-200", |v| {
            if is_known(v) {
                v.page("200 OK", page("地铁", ARTICLE).as_bytes());
            } else {
                honest(v);
            }
        }),
        ("says not found", "/a/1.html", "suspect soft-404", |v| {
            v.page("200 OK", page("页面不存在", "<p>抱歉，您访问的页面不存在</p>").as_bytes());
        }),
        ("says so in GBK", "/a/1.html", "suspect soft-404", |v| {
            let (body, ..) = encoding_rs::GBK.encode("<title>提示信息</title><p>没有找到您要的文章");
            v.send(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nContent-Length: {}\r\n\r\n",
                body.len()
            ));
            v.send(&body);
        }),
        ("says so in GBK, and that it is UTF-8", "/a/1.html", "suspect soft-404", |v| {
            let (body, ..) = encoding_rs::GBK.encode("<meta charset=gbk><title>提示信息</title><p>没有找到您要的文章");
            v.send(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                body.len()
            ));
            v.send(&body);
        }),
        ("is parked", "/news/1.html", "suspect parked", |v| {
            let body = "<h1>该域名正在出售</h1><script src='https://img.sedoparking.com/x.js'></script>";
            v.page("200 OK", page("127.0.0.1", body).as_bytes());
        }),
        ("wants a password", "/a/1.html", "suspect login-wall", |v| {
            v.page("200 OK", page("用户登录", "<form><input name=u><input type=password></form>").as_bytes());
        }),
        ("leads home", "/news/2022/1.html", "suspect redirect-home", |v| match v.path() {
            "/" => v.page("200 OK", page("首页", ARTICLE).as_bytes()),
            _ => v.answer("301 Moved Permanently", &["Location: /"]),
        }),
        ("leads to a log-in", "/news/2022/1.html", "suspect redirect-login", |v| match v.path() {
            "/user/login?next=1" => v.page("200 OK", b"log in"),
            _ => v.answer("302 Found", &["Location: /user/login?next=1"]),
        }),
        ("is a shell", "/a/1.html", "alive http-200", |v| {
            v.page("200 OK", page("App", "<div id=app></div><script>fill()</script>").as_bytes());
        }),
        ("is empty", "/a/1.html", "alive http-200", |v| v.page("200 OK", b"")),
        ("is a picture", "/a/1.png", "alive http-200", |v| {
            v.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x7fPNG");
        }),
        ("is not there", "/a/1.html", "dead http-404", honest),
    ];
    for (name, path, expected, act) in cases {
        let server = Server::http(act);
        let outcome = judge(&quick(), &[server.url(path)]).remove(0);
        assert_eq!(word(&outcome), expected, "{name}: {:?}", outcome.evidence);
        assert_eq!(outcome.evidence.is_some(), outcome.verdict == Verdict::Suspect, "{name}: {:?}", outcome.evidence);
    }
}

#[test]
fn a_page_is_not_judged_where_nobody_asks_for_it() {
    let server = Server::http(|visit| visit.page("200 OK", page("404", "<p>页面不存在</p>").as_bytes()));
    let url = server.url("/a/1.html");
    let outcome = probe_all(&quick(), &[Address::new(&url)], &Cancel::new()).unwrap().remove(0);
    assert_eq!((word(&outcome).as_str(), outcome.seen), ("alive http-200", None));
    let asked: Vec<String> = server.log.hits().into_iter().map(|hit| hit.method).collect();
    assert_eq!(asked, ["HEAD", "GET"]);
}

#[test]
fn a_host_is_asked_once_for_what_cannot_exist_in_each_shape_of_a_folder() {
    let server = Server::http(|visit| {
        if is_known(visit) {
            visit.page("200 OK", page("地铁", ARTICLE).as_bytes());
        } else {
            honest(visit);
        }
    });
    let mut urls: Vec<String> =
        (0..40).map(|n| server.url(&format!("/2022/{:02}/{:02}/{n}.shtml", n % 12, n % 28))).collect();
    urls.extend((0..40).map(|n| server.url(&format!("/show.asp?id={n}"))));
    urls.push(server.url("/"));
    let settings = quick();
    let outcomes = judge(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"));
    let strange = |hits: usize| server.log.hits()[hits..].iter().filter(|hit| hit.target.len() > 24).count();
    assert_eq!(strange(0), 2, "{:?}", server.log.hits());
    assert_eq!(server.log.count(), urls.len() + 2, "one GET for each, and no HEAD");
    // What was learnt is remembered by whoever keeps the book.
    let book = HostBook::default();
    for (host, line) in settings.book.changes() {
        book.recall(&host, &line);
    }
    let before = server.log.count();
    judge(&Settings { book, ..quick() }, &urls);
    assert_eq!(strange(before), 0);
    // The same run asks for the same.
    let before: Vec<String> =
        server.log.hits().into_iter().map(|hit| hit.target).filter(|target| target.len() > 24).collect();
    judge(&quick(), &urls);
    let again: Vec<String> =
        server.log.hits().into_iter().map(|hit| hit.target).filter(|target| target.len() > 24).collect();
    assert_eq!(again[before.len()..].iter().collect::<std::collections::BTreeSet<_>>(), before.iter().collect());
}

#[test]
fn a_host_that_answers_everything_alike_says_nothing_of_any_page() {
    // A home page for whatever is asked, with the time and a counter in it.
    let server = Server::http(|visit| {
        let noise = format!("<p>访问 {} 次</p>", visit.number);
        if visit.path().starts_with("/kept/") && is_known(visit) {
            visit.page("200 OK", page("海湾网", &format!("{ARTICLE}{noise}")).as_bytes());
        } else {
            let frame = "<p>海湾网新闻中心欢迎您 今日要闻 图片报道 专题策划 读者来信 版面浏览 往期回顾</p>".repeat(9);
            visit.page("200 OK", page("海湾网", &format!("{frame}{noise}")).as_bytes());
        }
    });
    let urls = ["/gone/1.html", "/gone/2.html", "/kept/3.html"].map(|path| server.url(path));
    let words: Vec<String> = judge(&quick(), &urls).iter().map(word).collect();
    assert_eq!(words, ["suspect soft-404", "suspect soft-404", "alive http-200"]);
}

#[test]
fn a_host_that_leads_everything_to_one_page_is_known_by_what_cannot_exist() {
    let server = Server::http(|visit| match visit.path() {
        "/sorry.html" => visit.page("200 OK", page("海湾网", &ARTICLE.repeat(3)).as_bytes()),
        _ => visit.answer("302 Found", &["Location: /sorry.html"]),
    });
    let outcome = judge(&quick(), &[server.url("/news/1.html")]).remove(0);
    assert_eq!(word(&outcome), "suspect soft-404", "{:?}", outcome.evidence);
    assert!(outcome.evidence.as_deref().unwrap().contains("/sorry.html"));
}

#[test]
fn a_redirect_that_only_head_meets_is_not_believed() {
    let server = Server::http(|visit| match (visit.is_head(), visit.path()) {
        (true, "/news/2022/1.html") => visit.answer("302 Found", &["Location: /"]),
        _ => visit.page("200 OK", b"page"),
    });
    let url = server.url("/news/2022/1.html");
    let outcome = probe_all(&quick(), &[Address::new(&url)], &Cancel::new()).unwrap().remove(0);
    assert_eq!(word(&outcome), "alive http-200");
}

#[test]
fn what_the_archive_says_is_looked_for_in_the_page() {
    let server = Server::http(|visit| match visit.path() {
        _ if !is_known(visit) => honest(visit),
        "/other" => {
            visit.page("200 OK", page("天气", "<p>今天多云转晴，最高气温二十七度，适合外出活动。</p>").as_bytes());
        }
        _ => visit.page("200 OK", page("地铁", ARTICLE).as_bytes()),
    });
    let claim = |index: usize| {
        (index < 2)
            .then(|| Claim {
                title: "地铁六号线全线贯通".to_owned(), lead: "昨日上午，随着最后一台盾构机".to_owned()
            })
    };
    let settings = Settings { claims: Arc::new(claim), ..quick() };
    let urls = ["/same", "/other", "/unknown"].map(|path| server.url(path));
    let outcomes = judge(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let drift: Vec<Option<Drift>> = outcomes.iter().map(|outcome| outcome.seen.unwrap().drift).collect();
    assert_eq!(drift, [Some(Drift { title: 100, lead: 100 }), Some(Drift { title: 0, lead: 0 }), None]);
    assert!(drift[1].unwrap().is_replaced() && !drift[0].unwrap().is_replaced());
}

#[test]
fn bodies_are_read_no_further_than_they_are_needed() {
    let server = Server::http(|visit| match visit.path() {
        "/endless" => {
            visit.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>404</title><p>页面不存在</p>");
            while !visit.over() && visit.send([b' '; 8192]) {}
            visit.close();
        }
        "/short" => {
            visit.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<title>404</title><p>page not found");
            visit.close();
        }
        _ => honest(visit),
    });
    let outcomes = judge(&quick(), &["/endless", "/short"].map(|path| server.url(path)));
    let words: Vec<String> = outcomes.iter().map(word).collect();
    assert_eq!(words, ["suspect soft-404", "suspect soft-404"]);
    assert!(server.log.written() <= 16 << 20, "{} bytes were taken", server.log.written());
}

#[test]
fn a_run_that_ends_early_tells_what_it_knows() {
    let cancel = Cancel::new();
    let canceller = cancel.clone();
    let server = Server::http(move |visit| {
        if is_known(visit) {
            visit.page("200 OK", page("地铁", ARTICLE).as_bytes());
        } else {
            // By now the article is read, and its judgement waits for this.
            canceller.cancel();
            visit.pause(PATIENCE * 10);
        }
    });
    let url = server.url("/a/1.html");
    let address = Address { judge: true, ..Address::new(&url) };
    let outcome = probe_all(&quick(), &[address], &cancel).unwrap().remove(0);
    assert_eq!(word(&outcome), "alive http-200");
}
