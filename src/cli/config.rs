//! `config`: every setting that counts, and where it comes from.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::check::SettingsArgs;
use super::exit_code::Exit;
use super::home::Home;
use super::voice::Voice;
use super::{archive, output};
use crate::check::{defaults, site_says};
use crate::config::{self, Effective, Layers, Origin};
use crate::language::{Message, say};
use crate::report::{masked, visible};
use crate::text::secret::mask;

/// What `config` is told.
///
/// A flag wins over the environment, the environment over postproof.yml, that over `_config.yml`, and that over the
/// default. The variable of a key is `POSTPROOF_` and the key in capitals, its dots as underscores:
/// `POSTPROOF_FETCH_PACE=250ms`.
#[derive(Clone, Debug, Args)]
pub(super) struct ConfigArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How the settings are printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ConfigFormat,
    /// The settings file [default: postproof.yml in the archive].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// How settings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ConfigFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For programs, and for people who write YAML.
    Yaml,
}

/// Prints the settings.
pub(super) fn config(args: &ConfigArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let home = Home::on_disk(&args.path);
    let found = match archive::layered(args.config.clone(), &home, voice) {
        Ok(found) => found,
        Err(error) => {
            voice.error(error.message());
            return Ok(Exit::Usage);
        }
    };
    voice.settle(found.file.report.language);
    let all = args.settings.clone().over(found.file);
    let surroundings = archive::surroundings(&home, &all, found.path.as_deref())?;
    let flags = args.settings.clone().over(config::File::default());
    // What cannot be used is told as `check` tells it.
    let clock = Box::new(jiff::Timestamp::now);
    if let Err(error) = crate::check::Settings::new(&args.path, &all, &surroundings, clock) {
        voice.error(error.message());
        return Ok(Exit::Usage);
    }
    let (defaults, site) = (defaults(&args.path), site_says(&surroundings));
    let layers = Layers {
        defaults: &defaults,
        site: &site,
        file: found.text.as_deref(),
        environment: &found.overrides,
        flags: &flags,
        all: &all,
    };
    let settings = config::effective(&layers);
    let name = found.path.as_deref().map_or_else(|| "postproof.yml".to_owned(), |path| path.display().to_string());
    let text = match args.format {
        ConfigFormat::Text => text(&settings, &name, voice)?,
        ConfigFormat::Json => format!("{:#}\n", data(&settings, &name)),
        ConfigFormat::Yaml => serde_yaml::to_string(&data(&settings, &name))?,
    };
    output::print(&text)?;
    Ok(Exit::Healthy)
}

/// Keys whose texts are secrets: the value of a header of `fetch.headers`, and what `fetch.hosts` and `archive` name.
const SECRET: [&str; 4] = ["value", "headers", "credentials", "archive.credentials"];

/// A value without its secrets.
fn shown(setting: &Effective) -> Value {
    let mut value = serde_json::to_value(&setting.value).unwrap_or_default();
    hide(&mut value, &setting.key);
    value
}

/// Masks what is under a key: texts of headers and of credentials wholly, others where they carry a secret.
fn hide(value: &mut Value, key: &str) {
    match value {
        // The name of a variable is no secret.
        Value::String(text) if SECRET.contains(&key) && !text.starts_with('$') => "***".clone_into(text),
        Value::String(text) => *text = masked(mask, text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, key)),
        Value::Object(object) => {
            for (part, value) in object.iter_mut() {
                // Whatever a header or a password is called, it is one.
                let is_below = matches!(key, "headers" | "credentials");
                hide(value, if is_below { key } else { part });
            }
        }
        _ => {}
    }
}

fn place(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

fn words(origin: &Origin, name: &str, voice: &Voice) -> String {
    match origin {
        Origin::Default => voice.say(&say!("default")),
        Origin::Site { file, line } => place(file, *line),
        Origin::File { line } => place(name, *line),
        Origin::Environment(variable) => format!("${variable}"),
        Origin::Flag => voice.say(&say!("flag")),
    }
}

fn text(settings: &[Effective], name: &str, voice: &Voice) -> Result<String, std::fmt::Error> {
    let rows: Vec<(String, String, String)> = settings
        .iter()
        .map(|setting| {
            let value = match shown(setting) {
                Value::Null => "-".to_owned(),
                Value::String(text) => text,
                other => other.to_string(),
            };
            let origins = setting.origins.iter().map(|origin| Message::text(words(origin, name, voice)));
            let origins = origins.reduce(|first, second| say!("{first} and {second}", first, second));
            let origins = origins.map(|origins| voice.say(&origins)).unwrap_or_default();
            (visible(&setting.key).into_owned(), visible(&value).into_owned(), origins)
        })
        .collect();
    let width = |part: fn(&(String, String, String)) -> &String, most: usize| {
        rows.iter().map(|row| part(row).chars().count()).max().unwrap_or(0).min(most)
    };
    let (keys, values) = (width(|row| &row.0, 40), width(|row| &row.1, 40));
    let mut text = String::new();
    for (key, value, origins) in &rows {
        writeln!(text, "{key:<keys$}  {value:<values$}  {}", visible(origins))?;
    }
    Ok(text)
}

fn data(settings: &[Effective], name: &str) -> Value {
    let origin = |origin: &Origin| match origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::Site { file, line } => json!({"kind": "site", "file": file, "line": line}),
        Origin::File { line } => json!({"kind": "file", "file": name, "line": line}),
        Origin::Environment(variable) => json!({"kind": "environment", "variable": variable}),
        Origin::Flag => json!({"kind": "flag"}),
    };
    let setting = |setting: &Effective| {
        let from: Vec<Value> = setting.origins.iter().map(origin).collect();
        json!({"key": setting.key, "value": shown(setting), "from": from})
    };
    json!({"version": 1, "settings": settings.iter().map(setting).collect::<Vec<_>>()})
}
