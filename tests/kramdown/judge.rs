//! The Ruby process that renders texts with the real kramdown.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running judge; it ends when its input does.
pub(crate) struct Judge {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Judge {
    /// Starts Ruby.
    pub(crate) fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kramdown/judge.rb");
        let mut command = Command::new("ruby");
        command.args(["-W0", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("ruby with kramdown is installed");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("the output is piped"));
        Self { process, input, output }
    }

    /// The HTML of a text, or the name of the error that kramdown stops with.
    pub(crate) fn ask(&mut self, text: &str, options: &Value) -> Result<String, String> {
        let question = json!({ "text": text, "options": options });
        let input = self.input.as_mut().expect("the judge is running");
        writeln!(input, "{question}").expect("the judge reads");
        input.flush().expect("the judge reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the judge answers");
        let answer: Value = serde_json::from_str(&line).expect("the judge answers in JSON");
        match answer["html"].as_str() {
            Some(html) => Ok(html.to_owned()),
            None => Err(answer["error"].as_str().unwrap_or("no answer").to_owned()),
        }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
