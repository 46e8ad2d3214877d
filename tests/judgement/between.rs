//! Between two commits pages and certificates are held against what the newer one holds, and not against what happens to
//! be checked out.

use super::certificates::{authority, tls_server};
use super::repository::{Repository, Run, check_online_in};
use super::rules::{page, told};
use super::server::Server;

/// Checks what the last commit changed.
fn check(repository: &Repository, server: &Server, more: &[&str]) -> Run {
    let resolve = format!("site.example:{}", server.address);
    let usual = ["--since", "HEAD~1..HEAD", "--no-state", "--allow-private", "--pace", "0s", "--retries", "0"];
    check_online_in(repository.path(), &[&usual[..], &["--resolve", &resolve], more].concat())
}

fn post(title: &str) -> String {
    format!(
        "---\nlayout: post\ntitle: \"{title}\"\ndate: 2022-01-18 07:46:06 +0800\n---\n<p>{title}。</p>\n\n\
         <http://site.example/share.html?id=3>\n"
    )
}

const PLACE: &str = "_posts/2022-01-18-3.md";
const THERE: &str = "地铁六号线全线贯通";
const ELSEWHERE: &str = "本地今天多云转晴适合外出";

#[test]
fn a_page_is_held_against_the_post_of_the_commit() {
    let server = Server::http(|visit| match visit.path() {
        "/share.html?id=3" => page(visit, THERE, &format!("<h1>{THERE}</h1><p>{THERE}。</p>")),
        _ => visit.answer("404 Not Found", &[]),
    });
    for (committed, on_disk, expected) in [(THERE, ELSEWHERE, 0), (ELSEWHERE, THERE, 1)] {
        let repository = Repository::new();
        repository.write("postproof.yml", "source_link: 'http://site.example/share.html?id={id}'\n").commit("settings");
        repository.write(PLACE, &post(committed)).commit("a new post");
        let count = |run: &Run| told(&run.report).iter().filter(|words| words.starts_with("NT006")).count();
        let clean = check(&repository, &server, &["--select", "NT"]);
        assert_eq!(count(&clean), expected, "{:?} {}", clean.messages, clean.stderr);
        repository.write(PLACE, &post(on_disk));
        assert_eq!(count(&check(&repository, &server, &["--select", "NT"])), expected);
        repository.remove(PLACE);
        assert_eq!(count(&check(&repository, &server, &["--select", "NT"])), expected);
    }
}

#[test]
fn the_authorities_that_settings_name_are_the_commits_where_it_has_them() {
    let (trusted, other) = (authority(), authority());
    let server = tls_server(&trusted, 10);
    let repository = Repository::new();
    repository.write("postproof.yml", "fetch: {ca_file: ca.pem}\n").write("ca.pem", &trusted.pem()).commit("settings");
    repository.write("note.md", "---\ntitle: n\n---\n<https://site.example/1>\n").commit("a page");
    let check = |more: &[&str]| check(&repository, &server, &[&["--select", "NT008"], more].concat()).findings;
    assert_eq!(check(&[]), ["NT008 note.md"]);
    repository.write("ca.pem", &other.pem());
    assert_eq!(check(&[]), ["NT008 note.md"]);
    assert_eq!(check(&["--ca-file", "ca.pem"]), [""; 0]);
    // A commit that holds none, as where a certificate is no part of the archive, takes the disk's.
    repository.git(&["rm", "--quiet", "--cached", "ca.pem"]);
    repository.git(&["commit", "--quiet", "--amend", "--message", "without authorities"]);
    assert_eq!(check(&[]), [""; 0]);
    repository.write("ca.pem", &trusted.pem());
    assert_eq!(check(&[]), ["NT008 note.md"]);
}
