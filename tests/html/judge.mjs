// Opens the pages that the test wrote in a real browser, uses them as a person would, and says what it saw, as JSON.
// Usage: node judge.mjs FOLDER MODULES [SCREENSHOTS]; FOLDER has demo.en.html, demo.zh.html, large.html, known.html, hostile.html.
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modules, screenshots] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, "node_modules", "anything.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const profile = mkdtempSync(join(tmpdir(), "postproof-browser-"));
const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  ],
};
const timings = {};
const verdicts = {};

/** What went wrong in a page: errors on its console, exceptions, requests for anything but itself, dialogs. */
const watch = (page) => {
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) troubles.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return troubles;
};
/** How long anything may take before the page is called broken; nothing is ever waited for by the clock. */
const PATIENCE = 120_000;
const open = async (context, name) => {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const troubles = watch(page);
  await page.goto(pathToFileURL(join(folder, name)).href, { waitUntil: "load" });
  return { page, troubles };
};
const withContext = async (settings, use) => {
  const browser = await chromium.launchPersistentContext(mkdtempSync(join(profile, "p-")), { ...options, ...settings, timeout: PATIENCE });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
};
const status = (page, table = "f") => page.locator(`#${table}-live-status`).innerText();
const rows = (page, table = "f") => page.locator(`#${table}-live tbody tr`).count();
const codes = (page) => page.locator("#f-live tbody td.rule code").allInnerTexts();
/** Waits until the page has done what its address is then made to say: that comes last. */
const until = (page, key, value) =>
  page.waitForFunction(([key, value]) => (new URLSearchParams(location.hash.slice(1)).get(key) ?? "") === value, [key, value]);
const search = async (page, words) => {
  await page.fill("#f-live-q", words);
  await until(page, "q", words);
};
const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** axe-core over a page; its rules that failed, and how many it could hold the page against. */
const judged = async (page) => {
  // The page's own policy forbids foreign scripts, so axe comes in through the debugger.
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
};

const demo = async () => {
  const seen = {};
  for (const [name, file, settings] of [
    ["light en", "demo.en.html", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark en", "demo.en.html", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["light zh", "demo.zh.html", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark zh phone", "demo.zh.html", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
  ]) {
    seen[name] = await withContext(settings, async (context) => {
      const { page, troubles } = await open(context, file);
      const violations = await judged(page);
      // Once more with everything opened: what is folded is not looked at.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      violations.push(...await judged(page));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      return { violations, troubles, scrolls_sideways: wide, lang: await page.getAttribute("html", "lang") };
    });
  }
  verdicts.axe = seen;
};

const clicks = async () => withContext({ viewport: { width: 1280, height: 900 } }, async (context) => {
  const { page, troubles } = await open(context, "demo.en.html");
  const all = await status(page);
  const seen = { first_page: /^1–25 of \d+$/.test(all), rows: await rows(page) };
  const total = Number(all.match(/of (\d+)/)[1]);
  seen.worst_first = (await page.locator("#f-live tbody .badge").first().innerText());

  seen.source_is_underlined = await page.locator("#f-live tbody .src mark:not(.point)").first().evaluate((mark) => getComputedStyle(mark).textDecorationLine);
  await page.selectOption("#f-live-severity", "warning");
  seen.only_warnings = [...new Set(await page.locator("#f-live tbody .badge").allInnerTexts())];
  await page.locator("#f-live .filters .button").click();
  seen.cleared = (await status(page)) === all;

  await search(page, "NO SUCH WORD");
  seen.nothing = await page.locator("#f-live tbody").innerText();
  await search(page, "fm003 invalid");
  seen.search = [...new Set(await codes(page))];
  await search(page, "");

  await page.locator('#f-live th button[data-sort="rule"]').click();
  const rising = await codes(page);
  await page.locator('#f-live th button[data-sort="rule"]').click();
  const falling = await codes(page);
  seen.sorted = rising.every((code, at) => at === 0 || rising[at - 1] <= code) && falling.every((code, at) => at === 0 || falling[at - 1] >= code) && rising[0] < falling[0];
  seen.aria_sort = await page.locator("#f-live th[aria-sort=descending]").innerText();

  const first = await page.locator("#f-live tbody tr").first().innerText();
  await page.locator("#f-live .pager .button").nth(2).click();
  await page.waitForFunction(() => document.querySelector("#f-live .pager .num").textContent.startsWith("Page 2 of "));
  seen.next_page = (await page.locator("#f-live tbody tr").first().innerText()) !== first && (await page.locator("#f-live .pager .num").innerText()).startsWith("Page 2 of ");
  await page.locator("#f-live .pager .button").nth(3).click();
  seen.last_page_disables = await page.locator("#f-live .pager .button").nth(3).isDisabled();
  await page.selectOption("#f-live-size", "100");
  seen.rows_of_100 = (await rows(page)) === Math.min(100, total);

  // A bar of a picture leads to its findings, and the address says so.
  await page.locator('.bars a[href^="#rule="]').first().click();
  const rule = new URL(page.url()).hash.slice("#rule=".length);
  await page.waitForFunction((rule) => document.querySelector("#f-live-rule").value === rule && document.activeElement.id === "findings", rule);
  seen.bar_filters = (await codes(page)).every((code) => code === rule) && (await page.evaluate(() => document.activeElement.id));
  await page.reload();
  seen.address_keeps_the_filter = (await page.locator("#f-live-rule").inputValue()) === rule;
  await page.locator("#f-live .more summary").first().click();
  seen.explains = (await page.locator("#f-live .more .command").first().innerText()).startsWith("postproof explain ");

  await page.selectOption("#a-live-verdict", "dead");
  seen.dead = [...new Set(await page.locator("#a-live tbody .badge").allInnerTexts())];
  seen.troubles = troubles;
  verdicts.clicks = seen;
});

const keys = async () => withContext({ viewport: { width: 1280, height: 900 } }, async (context) => {
  const { page, troubles } = await open(context, "demo.en.html");
  const seen = {};
  await page.keyboard.press("Tab");
  seen.first_stop = await page.evaluate(() => document.activeElement.className);
  await page.keyboard.press("Enter");
  await page.keyboard.press("/");
  seen.slash = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.type("yaml");
  await until(page, "q", "yaml");
  seen.typed = (await codes(page)).length > 0 && (await status(page)).includes("match");
  // Every control of the filters, the heads and the pager is reached by Tab alone.
  const stops = new Set();
  for (let step = 0; step < 400; step++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      return element.closest(".pager, .filters, thead") ? element.id || element.dataset.sort || element.textContent : "";
    });
    if (stop) stops.add(stop);
    if (stops.has("a-live-size")) break;
  }
  seen.reached = ["f-live-rule", "f-live-severity", "severity", "rule", "place", "since", "f-live-size", "a-live-q", "uses", "a-live-size"].filter((stop) => !stops.has(stop));
  await page.locator('#f-live th button[data-sort="place"]').focus();
  seen.focus_is_seen = await page.evaluate(() => {
    document.activeElement.blur();
    return true;
  });
  await page.locator('#f-live th button[data-sort="place"]').focus();
  await page.keyboard.press("Enter");
  seen.sorted_by_key = await page.locator("#f-live th[aria-sort=ascending]").innerText();
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  seen.focus_is_seen = ring;
  seen.troubles = troubles;
  verdicts.keys = seen;
});

const large = async () => withContext({ viewport: { width: 1280, height: 900 } }, async (context) => {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const troubles = watch(page);
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") globalThis.painted = entry.startTime;
    }).observe({ type: "paint", buffered: true });
  });
  await page.goto(pathToFileURL(join(folder, "large.html")).href, { waitUntil: "load" });
  await page.waitForFunction(() => globalThis.painted !== undefined);
  timings.first_paint_ms = await page.evaluate(() => globalThis.painted);
  timings.ready_ms = await page.evaluate(() => performance.now());
  const seen = { all: await status(page), rows: await rows(page) };
  /** Time from an event in the page until the next frame after the table has changed. */
  const timed = (action) => page.evaluate(async (action) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await frame();
    const body = document.querySelector("#f-live tbody");
    const changed = new Promise((done) => new MutationObserver(done).observe(body, { childList: true }));
    const begin = performance.now();
    const element = document.querySelector(action.element);
    if (action.value !== undefined) {
      element.value = action.value;
      element.dispatchEvent(new Event(action.event, { bubbles: true }));
    } else element.click();
    await Promise.race([changed, new Promise((_, fail) => setTimeout(() => fail(new Error(`nothing changes: ${action.element}`)), 120_000))]);
    await frame();
    return performance.now() - begin;
  }, action);
  timings.filter_ms = await timed({ element: "#f-live-rule", value: "LK004", event: "change" });
  seen.filtered = await status(page);
  timings.search_ms = await timed({ element: "#f-live-q", value: "_posts/2019-07", event: "input" });
  seen.searched = await status(page);
  timings.search_again_ms = await timed({ element: "#f-live-q", value: "_posts/2019-07 host1", event: "input" });
  timings.clear_ms = await timed({ element: "#f-live .filters .button" });
  timings.sort_ms = await timed({ element: '#f-live th button[data-sort="since"]' });
  timings.next_page_ms = await timed({ element: "#f-live .pager .button:nth-of-type(2) ~ .button" });
  seen.paged = await status(page);
  seen.last = await page.locator("#f-live .pager .num").innerText();
  seen.elements = (await page.evaluate(() => document.querySelectorAll("*").length)) < 6000;
  seen.violations = await judged(page);
  seen.troubles = troubles;
  verdicts.large = seen;
});

const known = async () => withContext({ viewport: { width: 1280, height: 900 } }, async (context) => {
  const { page, troubles } = await open(context, "known.html");
  const seen = { marks: (await page.locator("#f-live .b-known").count()) > 0 };
  await page.check("#f-live-fresh");
  seen.filtered = await status(page);
  seen.no_marks = (await page.locator("#f-live .b-known").count()) === 0;
  seen.address = new URL(page.url()).hash;
  seen.violations = await judged(page);
  seen.troubles = troubles;
  verdicts.known = seen;
});

const hostile = async () => withContext({ viewport: { width: 1280, height: 900 } }, async (context) => {
  const { page, troubles } = await open(context, "hostile.html");
  const look = () => page.evaluate(() => ({
    scripts: document.scripts.length,
    foreign: [...document.querySelectorAll("img, iframe, object, embed, link, base, form[action], marquee, x-evil")].map((element) => element.tagName),
    handlers: [...document.querySelectorAll("*")].filter((element) => [...element.attributes].some((attribute) => /^on/i.test(attribute.name))).length,
    schemes: [...new Set([...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href").startsWith("#") ? "#" : new URL(link.href).protocol))].sort(),
    evil: globalThis.evil ?? "never ran",
  }));
  const seen = { at_first: await look() };
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
  await search(page, "<script>");
  seen.found_as_text = (await rows(page)) > 0 && (await page.locator("#f-live tbody").innerText()).includes("<script>");
  await page.goto(page.url().split("#")[0] + "#rule=<img src=x onerror=evil()>&q=</script>&__proto__=1&category=constructor");
  await page.waitForFunction(() => document.querySelector("#f-live-q").value === "</script>");
  seen.after = await look();
  // What the policy forbids stays forbidden even if something got in.
  seen.policy = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.evil = 'ran'";
    document.body.append(script);
    return globalThis.evil ?? "refused";
  });
  seen.troubles = troubles.filter((trouble) => !trouble.includes("Content Security Policy"));
  seen.policy_told = troubles.length > seen.troubles.length;
  verdicts.hostile = seen;
});

const withoutScripts = async () => withContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } }, async (context) => {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(pathToFileURL(join(folder, "demo.en.html")).href, { waitUntil: "load" });
  const body = await page.locator("main").innerText();
  verdicts.without_scripts = {
    live_is_hidden: !(await page.locator("#f-live").isVisible()),
    excerpt_is_shown: await page.locator(".group").first().isVisible(),
    answer: body.includes("needs mending"),
    says_how_to_see_the_rest: body.includes("health.json"),
    explains: body.includes("postproof explain FM003"),
    underlined: (await page.locator(".group .src mark").count()) > 5,
    addresses: (await page.locator(".static tbody tr").count()) > 5,
  };
  await page.goto(page.url() + "#rule=FM003");
  verdicts.without_scripts.links_lead_somewhere = await page.locator("h4:target").count();
  await page.emulateMedia({ media: "print" });
  verdicts.without_scripts.printed = await page.locator(".group").first().isVisible();
});

const pictures = async () => {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  for (const [name, file, settings, action] of [
    ["desktop", "demo.en.html", { colorScheme: "light", viewport: { width: 1280, height: 1180 } }],
    ["dark", "demo.en.html", { colorScheme: "dark", viewport: { width: 1280, height: 860 } }, "#findings"],
    ["phone", "demo.zh.html", { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }],
  ]) {
    await withContext(settings, async (context) => {
      const { page } = await open(context, file);
      if (action) await page.locator(action).evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
      await settle(page);
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    });
  }
};

try {
  for (const part of [demo, clicks, keys, large, known, hostile, withoutScripts, pictures]) {
    const begun = performance.now();
    await part();
    process.stderr.write(`${part.name}: ${Math.round(performance.now() - begun)} ms\n`);
  }
  process.stdout.write(`${JSON.stringify({ verdicts, timings }, null, 2)}\n`);
} finally {
  rmSync(profile, { recursive: true, force: true });
}
