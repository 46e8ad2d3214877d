# frozen_string_literal: true

# Asks real Jekyll which files it writes for each site of a folder.
#
# Usage: ruby judge.rb FOLDER < /dev/null > verdicts.json
#
# Each folder in FOLDER is the source of one site. Jekyll is loaded once; every site is built in a fork of its own,
# so that plugins, caches and the time zone of one site do not reach the next. Nothing is asked of the network.
# The answer maps each site to {"files": {file: [source, url]}} or {"error": words}; the source is the path that wrote
# the file last, or null where a plugin made it up.

require "json"
require "tmpdir"
ENV["TZ"] = "UTC"
ENV["JEKYLL_ENV"] = "production"
ENV["JEKYLL_NO_BUNDLER_REQUIRE"] = "true"
require "jekyll"

NOW = "2024-06-15 12:00:00 +0000"

def build(source, destination)
  own = File.join(source, "_config.yml")
  named = File.exist?(own) && (YAML.load_file(own) || {})["destination"]
  destination = File.join(source, named) if named
  Jekyll.logger.log_level = :error
  options = { "source" => source, "destination" => destination, "time" => NOW, "disable_disk_cache" => true, "quiet" => true }
  config = on_github_pages(Jekyll.configuration(options))
  site = Jekyll::Site.new(config)
  site.process
  { "files" => written(site, source, destination), "engine" => Jekyll::VERSION }
end

# GitHub Pages, which stays on Jekyll 3, runs these plugins always and those if a site names them, and no others
# (github-pages, lib/github-pages/plugins.rb); of them these can add addresses.
ALWAYS = %w(jekyll-paginate jekyll-optional-front-matter jekyll-readme-index jekyll-relative-links).freeze
ALLOWED = %w(jekyll-feed jekyll-redirect-from jekyll-sitemap).freeze

def on_github_pages(config)
  return config unless Jekyll::VERSION.start_with?("3.")

  plugins = ALWAYS | (Array(config["plugins"]) & ALLOWED)
  Jekyll::Configuration[config.merge("plugins" => plugins, "whitelist" => plugins, "safe" => true)]
end

def written(site, source, destination)
  files = {}
  site.each_site_file do |item|
    file = item.destination(destination).delete_prefix("#{destination}/")
    files[file] = [source_of(item, site, source), item.url]
  end
  on_disk = Dir.glob("**/*", File::FNM_DOTMATCH, base: destination).select { |path| File.file?(File.join(destination, path)) }
  raise "each_site_file and the disk differ: #{files.keys - on_disk} #{on_disk - files.keys}" if files.keys.sort != on_disk.sort

  files.sort.to_h
end

def source_of(item, site, source)
  return nil if item.class.name =~ /Redirect|WithoutAFile|Archive|SourceMap/
  return nil if item.is_a?(Jekyll::Page) && item.pager && item.pager.page > 1

  path = item.path
  path = File.join(source, path) unless path.start_with?("/")
  # Plugins that make pages of a collection's files forget the folder of the collections.
  path = path.sub(source, File.join(source, site.config["collections_dir"])) unless File.exist?(path)
  File.exist?(path) ? path.delete_prefix("#{source}/") : nil
end

def verdict(source)
  reader, writer = IO.pipe
  child = fork do
    reader.close
    $stdout.reopen(File::NULL)
    $stderr.reopen(File::NULL) unless ENV["JUDGE_LOUD"]
    answer = Dir.mktmpdir do |destination|
      build(source, destination)
    rescue Exception => error # rubocop:disable Lint/RescueException -- whatever stops Jekyll is the answer
      { "error" => "#{error.class}: #{error.message.gsub(source, "SOURCE").gsub(destination, "SITE")}".lines.first.strip }
    end
    writer.write(JSON.generate(answer))
    writer.close
    exit!(0)
  end
  writer.close
  answer = JSON.parse(reader.read)
  Process.wait(child)
  answer
end

folder = File.realpath(ARGV.fetch(0))
answers = Dir.children(folder).sort.to_h { |name| [name, verdict(File.join(folder, name))] }
puts JSON.pretty_generate(answers)
