//! Which Jekyll a `Gemfile.lock` names.
//!
//! The lock says what a build installs, to the version; what a workflow runs beside it is not looked at.

use crate::front_matter::Engine;

/// The engine that the text of a `Gemfile.lock` names; `None` if it names no Jekyll.
///
/// Bundler indents a gem that it installs by four spaces, and what such a gem asks for by six. `github-pages` stands
/// for Jekyll 3.10 whatever else is there: GitHub's own build takes no other.
pub fn locked_engine(lock: &str) -> Option<Engine> {
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

/// The engine of a version: whatever comes after Jekyll 4 is more like it than like 3.10.
fn engine_of(version: &str) -> Option<Engine> {
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    let major: u32 = version.get(..digits)?.parse().ok()?;
    Some(if major < 4 { Engine::Jekyll3 } else { Engine::Jekyll4 })
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
}
