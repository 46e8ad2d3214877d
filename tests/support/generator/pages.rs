//! The files of the archive that are no posts.

use super::article::{Medium, medium};
use super::{File, Truth};

const CONFIG: &str = "\
title: 财经新闻存档
url: https://finews.withounder.com
timezone: Asia/Shanghai
lang: zh-CN
theme: jekyll-theme-minimal
plugins:
  - jekyll-feed
exclude:
  - old_post
  - postproof.yml
";

const CONVENTIONS: &str = "\
navigation:
  - text: 返回{tag}
    target: /category/{category}.html
  - text: 返回首页
    target: /
source_link: http://finews.zning.xyz/html_News/NewsShare.html?infoCode={id}
";

const DEFAULT_LAYOUT: &str = "\
<!DOCTYPE html>
<html lang=\"{{ site.lang }}\">
<head><meta charset=\"utf-8\"><title>{{ page.title }}</title></head>
<body>{{ content }}</body>
</html>
";

const POST_LAYOUT: &str = "\
---
layout: default
---
<h1>{{ page.title }}</h1>
<time>{{ page.date | date: \"%F %T\" }}</time>
{{ content }}
";

const CATEGORY_LAYOUT: &str = "\
---
layout: default
---
<h1>{{ page.title }}</h1>
<ul>{% for post in site.categories[page.category] %}<li><a href=\"{{ post.url }}\">{{ post.title }}</a></li>{% endfor %}</ul>
";

const HOME: &str = "\
---
layout: default
title: 财经新闻存档
permalink: /
---
每日财经新闻的存档。旧文章在仓库的 `old_post` 里。[关于](about.html)
";

const ABOUT: &str = "\
---
layout: default
title: 关于
---
## 说明

文章由程序收集，版权归原作者所有。[返回首页](/)
";

const NOT_FOUND: &str = "\
---
layout: default
title: 没有这一页
permalink: /404.html
---
三天以前的文章已经移到仓库的 `old_post`。[返回首页](/)
";

/// The first medium's category in full-width letters.
pub(super) const VARIANT: &str = "ｓｈａｍｅｎｒｉｂａｏ";

/// A category with a space in it.
pub(super) const SPACED: &str = "teyue pinglun";

/// The site's own files and the pages of `categories` categories.
pub(super) fn pages(categories: usize, is_damaged: bool) -> Vec<File> {
    let mut files = vec![
        file("_config.yml", CONFIG),
        file("postproof.yml", CONVENTIONS),
        file("_layouts/default.html", DEFAULT_LAYOUT),
        file("_layouts/post.html", POST_LAYOUT),
        file("_layouts/category.html", CATEGORY_LAYOUT),
        file("README.md", HOME),
        file("about.md", ABOUT),
        file("404.md", NOT_FOUND),
        file("CNAME", if is_damaged { "finews.zning.me\n" } else { "finews.withounder.com\n" }),
    ];
    if is_damaged {
        blame(&mut files, 1, "NV009", "url names another host");
    }
    for number in 0..categories {
        let Medium { category, name } = medium(number);
        // The script that writes these pages reused a loop variable.
        let is_mixed_up = is_damaged && number % 191 == 1;
        let title = if is_mixed_up { medium(number + 1).name } else { name };
        files.push(category_page(&category, &title));
        if is_mixed_up {
            blame(&mut files, 3, "NV005", "another medium's title");
        }
    }
    if is_damaged {
        files.push(category_page("tingkan", "停刊周报"));
        blame(&mut files, 4, "NV006", "no post belongs to it");
        files.push(category_page(VARIANT, &medium(0).name));
        files.push(category_page(SPACED, "特约评论"));
        files.push(file("guanyu.md", &ABOUT.replace("title: 关于", "title: 关于\npermalink: /about.html")));
        // What is written last is served; the finding belongs to the page that is lost.
        let about = files.iter().position(|file| file.path == "about.md").map_or(0, |index| index + 1);
        blame(files.get_mut(..about).unwrap_or_default(), 0, "DU001", "guanyu.md has its address");
    }
    files
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), bytes: text.into(), truth: Vec::new() }
}

fn category_page(category: &str, name: &str) -> File {
    let text = format!("---\nlayout: category\ntitle: {name}新闻\ncategory: {category}\n---\n");
    file(&format!("category/{category}.html"), &text)
}

fn blame(files: &mut [File], line: u32, code: &'static str, note: &'static str) {
    if let Some(file) = files.last_mut() {
        file.truth.push(Truth { line, code, note });
    }
}
