//! What counts where nobody says anything, and what the archive's own files say, in the shape of the settings file.

use std::path::Path;

use super::{STATE_FILE, Surroundings};
use crate::config::{FailOn, File, Judge, Origin, Said, lines};
use crate::probe;
use crate::rules::FrontMatterSettings;
use crate::site;
use crate::store;

/// The defaults, of an archive in `root`. They are those of the stages: a test holds that settings made from them are the
/// ones that are made from nothing.
pub fn defaults(root: &Path) -> File {
    let mut file = File::default();
    let probe = probe::Settings::default();
    let fetch = &mut file.fetch;
    fetch.offline = Some(false);
    fetch.fresh = Some(false);
    fetch.concurrency = Some(probe.concurrency);
    fetch.per_host = Some(probe.per_host);
    fetch.pace = Some(probe.pace);
    fetch.timeout = Some(probe.timeout);
    fetch.retries = Some(probe.retries.into());
    fetch.max_redirects = Some(probe.max_redirects);
    fetch.respect_robots = Some(probe.respect_robots);
    fetch.allow_private = Some(probe.allow_private);
    fetch.judge = Some(Judge::SourceLinks);
    fetch.check_https = Some(true);
    fetch.check_mail = Some(false);
    fetch.insecure = Some(probe.insecure);
    let ages = store::MaxAge::default();
    let age = &mut fetch.max_age;
    age.alive = Some(ages.alive);
    age.moved = Some(ages.moved);
    age.dead = Some(ages.dead);
    age.failing = Some(ages.failing);
    age.blocked = Some(ages.blocked);
    age.suspect = Some(ages.suspect);
    age.longest = Some(ages.longest);
    let confirmation = store::Confirmation::default();
    fetch.confirm.runs = Some(confirmation.runs);
    fetch.confirm.days = u32::try_from(confirmation.span.as_secs() / 86_400).ok();
    let archive = probe::ArchiveSettings::default();
    file.archive.cdx = Some(archive.cdx);
    file.archive.replay = Some(archive.replay);
    file.archive.save = Some(archive.save);
    file.seal.check = Some(true);
    file.front_matter.required = Some(FrontMatterSettings::default().required);
    file.rules.select = Some(vec!["ALL".to_owned()]);
    file.report.folder = Some("reports".into());
    file.report.fail_on = Some(FailOn::default());
    file.report.all_addresses = Some(false);
    file.site.engine = Some(engine_name(site::Engine::default()).to_owned());
    file.state = Some(root.join(STATE_FILE));
    file.remember = Some(true);
    file.threads = Some(0);
    file
}

/// The settings that the archive's own files say.
pub fn site_says(surroundings: &Surroundings) -> Vec<Said> {
    let mut said = Vec::new();
    let config = surroundings.config.as_deref().unwrap_or_default();
    let (site, _) = site::Settings::from_config(config);
    let in_config = |key: &str| Origin::Site { file: "_config.yml".to_owned(), line: lines(config).get(key).copied() };
    let cname = surroundings.cname.as_deref().unwrap_or_default().trim();
    let in_cname = || Origin::Site { file: "CNAME".to_owned(), line: Some(1) };
    if !site.url.is_empty() {
        said.push(Said { key: "site.url".to_owned(), value: site.url.as_str().into(), origin: in_config("url") });
    } else if !cname.is_empty() {
        said.push(Said { key: "site.url".to_owned(), value: format!("https://{cname}").into(), origin: in_cname() });
    }
    if !cname.is_empty() {
        let value = serde_yaml::Value::Sequence(vec![cname.to_ascii_lowercase().into()]);
        said.push(Said { key: "site.aliases".to_owned(), value, origin: in_cname() });
    }
    // Whom to complain to is the site, where nobody is named.
    let home = said.iter().find(|one| one.key == "site.url").cloned();
    said.extend(home.map(|home| Said { key: "fetch.contact".to_owned(), ..home }));
    said.extend(engine_said(surroundings, !cname.is_empty()));
    said
}

/// The engine, where some file beside the sources tells it.
fn engine_said(surroundings: &Surroundings, has_cname: bool) -> Option<Said> {
    let files = site::BuildFiles {
        lock: surroundings.gemfile_lock.as_deref(),
        gemfile: surroundings.gemfile.as_deref(),
        workflows: &surroundings.workflows,
        has_cname,
    };
    let (engine, why) = site::found_engine(&files);
    let file = match why {
        "Gemfile.lock" | "Gemfile" => why,
        _ if why.starts_with("a workflow ") => ".github/workflows",
        _ if why.starts_with("a CNAME ") => "CNAME",
        _ => return None,
    };
    let origin = Origin::Site { file: file.to_owned(), line: None };
    Some(Said { key: "site.engine".to_owned(), value: engine_name(engine).into(), origin })
}

fn engine_name(engine: site::Engine) -> &'static str {
    match engine {
        site::Engine::Jekyll3 => "jekyll-3.10",
        site::Engine::Jekyll4 => "jekyll-4",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::Settings;
    use super::*;

    fn made_from(file: &File, surroundings: &Surroundings) -> String {
        let clock = || Box::new(|| Timestamp::UNIX_EPOCH);
        let settings = Settings::new(Path::new("/a"), file, surroundings, clock()).unwrap();
        let Settings { probe, store, rules, site, state, fresh, offline, all_addresses, fail_on, .. } = &settings;
        let count = settings.selection.rules().len();
        let probe = (probe.concurrency, probe.per_host, probe.pace, probe.timeout, probe.retries, probe.max_redirects);
        let asks = (&settings.probe.user_agent, settings.probe.allow_private, offline, fresh, settings.judge);
        let trusts = (settings.probe.insecure, settings.probe.ask_https, settings.probe.respect_robots);
        let others = (&settings.archive.cdx, &settings.archive.replay, &settings.archive.save, &settings.seal, trusts);
        format!(
            "{probe:?} {asks:?} {others:?} {store:?} {:?} {site:?} {state:?} {all_addresses} {fail_on:?} {count} {} {:?}",
            rules.front_matter.required, settings.walk.threads, settings.notices
        )
    }

    #[test]
    fn settings_made_from_the_defaults_are_those_made_from_nothing() {
        let surroundings = Surroundings::default();
        assert_eq!(made_from(&defaults(Path::new("/a")), &surroundings), made_from(&File::default(), &surroundings));
    }

    #[test]
    fn the_archives_own_files_say_where() {
        let surroundings = Surroundings {
            config: Some("title: a\nurl: https://a.cn\n".to_owned()),
            cname: Some("www.A.cn\n".to_owned()),
            gemfile_lock: Some("    jekyll (4.3.3)\n".to_owned()),
            ..Surroundings::default()
        };
        let said: Vec<(String, Origin)> = site_says(&surroundings).into_iter().map(|s| (s.key, s.origin)).collect();
        let site = |file: &str, line| Origin::Site { file: file.to_owned(), line };
        assert_eq!(
            said,
            [
                ("site.url".to_owned(), site("_config.yml", Some(2))),
                ("site.aliases".to_owned(), site("CNAME", Some(1))),
                ("fetch.contact".to_owned(), site("_config.yml", Some(2))),
                ("site.engine".to_owned(), site("Gemfile.lock", None)),
            ]
        );
        assert_eq!(site_says(&Surroundings::default()), []);
    }
}
