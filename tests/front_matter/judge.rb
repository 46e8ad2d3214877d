# Asks Jekyll itself what it makes of front matter, dates and file names.
#
#   ruby judge.rb < cases.json > record.json
#
# One process, one temporary site; the clock of the build is fixed. Jekyll as released reads YAML with the gem
# safe_yaml; where that gem is missing (Debian's Jekyll has it patched out), the values of scalars are left out of the
# answer, and everything else is asked all the same.

require "json"
require "date"
require "time"
require "tmpdir"
require "fileutils"
require "jekyll"

begin
  require "safe_yaml/load"
  TYPED = true
  Jekyll::Utils.define_singleton_method(:safe_load_yaml) { |yaml| SafeYAML.load(yaml) }
rescue LoadError
  TYPED = false
end

Jekyll.logger.log_level = :error
Jekyll.logger.writer.define_singleton_method(:error) { |*| }
ZONES = %w(UTC Asia/Shanghai).freeze
CLOCKS = [Time.utc(2026, 1, 2, 3, 4, 5), Time.utc(2027, 10, 11, 12, 13, 14)].freeze

def typed(value, depth = 0)
  return ["deep"] if depth > 8

  case value
  when nil then ["nothing"]
  when true, false then ["bool", value]
  when Integer then ["integer", value.to_s]
  when Float then ["float", value.to_s]
  when DateTime, Date then ["date", value.to_s]
  when Time then ["time", value.to_s]
  when String then ["text", value]
  when Array then ["list", value.map { |item| typed(item, depth + 1) }]
  when Hash then ["map", value.map { |key, item| [key.to_s, typed(item, depth + 1)] }]
  else [value.class.to_s]
  end
end

# Psych knows syntax alone, whatever reads the types.
def syntax(yaml)
  parser = Psych::Parser.new(Psych::TreeBuilder.new)
  parser.handler.define_singleton_method(:end_document) { |*args| throw :first_document }
  catch(:first_document) { parser.parse(yaml) }
  nil
rescue Psych::SyntaxError => e
  e.message
end

def in_zone(zone, clock)
  ENV["TZ"] = zone
  Jekyll::Utils.instance_variable_set(:@parse_date_cache, nil)
  Time.define_singleton_method(:now) { |*args, **opts| clock.getlocal }
  yield
ensure
  Time.singleton_class.send(:remove_method, :now)
end

def site_in(dir)
  Jekyll::Site.new(
    Jekyll.configuration(
      "source" => dir, "destination" => File.join(dir, "_site"), "quiet" => true,
      "time" => CLOCKS.first, "plugins" => [], "disable_disk_cache" => true
    )
  )
end

def post(site, path)
  document = Jekyll::Document.new(path, :site => site, :collection => site.posts)
  document.read
  { "url" => document.url, "title" => document.data["title"].to_s, "categories" => document.data["categories"] }
rescue Jekyll::Errors::FatalException => e
  { "fatal" => e.class.name.split("::").last }
rescue StandardError => e
  { "fails" => e.class.name }
end

def page(site, dir, name)
  page = Jekyll::Page.new(site, dir, "", name)
  { "keys" => page.data.keys.map(&:to_s), "url" => page.url }
rescue Jekyll::Errors::FatalException, SystemExit, ArgumentError => e
  { "fatal" => e.class.name.split("::").last }
rescue StandardError => e
  { "fails" => e.class.name }
end

def judge_block(site, dir, text)
  answer = { "split" => nil }
  bare = text.sub(/\A\u{FEFF}/, "")
  if bare =~ Jekyll::Document::YAML_FRONT_MATTER_REGEXP
    yaml = Regexp.last_match(1)
    answer["split"] = [yaml, Regexp.last_match.post_match]
    answer["syntax"] = syntax(yaml)
    if TYPED && answer["syntax"].nil?
      answer["value"] = begin
        typed(SafeYAML.load(yaml))
      rescue StandardError => e
        ["fails", e.class.name]
      end
    end
  end
  return answer unless TYPED

  path = File.join(dir, "_posts", "2020-01-02-case.md")
  File.binwrite(path, text)
  File.binwrite(File.join(dir, "case.md"), text)
  answer["is_page"] = Jekyll::Utils.has_yaml_header?(path)
  answer["page"] = page(site, dir, "case.md")
  answer["post"] = ZONES.to_h do |zone|
    [zone, in_zone(zone, CLOCKS.first) { post(site, path) }]
  end
  answer
end

def judge_date(text)
  ZONES.to_h do |zone|
    answers = CLOCKS.map do |clock|
      in_zone(zone, clock) do
        Jekyll::Utils.parse_date(text).to_i
      rescue Jekyll::Errors::InvalidDateError
        "invalid"
      rescue StandardError
        "dropped"
      end
    end
    [zone, answers.uniq.size == 1 ? answers.first : "of-build"]
  end
end

def judge_name(site, dir, name)
  return { "skipped" => true } unless Jekyll::Document::DATE_FILENAME_MATCHER.match?(name)

  path = File.join(dir, "_posts", name)
  File.binwrite(path, "---\n---\n")
  in_zone("UTC", CLOCKS.first) { post(site, path) }
ensure
  FileUtils.rm_f(path) if path
end

cases = JSON.parse($stdin.read)
record = Dir.mktmpdir do |dir|
  FileUtils.mkdir_p(File.join(dir, "_posts"))
  site = site_in(dir)
  {
    "jekyll" => Jekyll::VERSION, "typed" => TYPED,
    "blocks" => cases["blocks"].map { |text| judge_block(site, dir, text) },
    "dates"  => cases["dates"].map { |text| judge_date(text) },
    "names"  => cases["names"].map { |name| judge_name(site, dir, name) },
  }
end
# One answer a line, so that a change shows.
lines = record.map do |key, value|
  next "#{JSON.generate(key)}: #{JSON.generate(value)}" unless value.is_a?(Array)

  "#{JSON.generate(key)}: [\n#{value.map { |answer| JSON.generate(answer) }.join(",\n")}\n]"
end
puts "{\n#{lines.join(",\n")}\n}"
