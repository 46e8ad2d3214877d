# frozen_string_literal: true

# Reads texts, each as one line of JSON, and prints for each what Liquid with Jekyll's tags makes of it:
# "ok", or the message of the error that would stop the build.

require "json"
require "jekyll"

class Silent < Liquid::Tag
end

%w[seo feed_meta gist avatar github_edit_link include_cached].each { |name| Liquid::Template.register_tag(name, Silent) }

$stdout.sync = true
$stdin.each_line do |line|
  verdict =
    begin
      Liquid::Template.parse(JSON.parse(line), :error_mode => :warn, :line_numbers => true)
      "ok"
    rescue StandardError, ScriptError, SystemStackError => e
      "#{e.class}: #{e.message.split.join(" ")[0, 400]}"
    end
  puts JSON.generate(verdict)
end
