//! A web archive that is asked for copies, and to keep what is new: a stand-in on loopback with the real shapes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;

#[path = "archived/fake.rs"]
mod fake;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use postproof::check::archived::{self, Swept, Wanted};
use postproof::check::{Settings, Surroundings, survey};
use postproof::config;
use postproof::event::Silent;
use postproof::probe::{ArchiveError, Cancel};
use postproof::store::{self, State};
use serde_json::Value;

use archive::Archive;
use fake::{Answer, Ask, Fake, holdings};

/// An archive whose one post, of 2022-01-17, links to these addresses.
fn post(urls: &[String]) -> Archive {
    let archive = Archive::empty();
    let mut text = "---\nlayout: post\ntitle: x\ndate: 2022-01-17 07:46:06 +0800\n---\n".to_owned();
    for url in urls {
        writeln!(text, "[a]({url})\n").unwrap();
    }
    archive.write("_posts/2022-01-17-NW1.md", text.as_bytes());
    archive
}

/// What the archive of this folder is asked with, quickly.
fn settings(archive: &Archive, fake: &Fake) -> Settings {
    let file = config::File::default();
    let clock = Box::new(Timestamp::now);
    let mut settings = Settings::new(archive.path(), &file, &Surroundings::default(), clock).unwrap();
    settings.archive.cdx = fake.url("/cdx");
    settings.archive.save = fake.url("/save");
    settings.archive.per_minute = 60_000;
    settings.archive.backoff = Duration::from_millis(1);
    settings.archive.throttle_wait = Duration::from_millis(300);
    settings.probe.proxy = postproof::probe::ProxySetting::None;
    settings
}

fn sweep(archive: &Archive, settings: &Settings) -> (Vec<Wanted>, Swept) {
    let cancel = Cancel::default();
    let mut state = State::open(&archive.join("state.db"), &store::Settings::default()).unwrap();
    let survey = survey(settings, &Silent, &cancel).unwrap();
    let mut wanted = archived::wanted(settings, &survey, &state).unwrap();
    let now = Timestamp::now();
    let is_due = |one: &Wanted| !one.held.as_ref().is_some_and(|held| held.is_believed(now));
    let swept = archived::sweep(settings, (&mut wanted, &mut state), &is_due, (&Silent, &cancel)).unwrap();
    (wanted, swept)
}

/// `path day`, `path none` or `path unknown`, for each address.
fn shown(wanted: &[Wanted]) -> Vec<String> {
    let show = |one: &Wanted| {
        let path = one.url.splitn(4, '/').nth(3).unwrap().to_owned();
        match &one.held {
            None => format!("{path} unknown"),
            Some(held) => match &held.copy {
                None => format!("{path} none"),
                Some(copy) => format!("{path} {}", copy.taken_at.strftime("%Y-%m-%d")),
            },
        }
    };
    wanted.iter().map(show).collect()
}

#[test]
fn the_copy_nearest_to_the_posts_day_stands_in_the_help() {
    let held = [
        ("20210101000000", "http://www.site.example:80/gone/1"),
        ("20220118080000", "https://site.example/gone/1"),
        ("20250101000000", "http://site.example/gone/1"),
        ("20230101000000", "http://site.example/Gone/3?b=2&a=1"),
        ("20220118000000", "http://site.example/gone/other"),
        ("notadate", "http://site.example/gone/2"),
    ];
    let fake = Fake::start(move |ask, _| match ask.path() {
        "/cdx" => holdings(ask, &held, 1000),
        _ => Answer::status(404),
    });
    copies_are_found_and_told(&fake);
}

/// The findings' helps, as a check of the web in `fake` gives them.
fn helps(archive: &Archive) -> Vec<String> {
    let resolve = ["--allow-private", "--resolve", "site.example:127.0.0.1", "--pace", "0", "--select", "NT"];
    let run = archive.run(&[&["check", ".", "--no-reports", "--format", "json=-"][..], &resolve].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["help"].as_str().unwrap().to_owned()).collect()
}

fn copies_are_found_and_told(fake: &Fake) {
    let web = |path: &str| format!("http://site.example:{}/{path}", fake.port);
    let archive = post(&[web("gone/1"), web("gone/2"), web("gone/3?a=1&b=2")]);
    let yml =
        format!("archive: {{cdx: '{}', replay: 'https://replay.test/web/', per_minute: 60000}}\n", fake.url("/cdx"));
    archive.write("postproof.yml", yml.as_bytes());
    let before = helps(&archive);
    assert_eq!(before.len(), 3);
    assert!(before.iter().all(|help| !help.contains("replay.test")), "{before:?}");
    fake.take();

    let asked = archive.run(&["archived"]);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    assert!(
        asked.stdout.starts_with("3 addresses: 2 have a copy, 1 have none, 0 are not known yet (1 questions)\n"),
        "{}",
        asked.stdout
    );
    assert!(asked.stdout.contains(&format!("site.example:{}: 2 of 3\n", fake.port)), "{}", asked.stdout);
    let questions = fake.take();
    assert_eq!(questions.len(), 1, "all below one place is one question");
    let parameters = questions[0].parameters();
    let expected = [
        ("url", "site.example/gone/"),
        ("matchType", "prefix"),
        ("output", "json"),
        ("fl", "timestamp,original"),
        ("filter", "statuscode:200"),
        ("limit", "150000"),
        ("showResumeKey", "true"),
    ];
    assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    assert!(questions[0].header("user-agent").starts_with("postproof/"));

    let after = helps(&archive);
    let with_copy: Vec<&String> = after.iter().filter(|help| help.contains("replay.test")).collect();
    assert_eq!(with_copy.len(), 2, "{after:#?}");
    assert!(
        with_copy[0].ends_with(
            "of 2022-01-18 that a web archive holds: https://replay.test/web/20220118080000/https://site.example/gone/1"
        ),
        "{}",
        with_copy[0]
    );
    fake.take();

    // What is known is not asked again, and told without asking.
    let again = archive.run(&["archived", "--format", "json"]);
    let report: Value = serde_json::from_str(&again.stdout).unwrap();
    let standings: Vec<&str> =
        report["addresses"].as_array().unwrap().iter().map(|one| one["standing"].as_str().unwrap()).collect();
    assert_eq!(standings, ["held", "none", "held"]);
    assert_eq!(report["questions"], 0);
    assert!(fake.take().is_empty());
    archive.run(&["archived", "--fresh"]);
    assert_eq!(fake.take().len(), 1);
}

fn many(host: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("http://{host}/html_News/Share.html?infoCode=NW{number:04}")).collect()
}

#[test]
fn long_answers_are_read_to_their_end_by_their_resume_keys() {
    let urls = many("s.example", 40);
    let held: Vec<(String, String)> =
        urls.iter().step_by(2).map(|url| ("20220117000000".to_owned(), url.clone())).collect();
    let fake = Fake::start(move |ask, _| holdings(ask, &held, 7));
    let archive = post(&urls);
    let (wanted, swept) = sweep(&archive, &settings(&archive, &fake));
    assert!(swept.trouble.is_none() && swept.notices.is_empty(), "{swept:?}");
    let standing: BTreeMap<bool, usize> = shown(&wanted).iter().fold(BTreeMap::new(), |mut counts, line| {
        *counts.entry(line.ends_with("none")).or_default() += 1;
        counts
    });
    assert_eq!(standing, BTreeMap::from([(false, 20), (true, 20)]));
    let asks = fake.take();
    assert_eq!((asks.len(), swept.questions), (3, 3));
    assert_eq!(asks[0].parameter("url").as_deref(), Some("s.example/html_News/Share.html?infoCode="));
    let keys: Vec<Option<String>> = asks.iter().map(|ask| ask.parameter("resumeKey")).collect();
    assert_eq!(keys, [None, Some("7".to_owned()), Some("14".to_owned())]);
}

#[test]
fn a_place_that_holds_too_much_is_left_for_smaller_ones() {
    let urls = ["http://big.example/a/1", "http://big.example/a/2", "http://big.example/b/3"].map(str::to_owned);
    let fake = Fake::start(|ask, _| {
        let place = ask.parameter("url").unwrap();
        match (ask.parameter("matchType").as_deref(), place.as_str()) {
            // A million pages that nobody here wants.
            (Some("prefix"), _) => {
                let row = r#"["20220117000000","http://big.example/a/0"]"#;
                Answer::json(format!(r#"[["timestamp","original"],{row},[],["more"]]"#))
            }
            (_, "big.example/b/3") => Answer::json("[]".to_owned()),
            (_, place) => Answer::json(format!(r#"[["timestamp","original"],["20220119000000","http://{place}"]]"#)),
        }
    });
    let archive = post(&urls);
    let (wanted, swept) = sweep(&archive, &settings(&archive, &fake));
    assert_eq!(shown(&wanted), ["a/1 2022-01-19", "a/2 2022-01-19", "b/3 none"]);
    let asks: Vec<String> = fake.take().iter().map(|ask| ask.parameter("url").unwrap()).collect();
    assert_eq!(asks, ["big.example/", "big.example/a/", "big.example/a/1", "big.example/a/2", "big.example/b/3"]);
    assert_eq!(swept.questions, 5);
}

#[test]
fn a_run_that_ends_early_is_gone_on_with() {
    let urls = many("s.example", 40);
    let held: Vec<(String, String)> = urls.iter().map(|url| ("20220117000000".to_owned(), url.clone())).collect();
    let fake = Fake::start(move |ask, number| match number {
        1..=3 => Answer::status(503),
        _ => holdings(ask, &held, 15),
    });
    let archive = post(&urls);
    let settings = settings(&archive, &fake);
    let (wanted, swept) = sweep(&archive, &settings);
    assert!(swept.notices[0].contains("it answers 503"), "{swept:?}");
    // Nothing is said of what was not answered.
    let count = |wanted: &[Wanted], word: &str| shown(wanted).iter().filter(|line| line.ends_with(word)).count();
    assert_eq!((count(&wanted, "2022-01-17"), count(&wanted, "unknown"), count(&wanted, "none")), (15, 25, 0));
    fake.take();
    let (wanted, swept) = sweep(&archive, &settings);
    assert!(swept.notices.is_empty(), "{swept:?}");
    assert_eq!(count(&wanted, "2022-01-17"), 40);
    let asks = fake.take();
    assert_eq!(asks[0].parameter("resumeKey").as_deref(), Some("15"), "what was read is not read again");
    assert_eq!(asks.len(), 2);
}

#[test]
fn damaged_answers_are_told_and_prove_nothing() {
    for damage in
        ["<html>Under maintenance</html>", "[[\"timestamp\"]]", "{}", "[[\"timestamp\",\"original\"],[\"1\"", ""]
    {
        let fake = Fake::start(|_, _| Answer::json(damage.to_owned()));
        let archive = post(&["http://a.example/1".to_owned()]);
        let (wanted, swept) = sweep(&archive, &settings(&archive, &fake));
        assert_eq!(shown(&wanted), ["1 unknown"], "{damage}");
        assert!(swept.notices[0].starts_with("a.example/1: its answer is damaged"), "{swept:?}");
    }
}

#[test]
fn too_many_requests_stop_everything() {
    let storm = |calm_after: usize| {
        Fake::start(move |ask, number| {
            if number < calm_after {
                let mut answer = Answer::status(429);
                answer.headers.push(("Retry-After", "0".to_owned()));
                return answer;
            }
            holdings(ask, &[("20220117000000", "http://a.example/1")], 10)
        })
    };
    let archive = post(&["http://a.example/1".to_owned(), "http://b.example/1".to_owned()]);
    let fake = storm(2);
    let (wanted, swept) = sweep(&archive, &settings(&archive, &fake));
    assert!(swept.trouble.is_none(), "{swept:?}");
    assert_eq!(shown(&wanted), ["1 2022-01-17", "1 none"]);
    let asks = fake.take();
    assert_eq!(asks.len(), 4);
    for pair in asks[..3].windows(2) {
        // From before the answer to after the next question: whatever delays either makes it longer.
        let silence = pair[1].at - pair[0].at;
        assert!(silence >= Duration::from_millis(300), "asked again after {silence:?}");
    }
    // Where it never calms down, nobody goes on asking.
    let archive = post(&many("c.example", 5).into_iter().chain(many("d.example", 5)).collect::<Vec<_>>());
    let fake = storm(usize::MAX);
    let (wanted, swept) = sweep(&archive, &settings(&archive, &fake));
    assert!(matches!(swept.trouble, Some(ArchiveError::Throttled)), "{swept:?}");
    assert_eq!(fake.take().len(), 3);
    assert!(shown(&wanted).iter().all(|line| line.ends_with("unknown")));
}

#[test]
fn questions_keep_their_distance() {
    let fake = Fake::start(|_, _| Answer::json("[]".to_owned()));
    let urls: Vec<String> = (0..12).map(|number| format!("http://h{number}.example/1")).collect();
    let archive = post(&urls);
    let mut settings = settings(&archive, &fake);
    settings.archive.per_minute = 1200;
    let begun = Instant::now();
    let (wanted, _) = sweep(&archive, &settings);
    assert!(shown(&wanted).iter().all(|line| line.ends_with("none")));
    let asks = fake.take();
    assert_eq!(asks.len(), 12);
    for (number, ask) in (0_u32..).zip(&asks) {
        // A question may be delayed on its way, but none is early.
        assert!(ask.at - begun >= Duration::from_millis(50) * number, "question {number} after {:?}", ask.at - begun);
    }
}

/// A Save Page Now that saves the first page, thinks about the second, refuses the third, and has enough at the fourth.
fn saver() -> Fake {
    Fake::start(|ask: &Ask, _| {
        let path = ask.path().to_owned();
        let body = match (ask.method(), path.as_str()) {
            ("POST", "/save") => match ask.form("url").unwrap().rsplit('=').next().unwrap() {
                "NW0000" => r#"{"url":"U","job_id":"job-0"}"#.to_owned(),
                "NW0001" => r#"{"url":"U","job_id":"job-1"}"#.to_owned(),
                "NW0002" => r#"{"status":"error","status_ext":"error:blocked-url","message":"This URL is blocked."}"#.to_owned(),
                _ => r#"{"status":"error","status_ext":"error:too-many-daily-captures","message":"Enough for today."}"#.to_owned(),
            },
            ("GET", "/save/status/job-0") => r#"{"status":"success","job_id":"job-0","timestamp":"20261126120000","original_url":"http://s.example/html_News/Share.html?infoCode=NW0000","duration_sec":6.2,"resources":[],"outlinks":{}}"#.to_owned(),
            ("GET", "/save/status/job-1") => r#"{"status":"pending","job_id":"job-1","resources":[]}"#.to_owned(),
            ("GET", "/cdx") => "[]".to_owned(),
            other => panic!("{other:?}"),
        };
        Answer::json(body)
    })
}

#[test]
fn source_links_are_handed_over_and_asked_after() {
    let fake = saver();
    let archive = post(&[many("s.example", 6), vec!["http://other.example/".to_owned()]].concat());
    let yml = format!(
        "source_link: 'http://s.example/html_News/Share.html?infoCode={{id}}'\n\
         archive: {{cdx: '{}', save: '{}', per_minute: 60000, credentials: $WAYBACK}}\n",
        fake.url("/cdx"),
        fake.url("/save")
    );
    archive.write("postproof.yml", yml.as_bytes());
    let save = || {
        let mut settings = settings(&archive, &fake);
        let file = config::load(&archive.join("postproof.yml")).unwrap();
        let environment = BTreeMap::from([("WAYBACK".to_owned(), "access:sesame".to_owned())]);
        let surroundings = Surroundings { environment, ..Surroundings::default() };
        let made = Settings::new(archive.path(), &file, &surroundings, Box::new(Timestamp::now)).unwrap();
        (settings.rules, settings.archive.account) = (made.rules, made.archive.account);
        settings.archive.saves_per_minute = Some(60_000);
        (settings.archive.poll, settings.archive.polls) = (Duration::from_millis(5), 3);
        let cancel = Cancel::default();
        let mut state = State::open(&archive.join("state.db"), &store::Settings::default()).unwrap();
        let survey = survey(&settings, &Silent, &cancel).unwrap();
        let mut wanted = archived::wanted(&settings, &survey, &state).unwrap();
        archived::save(&settings, (&mut wanted, &mut state), 100, &cancel).unwrap()
    };
    let saved = save();
    assert!(saved.trouble.is_none(), "{saved:?}");
    assert_eq!((saved.saved, saved.pending), (1, 1), "{saved:?}");
    let refused: Vec<&str> = saved.refused.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(refused, ["This URL is blocked.", "Enough for today."]);
    let asks = fake.take();
    let posts: Vec<&Ask> = asks.iter().filter(|ask| ask.method() == "POST").collect();
    assert_eq!(posts.len(), 4, "after the day's limit nothing more is handed over");
    assert!(posts.iter().all(|ask| ask.header("authorization") == "low access:sesame"));
    assert_eq!(asks.iter().filter(|ask| ask.path().ends_with("job-1")).count(), 3);
    assert!(asks.iter().filter(|ask| ask.method() == "GET").all(|ask| ask.header("authorization").is_empty()));

    // The next run asks after what is under way, and hands nothing over twice.
    let saved = save();
    let asks = fake.take();
    let posts: Vec<String> =
        asks.iter().filter(|ask| ask.method() == "POST").map(|ask| ask.form("url").unwrap()).collect();
    assert!(
        posts.iter().all(|url| !url.ends_with("NW0000") && !url.ends_with("NW0001") && !url.ends_with("NW0002")),
        "{posts:?}"
    );
    assert!(asks[0].path().ends_with("job-1"));
    assert_eq!(saved.saved, 0);

    let without = post(&["http://a.example/".to_owned()]).run(&["archived", "--save"]);
    assert_eq!(without.code, 2);
    assert!(without.stderr.contains("source_link"), "{}", without.stderr);
}

#[test]
fn settings_that_cannot_be_used_are_told() {
    let archive = post(&["http://a.example/".to_owned()]);
    for (yml, words) in [
        ("archive: {cdx: nowhere}\n", "archive.cdx: `nowhere` is no address of the web"),
        ("archive: {save: 'file:///etc'}\n", "archive.save"),
        ("archive: {credentials: 'access:secret'}\n", "`credentials` is a secret: write $NAME"),
        ("archive: {replai: 'http://a/'}\n", "did you mean `replay`?"),
    ] {
        archive.write("postproof.yml", yml.as_bytes());
        let run = archive.run(&["archived", "--offline"]);
        assert_eq!(run.code, 2, "{yml}");
        assert!(run.stderr.contains(words) && !run.stderr.contains("access:secret"), "{}", run.stderr);
    }
}
