//! What a change breaks elsewhere, and what it leaves alone.

use super::repository::{CONFIG, Repository, check_in, post};

const SETTINGS: &str = "posts:\n  archive: [old_post]\n";

/// An archive with category pages and posts that link to each other.
fn linked() -> Repository {
    let repository = Repository::empty();
    repository.write("_config.yml", CONFIG).write("postproof.yml", SETTINGS).write("_layouts/post.html", "x\n");
    repository.write("_layouts/category.html", "x\n");
    repository.write("category/ribao.html", "---\nlayout: category\ntitle: 日报\ncategory: ribao\n---\n");
    repository.write("index.html", "---\n---\n<a href=\"/category/ribao.html\">日报</a>\n");
    for number in 1..=3 {
        let id = format!("NW2022011700{number}");
        let mut text = post(&id, &format!("第{number}篇，讲的是另外一件事情。"));
        text.push_str("[返回日报](//news.example/category/ribao.html)｜[返回首页](//news.example/)\n");
        if number > 1 {
            text = format!("{text}[上一篇](/ribao/2022/01/17/NW2022011700{}.html)\n", number - 1);
        }
        repository.write(&format!("_posts/2022-01-17-{id}.md"), &text);
    }
    repository.commit("first");
    repository
}

fn since(repository: &Repository, since: &str) -> Vec<String> {
    let run = repository.check(&["--since", since, "--ignore", "FX"]);
    assert!(run.code < 2, "{}", run.stderr);
    run.findings
}

#[test]
fn a_healthy_change_finds_nothing_and_counts_itself() {
    let repository = linked();
    repository.write("_posts/2022-01-18-NW20220118001.md", &post("NW20220118001", "新的一篇，没有问题。"));
    let run = repository.check(&["--since", "HEAD"]);
    assert_eq!((run.code, run.findings.len()), (0, 0), "{:?}", run.messages);
    assert_eq!(run.report["archive"]["posts"], 1);
    assert_eq!(run.report["run"]["since"], "HEAD");
    repository.commit("second");
    assert_eq!(since(&repository, "HEAD~1..HEAD"), [""; 0]);
}

#[test]
fn old_faults_elsewhere_are_not_told() {
    let repository = linked();
    repository.write("_posts/2022-01-17-NW20220117008.md", "no front matter, [and](/nowhere.html)\n").commit("bad");
    repository
        .write("_posts/2022-01-18-NW20220118001.md", &post("NW20220118001", "新的一篇，没有问题。"))
        .commit("good");
    assert_eq!(since(&repository, "HEAD~1"), [""; 0]);
    assert!(since(&repository, "HEAD~2").contains(&"FM001 _posts/2022-01-17-NW20220117008.md".to_owned()));
}

#[test]
fn a_page_that_others_link_to_is_deleted() {
    let repository = linked();
    repository.remove("_posts/2022-01-17-NW20220117002.md").commit("delete");
    assert_eq!(since(&repository, "HEAD~1"), ["LK004 _posts/2022-01-17-NW20220117003.md"]);
}

#[test]
fn a_post_that_others_link_to_is_archived() {
    let repository = linked();
    repository.rename("_posts/2022-01-17-NW20220117002.md", "old_post/2022-01-17-NW20220117002.md").commit("archive");
    let found = since(&repository, "HEAD~1");
    assert!(found.contains(&"LK006 _posts/2022-01-17-NW20220117003.md".to_owned()), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("NW20220117001")), "{found:?}");
}

#[test]
fn a_category_page_goes() {
    let repository = linked();
    repository.write("category/other.html", "---\nlayout: category\ntitle: x\ncategory: other\n---\n").commit("other");
    repository.remove("category/ribao.html").commit("delete");
    let run = repository.check(&["--since", "HEAD~1", "--ignore", "FX"]);
    let expected = ["LK004 _posts/2022-01-17-NW20220117001.md", "NV004 _posts/2022-01-17-NW20220117001.md"];
    assert!(expected.iter().all(|line| run.findings.contains(&(*line).to_owned())), "{:?}", run.findings);
    assert!(run.messages.iter().any(|message| message.contains("the 3 posts")), "{:?}", run.messages);
    assert!(run.messages.iter().any(|message| message.contains("(4 links in 4 files)")), "{:?}", run.messages);
}

#[test]
fn the_last_post_of_a_category_goes() {
    let repository = linked();
    repository.write("category/wanbao.html", "---\nlayout: category\ntitle: 日报\ncategory: wanbao\n---\n");
    let last = post("NW20220117009", "晚报唯一的一篇。").replace("ribao", "wanbao");
    repository.write("_posts/2022-01-17-NW20220117009.md", &last).commit("one");
    repository.remove("_posts/2022-01-17-NW20220117009.md").commit("delete");
    assert_eq!(since(&repository, "HEAD~1"), ["NV006 category/wanbao.html"]);
}

#[test]
fn a_second_post_of_an_old_source() {
    let repository = linked();
    let text = post("NW20220118001", "换了说法，来源一样。").replace("id=NW20220118001", "id=NW20220117001");
    repository.write("_posts/2022-01-18-NW20220118001.md", &text).commit("again");
    assert_eq!(since(&repository, "HEAD~1"), ["DU002 _posts/2022-01-18-NW20220118001.md"]);
}

#[test]
fn a_new_original_makes_an_old_post_the_copy() {
    let repository = linked();
    let text = post("NW20210101001", "换了说法，来源一样。").replace("id=NW20210101001", "id=NW20220117001");
    repository.write("_posts/2021-01-01-NW20210101001.md", &text).commit("early");
    assert_eq!(since(&repository, "HEAD~1"), ["DU002 _posts/2022-01-17-NW20220117001.md"]);
}

#[test]
fn one_id_with_two_contents() {
    let repository = linked();
    let text = post("NW20220117001", "换了说法").replace("news?id=NW20220117001", "news?id=x");
    repository.write("old_post/2022-01-17-NW20220117001.md", &text).commit("again");
    let found = since(&repository, "HEAD~1");
    assert_eq!(found, ["DU006 old_post/2022-01-17-NW20220117001.md"]);
}

#[test]
fn two_posts_at_one_address() {
    let repository = linked();
    let text =
        post("x", "别的").replace("layout: post", "layout: post\npermalink: /ribao/2022/01/17/nw20220117001.html");
    repository.write("_posts/2022-01-18-other.md", &text).commit("same place");
    let found = since(&repository, "HEAD~1");
    assert!(found.iter().any(|line| line.starts_with("DU001 ")), "{found:?}");
}

#[test]
fn a_fragment_that_others_name_goes() {
    let repository = linked();
    repository
        .write("about.md", "---\n---\n## 联系\n\ntext\n")
        .write("index.html", "---\n---\n<a href=\"/about.html#联系\">x</a>\n")
        .commit("about");
    repository.write("about.md", "---\n---\n## 别的\n\ntext\n").commit("renamed");
    assert_eq!(since(&repository, "HEAD~1"), ["LK005 index.html"]);
}

#[test]
fn what_a_liquid_tag_names_goes() {
    let repository = linked();
    repository.write("index.html", "---\n---\n{% post_url 2022-01-17-NW20220117001 %} {% include foot.html %}\n");
    repository.write("_includes/foot.html", "x\n").commit("tags");
    repository.remove("_posts/2022-01-17-NW20220117001.md").remove("_includes/foot.html").commit("gone");
    let found = since(&repository, "HEAD~1");
    assert_eq!(found.iter().filter(|line| *line == "LQ002 index.html").count(), 2, "{found:?}");
}

#[test]
fn a_link_to_what_was_missing_before_is_told_at_the_new_post() {
    let repository = linked();
    repository
        .write("_posts/2022-01-16-NW20220116001.md", &(post("NW20220116001", "旧") + "[x](/nowhere.html)\n"))
        .commit("old fault");
    repository
        .write("_posts/2022-01-18-NW20220118001.md", &(post("NW20220118001", "新") + "[x](/nowhere.html)\n"))
        .commit("new fault");
    let run = repository.check(&["--since", "HEAD~1"]);
    assert_eq!(run.findings, ["LK004 _posts/2022-01-18-NW20220118001.md"], "{:?}", run.messages);
}

#[test]
fn a_layout_that_is_gone_is_missed_by_everybody() {
    let repository = linked();
    repository.remove("_layouts/post.html").commit("gone");
    let run = repository.check(&["--since", "HEAD~1"]);
    assert_eq!(run.findings, ["NV011 _posts/2022-01-17-NW20220117001.md"], "{}", run.stderr);
    assert!(run.messages[0].contains("(3 files name it)"), "{:?}", run.messages);
    assert!(run.said.contains("everything was read"), "{}", run.said);
}

#[test]
fn a_change_of_the_site_s_settings_judges_everything() {
    let repository = linked();
    repository.write("_posts/2022-01-17-NW20220117008.md", "no front matter\n").commit("bad");
    repository.write("_config.yml", "url: https://other.example\n").commit("moved");
    let run = repository.check(&["--since", "HEAD~1"]);
    assert!(run.said.contains("_config.yml changed, so everything was judged"), "{}", run.said);
    let full = repository.check(&[]);
    assert_eq!(run.findings, full.findings);
}

#[test]
fn an_index_follows_the_work_tree_and_goes_back() {
    let repository = linked();
    let check = |since: &str| check_in(repository.path(), &["--since", since, "--ignore", "FX"]).findings;
    let copy = "_posts/2022-01-18-NW20220118001.md";
    let text = post("NW20220118001", "换了说法，来源一样。").replace("id=NW20220118001", "id=NW20220117001");
    repository.write(copy, &text);
    assert_eq!(check("HEAD"), [format!("DU002 {copy}")]);
    assert_eq!(check("HEAD"), [format!("DU002 {copy}")]);
    repository.remove(copy);
    assert_eq!(check("HEAD"), [""; 0]);
    repository
        .write(
            "_posts/2022-01-19-NW20220119001.md",
            &post("NW20220119001", "又一篇。").replace("id=NW20220119001", "id=NW20220118001"),
        )
        .commit("another");
    assert_eq!(check("HEAD~1..HEAD"), [""; 0]);
    repository.git(&["checkout", "--quiet", "HEAD~1"]);
    repository.write(copy, &post("NW20220118001", "来源和另一个分支上的一样。"));
    assert_eq!(check("HEAD"), [""; 0]);
}

#[test]
fn a_page_that_leads_to_the_page_of_a_source_file_depends_on_it() {
    let repository = linked();
    let post = "_posts/2022-01-17-NW20220117002.md";
    repository.write("about.md", &format!("---\n---\n[the post]({post})\n")).commit("a page");
    assert_eq!(since(&repository, "HEAD~1"), [""; 0]);
    repository.remove(post).commit("delete");
    let found = since(&repository, "HEAD~1");
    assert!(found.contains(&"LK004 about.md".to_owned()), "{found:?}");
}
