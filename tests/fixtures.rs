//! Holds the fixtures themselves to what they promise: the lists of planted defects, the generator, the stand-in web.

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/generator/mod.rs"]
mod generator;
#[path = "support/web/mod.rs"]
mod web;

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use generator::{Settings, files};
use web::Web;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/archive");

/// Asks the web through its proxy and gives the whole answer.
fn ask(web: &Web, method: &str, url: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(web.proxy().trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let host = url.split('/').nth(2).unwrap_or(url);
    write!(stream, "{method} {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn status(web: &Web, method: &str, url: &str) -> io::Result<String> {
    Ok(ask(web, method, url)?.split(' ').nth(1).unwrap_or("cut").to_owned())
}

#[test]
fn every_planted_defect_names_a_line_that_is_there() {
    let truth = fs::read_to_string(format!("{ARCHIVE}.truth.tsv")).unwrap();
    let mut rows = truth.lines();
    assert_eq!(rows.next(), Some("path\tline\tcode\tnote"));
    for row in rows {
        let [path, line, code, note] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let text = fs::read(Path::new(ARCHIVE).join(path)).unwrap();
        let lines = text.split(|byte| *byte == b'\n').count();
        assert!(line.parse::<usize>().unwrap() <= lines, "{row}");
        assert!(code.len() == 5 && !note.is_empty(), "{row}");
    }
}

#[test]
fn the_generator_gives_the_same_files_for_the_same_settings() {
    let settings = Settings { posts: 600, seed: 3, damage: 120 };
    let made: Vec<_> = files(settings).collect();
    let again = files(settings).map(|file| (file.path, file.bytes));
    assert!(made.iter().map(|file| (file.path.clone(), file.bytes.clone())).eq(again));
    let other = files(Settings { seed: 4, ..settings });
    assert!(!made.iter().map(|file| file.bytes.clone()).eq(other.map(|file| file.bytes)));
    let paths: HashSet<_> = made.iter().map(|file| &file.path).collect();
    assert_eq!(paths.len(), made.len(), "a file is written twice");
}

#[test]
fn the_generator_plants_every_kind_and_nothing_in_a_healthy_archive() {
    let codes = |damage| -> HashSet<&str> {
        let files = files(Settings { posts: 5000, seed: 1, damage });
        files.flat_map(|file| file.truth).map(|truth| truth.code).collect()
    };
    assert!(codes(0).is_empty());
    // Every rule that judges an archive from its files alone, those about its seal and history aside.
    for (family, rules) in [("FM", 19), ("TX", 8), ("LK", 12), ("LQ", 2), ("NV", 11), ("DU", 6)] {
        let planted = codes(100).into_iter().filter(|code| code.starts_with(family)).count();
        assert_eq!(planted, rules, "{family}");
    }
}

#[test]
fn the_generator_knows_the_line_of_what_it_planted() {
    for file in files(Settings { posts: 2000, seed: 5, damage: 300 }) {
        let text = String::from_utf8_lossy(&file.bytes);
        let lines: Vec<&str> = text.split('\n').collect();
        for truth in &file.truth {
            let line = (truth.line as usize).checked_sub(1).map_or("", |number| lines[number]);
            let expected = match truth.code {
                "FM003" | "FM007" | "FM014" => "title:",
                "FM008" | "FM009" | "FM010" | "FM012" | "FM015" => "date:",
                "FM013" | "FM016" | "NV004" | "NV010" => "categories:",
                "TX003" => "\u{FFFD}",
                "TX006" => "<<<<<<<",
                "NV008" | "DU002" => "infoCode=",
                "NV002" | "NV003" => "返回首页",
                "DU005" => "---",
                _ => "",
            };
            assert!(line.contains(expected), "{}:{} {} {}: {line}", file.path, truth.line, truth.code, truth.note);
        }
    }
}

#[test]
fn a_generated_post_is_as_long_as_a_real_one() {
    let sizes: Vec<usize> = files(Settings { posts: 500, seed: 1, damage: 0 })
        .filter(|file| file.path.contains("_post"))
        .map(|file| file.bytes.len())
        .collect();
    assert!((2900..3700).contains(&(sizes.iter().sum::<usize>() / sizes.len())));
}

#[test]
fn the_web_answers_for_every_host_as_its_table_says() {
    let web = Web::start(Path::new(ARCHIVE)).unwrap();
    assert_eq!(status(&web, "GET", "http://news.example/missing").unwrap(), "404");
    assert_eq!(status(&web, "GET", "http://news.example/gone").unwrap(), "410");
    assert!(ask(&web, "GET", "http://news.example/perm").unwrap().contains("location: /a/22"));
    assert_eq!(status(&web, "HEAD", "http://liar.example/a").unwrap(), "404");
    assert_eq!(status(&web, "GET", "http://liar.example/a").unwrap(), "200");
    assert_eq!(status(&web, "GET", "http://patient.example/q").unwrap(), "429");
    assert_eq!(status(&web, "GET", "http://patient.example/q").unwrap(), "200");
    assert_eq!(status(&web, "GET", "http://nobody.example/").unwrap(), "502");
    assert_eq!(status(&web, "CONNECT", "secure.example:443").unwrap(), "502");
    assert_eq!(status(&web, "GET", "http://reset.example/x").unwrap(), "cut");
    assert_eq!(web.hits().get("news.example"), Some(&3));
}

#[test]
fn the_web_has_the_article_that_a_post_names_as_its_source() {
    let web = Web::start(Path::new(ARCHIVE)).unwrap();
    let service = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=";
    let truth = fs::read_to_string(format!("{ARCHIVE}.truth.tsv")).unwrap();
    let code_of = |rule: &str| -> String {
        let row = truth.lines().find(|row| row.contains(rule)).unwrap();
        row.split_once(".md").unwrap().0.rsplit('-').next().unwrap().to_owned()
    };
    assert!(
        ask(&web, "GET", &format!("{service}{}", code_of("没有找到"))).unwrap().contains("<title>没有找到</title>")
    );
    assert!(ask(&web, "GET", &format!("{service}{}", code_of("NT006"))).unwrap().contains("<title>本地天气</title>"));
    let post = Path::new(ARCHIVE).join("_posts/2022-05-24-NW202205242200641443.md");
    assert!(fs::read_to_string(post).unwrap().contains("环岛路的夜跑者"));
    assert!(ask(&web, "GET", &format!("{service}NW202205242200641443")).unwrap().contains("环岛路的夜跑者"));
    assert!(ask(&web, "GET", &format!("{service}unknown")).unwrap().contains("没有找到您要的文章"));
}
