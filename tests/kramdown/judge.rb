# Renders each text with kramdown as Jekyll does, and answers with the HTML.
#
# One JSON object a line comes in: {"text": "…", "options": {…}}.
# One JSON object a line goes out: {"html": "…"} or {"error": "…"}.
# Code is not highlighted: highlighting adds no link and no id.

require "json"
require "timeout"
require "kramdown"
require "kramdown-parser-gfm"

DEFAULTS = {
  "auto_ids" => true,
  "toc_levels" => (1..6).to_a,
  "entity_output" => "as_char",
  "smart_quotes" => "lsquo,rsquo,ldquo,rdquo",
  "input" => "GFM",
  "hard_wrap" => false,
  "guess_lang" => true,
  "footnote_nr" => 1,
  "show_warnings" => false,
  "syntax_highlighter" => nil,
}.freeze

$stdin.set_encoding("UTF-8")
$stdout.set_encoding("UTF-8")

$stdin.each_line do |line|
  question = JSON.parse(line)
  answer =
    begin
      Timeout.timeout(5) do
        document = Kramdown::Document.new(question["text"], DEFAULTS.merge(question["options"] || {}))
        { "html" => document.to_html }
      end
    rescue StandardError, SystemStackError => error
      { "error" => error.class.name }
    end
  $stdout.puts(JSON.generate(answer))
  $stdout.flush
end
