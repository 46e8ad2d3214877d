//! Which Jekyll builds the site, told by the files beside the sources.
//!
//! `Gemfile.lock` says what a build installs, to the version. Without one, the workflows say whether GitHub's own build
//! runs or a command that takes whatever Jekyll is newest. A site of which nothing is said is built by GitHub Pages.

use serde_yaml::Value;

use crate::front_matter::Engine;

/// The texts that tell which Jekyll builds a site.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildFiles<'a> {
    /// `Gemfile.lock`.
    pub lock: Option<&'a str>,
    /// `Gemfile`.
    pub gemfile: Option<&'a str>,
    /// The workflows below `.github/workflows`.
    pub workflows: &'a [String],
    /// Whether a `CNAME` names the host that GitHub Pages serves.
    pub has_cname: bool,
}

/// The engine that builds a site, and what told it.
pub fn found_engine(files: &BuildFiles<'_>) -> (Engine, &'static str) {
    let steps: Vec<Step> = files.workflows.iter().flat_map(|workflow| steps(workflow)).collect();
    if steps.iter().any(Step::is_pages_build) {
        // The action brings its own gems, whatever is locked (actions/jekyll-build-pages, its Dockerfile).
        return (Engine::Jekyll3, "a workflow runs actions/jekyll-build-pages");
    }
    if let Some(engine) = files.lock.and_then(locked_engine) {
        return (engine, "Gemfile.lock");
    }
    if let Some(engine) = files.gemfile.and_then(named_engine) {
        return (engine, "Gemfile");
    }
    if let Some(engine) = steps.iter().find_map(Step::container) {
        return (engine, "a workflow runs a container of this Jekyll");
    }
    if steps.iter().any(Step::runs_jekyll) {
        return (Engine::Jekyll4, "a workflow runs `jekyll build`, and nothing holds it to an older Jekyll");
    }
    if files.has_cname && steps.is_empty() {
        return (Engine::Jekyll3, "a CNAME and no workflow: GitHub Pages builds the branch");
    }
    (Engine::Jekyll3, "nothing says otherwise: GitHub Pages runs 3.10")
}

/// The engine that the text of a `Gemfile.lock` names; `None` if it names no Jekyll.
///
/// Bundler indents a gem that it installs by four spaces, and what such a gem asks for by six. `github-pages` stands
/// for Jekyll 3.10 whatever else is there: GitHub's own build takes no other.
fn locked_engine(lock: &str) -> Option<Engine> {
    let mut found = None;
    for line in lock.lines() {
        let Some((name, version)) = line.strip_prefix("    ").and_then(|gem| gem.split_once(" (")) else { continue };
        match name {
            "github-pages" => return Some(Engine::Jekyll3),
            "jekyll" => found = engine_of(version).or(found),
            _ => {}
        }
    }
    found
}

/// The engine that a `Gemfile` asks for: `gem "github-pages"`, or `gem "jekyll"` with or without a version.
fn named_engine(gemfile: &str) -> Option<Engine> {
    let mut found = None;
    for line in gemfile.lines() {
        let Some(rest) = line.trim_start().strip_prefix("gem").map(|rest| rest.trim_start_matches([' ', '('])) else {
            continue;
        };
        let mut words = rest.split(['"', '\'']).skip(1).step_by(2);
        match words.next() {
            Some("github-pages") => return Some(Engine::Jekyll3),
            Some("jekyll") => {
                let version = words.next().map(|version| version.trim_start_matches(['~', '>', '=', ' ']));
                found = version.and_then(engine_of).or(Some(Engine::Jekyll4));
            }
            _ => {}
        }
    }
    found
}

/// The engine of a version: whatever comes after Jekyll 4 is more like it than like 3.10.
fn engine_of(version: &str) -> Option<Engine> {
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    let major: u32 = version.get(..digits)?.parse().ok()?;
    Some(if major < 4 { Engine::Jekyll3 } else { Engine::Jekyll4 })
}

/// A step of a workflow.
#[derive(Debug, Default)]
struct Step {
    uses: String,
    run: String,
}

impl Step {
    fn is_pages_build(&self) -> bool {
        self.uses.starts_with("actions/jekyll-build-pages@")
    }

    fn runs_jekyll(&self) -> bool {
        self.run.lines().any(|line| line.split('#').next().unwrap_or_default().contains("jekyll build"))
    }

    /// `docker://jekyll/jekyll:4.2`, or the same in a command.
    fn container(&self) -> Option<Engine> {
        [&self.uses, &self.run].into_iter().find_map(|text| {
            ["jekyll/jekyll:", "jekyll/builder:"].iter().find_map(|image| engine_of(text.split_once(image)?.1))
        })
    }
}

/// The steps of a workflow's jobs; none where it is no workflow.
fn steps(workflow: &str) -> Vec<Step> {
    let root: Value = serde_yaml::from_str(workflow).unwrap_or_default();
    let jobs = root.get("jobs").and_then(Value::as_mapping);
    let steps = jobs.into_iter().flat_map(|jobs| jobs.values()).filter_map(|job| job.get("steps")?.as_sequence());
    let text = |step: &Value, key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    steps.flatten().map(|step| Step { uses: text(step, "uses"), run: text(step, "run") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gem_that_is_installed_decides() {
        let lock = |gem: &str| {
            format!("GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      jekyll (>= 3.8)\n{gem}")
        };
        for (gem, engine) in [
            ("    jekyll (4.3.3)\n      addressable (~> 2.4)\n", Some(Engine::Jekyll4)),
            ("    jekyll (4.4.1-x86_64-linux)\r\n", Some(Engine::Jekyll4)),
            ("    jekyll (5.0.0.pre)\n", Some(Engine::Jekyll4)),
            ("    jekyll (3.10.0)\n", Some(Engine::Jekyll3)),
            ("    github-pages (232)\n      jekyll (= 3.10.0)\n    jekyll (3.10.0)\n", Some(Engine::Jekyll3)),
            ("    jekyll (4.3.3)\n    github-pages (1)\n", Some(Engine::Jekyll3)),
            ("    jekyll-feed (0.17.0)\n      jekyll (>= 4.0)\n", None),
            ("\nDEPENDENCIES\n  jekyll (~> 4.3)\n", None),
        ] {
            assert_eq!(locked_engine(&lock(gem)), engine, "{gem}");
        }
    }

    #[test]
    fn a_damaged_lock_names_nothing() {
        for lock in
            ["", "    jekyll (", "    jekyll (x)", "    jekyll (99999999999.0)", "    jekyll", "\0    jekyll (4"]
        {
            assert_eq!(locked_engine(lock), None, "{lock}");
        }
        assert_eq!(locked_engine(&"    jekyll (".repeat(100_000)), None);
    }

    #[test]
    fn a_gemfile_asks_for_an_engine() {
        for (gemfile, engine) in [
            ("source \"x\"\ngem \"jekyll\", \"~> 4.3\"\n", Some(Engine::Jekyll4)),
            ("gem 'jekyll', '3.9.5'\n", Some(Engine::Jekyll3)),
            ("  gem(\"jekyll\")\n", Some(Engine::Jekyll4)),
            ("gem \"github-pages\", group: :jekyll_plugins\n", Some(Engine::Jekyll3)),
            ("# gem \"jekyll\", \"4\"\n", None),
            ("gem \"jekyll-feed\", \"0.17\"\n", None),
            ("gem \"jekyll", Some(Engine::Jekyll4)),
            ("gem", None),
        ] {
            assert_eq!(named_engine(gemfile), engine, "{gemfile}");
        }
    }

    fn workflow(step: &str) -> String {
        format!(
            "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - {step}\n"
        )
    }

    #[test]
    fn the_workflows_tell_who_builds() {
        let pages = workflow("uses: actions/jekyll-build-pages@v1");
        let bundle = workflow("run: |\n          bundle exec jekyll build --baseurl x");
        let container = workflow("run: docker run -v .:/srv/jekyll jekyll/builder:3.8 jekyll build");
        let comment = workflow("run: make # jekyll build");
        let found = |workflow: &str, lock: Option<&str>, has_cname: bool| {
            let workflows = [workflow.to_owned()];
            let workflows = if workflow.is_empty() { &[][..] } else { &workflows[..] };
            found_engine(&BuildFiles { lock, gemfile: None, workflows, has_cname }).0
        };
        let lock = Some("    jekyll (4.3.3)\n");
        assert_eq!(found(&pages, lock, false), Engine::Jekyll3, "the action does not look at the lock");
        assert_eq!(found(&bundle, Some("    jekyll (3.9.0)\n"), false), Engine::Jekyll3);
        assert_eq!(found(&bundle, None, true), Engine::Jekyll4);
        assert_eq!(found(&container, None, true), Engine::Jekyll3);
        assert_eq!(found(&comment, None, false), Engine::Jekyll3);
        assert_eq!(found("", lock, true), Engine::Jekyll4);
        assert_eq!(found("", None, true), Engine::Jekyll3);
    }

    #[test]
    fn what_is_no_workflow_tells_nothing() {
        for text in
            ["", "jobs: [", "jobs: 1", "jobs: {a: {steps: x}}", "jobs: {a: {steps: [1, {run: [2]}]}}", "\u{FEFF}"]
        {
            let workflows = [text.to_owned()];
            let files = BuildFiles { workflows: &workflows, ..BuildFiles::default() };
            assert_eq!(found_engine(&files).0, Engine::Jekyll3, "{text}");
        }
    }
}
