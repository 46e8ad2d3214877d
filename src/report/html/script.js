// The live part of the report: tables that are searched, filtered, sorted and paged in place.
// Only one page of rows is ever in the document. Text of the archive and of the web is put in as text, never as markup.
(() => {
  "use strict";
  const root = document.documentElement;
  let data;
  try {
    data = JSON.parse(document.getElementById("data").textContent);
  } catch {
    // A file that was cut off is still readable as a document.
    root.classList.remove("js");
    return;
  }
  const { words, strings, rules, severities, effects, verdicts } = data;
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /** An element with properties, and children that are elements or text. */
  const make = (name, properties = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  /** A link for what is plainly an address of the web, else text. `javascript:` and masked addresses stay text. */
  const link = (address) => {
    if (!/^https?:\/\/[^\s]/i.test(address) || address.includes("***")) return address;
    return make("a", { href: address, rel: "noopener noreferrer nofollow" }, address);
  };
  /** A sentence in which what stands between backticks is code, as the rules write it. */
  const sentence = (text) => {
    const pieces = text.split("`");
    if (pieces.length % 2 === 0) return [text];
    return pieces.map((piece, at) => (at % 2 ? make("code", {}, piece) : piece));
  };
  const moment = (seconds) => {
    if (!seconds) return "—";
    const text = new Date(seconds * 1000).toISOString();
    return make("time", { datetime: text.slice(0, 19) + "Z" }, text.slice(0, 16).replace("T", " "));
  };

  // Search looks at each distinct text once, however many rows share it.
  let lowered = null;
  const found = new Map();
  const matches = (term) => {
    if (!found.has(term)) {
      lowered ??= strings.map((text) => text.toLowerCase());
      if (found.size > 40) found.clear();
      found.set(term, Uint8Array.from(lowered, (text) => (text.includes(term) ? 1 : 0)));
    }
    return found.get(term);
  };

  /** A table over columns of numbers. What a row shows is made by `spec.row` when it is on the page. */
  const liveTable = (spec) => {
    const { prefix, count, filters, searched, sorts } = spec;
    const place = document.getElementById(spec.place);
    const state = { q: "", size: 25, page: 0, sort: sorts[0].key, down: sorts[0].down };
    for (const filter of filters) state[filter.key] = "";
    const ids = (name) => `${spec.place}-${name}`;

    const search = make("input", { type: "search", id: ids("q"), autocomplete: "off", spellcheck: "false" });
    const form = make("form", { class: "filters", role: "search", "aria-label": spec.searchLabel },
      make("div", { class: "field wide" }, make("label", { for: ids("q") }, words.search), search));
    const controls = new Map();
    for (const filter of filters) {
      if (filter.isSwitch) {
        const box = make("input", { type: "checkbox", id: ids(filter.key) });
        controls.set(filter.key, box);
        form.append(make("div", { class: "check" }, box, make("label", { for: ids(filter.key) }, filter.label)));
        continue;
      }
      // Codes are small numbers: counting them in an array takes a tenth of the time that a map needs.
      const counts = new Uint32Array(strings.length + 1);
      const codes = [];
      for (let row = 0; row < count; row++) {
        const code = filter.column[row];
        if (counts[code]++ === 0 && code !== filter.nothing) codes.push(code);
      }
      filter.names = new Map();
      const options = codes.map((code) => ({ code, uses: counts[code], name: filter.name(code), label: filter.text(code) }));
      options.sort(filter.order ?? ((a, b) => b.uses - a.uses || (a.name < b.name ? -1 : 1)));
      const select = make("select", { id: ids(filter.key) }, make("option", { value: "" }, words.all));
      for (const option of options) {
        filter.names.set(option.name, option.code);
        select.append(make("option", { value: option.name }, `${option.label} (${grouped(option.uses)})`));
      }
      if (options.length === 0) continue;
      controls.set(filter.key, select);
      form.append(make("div", { class: "field" }, make("label", { for: ids(filter.key) }, filter.label), select));
    }
    const clear = make("button", { type: "button", class: "button" }, words.clear);
    form.append(clear);

    const status = make("p", { role: "status", "aria-live": "polite", id: ids("status") });
    const body = make("tbody", { role: "rowgroup" });
    const heads = spec.heads.map((head) => {
      const sort = sorts.find((sort) => sort.key === head.key);
      const cell = make("th", { scope: "col", role: "columnheader", class: sort ? null : "plainhead" });
      if (!sort) cell.append(head.text);
      else {
        const button = make("button", { type: "button", "data-sort": head.key }, head.text);
        button.addEventListener("click", () => {
          state.down = state.sort === sort.key ? !state.down : sort.down;
          state.sort = sort.key;
          state.page = 0;
          order();
          show();
        });
        cell.append(button);
      }
      return { cell, key: head.key };
    });
    const grid = make("table", { class: "grid", role: "table", "aria-describedby": ids("status") },
      make("caption", { class: "hush" }, spec.caption),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads.map((head) => head.cell))), body);
    const pageButton = (text, target) => {
      const button = make("button", { type: "button", class: "button" }, text);
      button.addEventListener("click", () => {
        state.page = target();
        show();
        // The top of the table, and not the bottom of the next page, is what a reader wants to see.
        place.scrollIntoView({ block: "start" });
      });
      return button;
    };
    const last = () => Math.max(0, Math.ceil(shown.length / state.size) - 1);
    const buttons = {
      first: pageButton(words.first, () => 0),
      previous: pageButton(words.previous, () => Math.max(0, state.page - 1)),
      next: pageButton(words.next, () => Math.min(last(), state.page + 1)),
      last: pageButton(words.last, last),
    };
    const size = make("select", { id: ids("size") }, ...[25, 50, 100, 200].map((rows) => make("option", { value: rows }, String(rows))));
    const pageOf = make("span", { class: "num" });
    const pager = make("nav", { class: "pager", "aria-label": spec.pagerLabel },
      buttons.first, buttons.previous, pageOf, buttons.next, buttons.last, make("span", { class: "gap" }),
      make("label", { for: ids("size") }, words.rows), size);
    place.append(form, make("div", { class: "status" }, status), grid, pager);
    place.hidden = false;

    let shown = new Uint32Array(0);
    const select = () => {
      const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean).map(matches);
      const wanted = [];
      for (const filter of filters) {
        if (state[filter.key] === "") continue;
        const code = filter.isSwitch ? 1 : filter.names?.get(state[filter.key]);
        wanted.push([filter.column, code === undefined ? -2 : code]);
      }
      const kept = new Uint32Array(count);
      let length = 0;
      rows: for (let row = 0; row < count; row++) {
        for (const [column, code] of wanted) if (column[row] !== code) continue rows;
        terms: for (const hits of terms) {
          for (const column of searched) if (hits[column[row]]) continue terms;
          continue rows;
        }
        kept[length++] = row;
      }
      shown = kept.subarray(0, length);
    };
    const order = () => {
      const sort = sorts.find((sort) => sort.key === state.sort);
      const keys = sort.keys();
      // Key and row in one number, since a browser sorts numbers many times as fast as by a function.
      const factor = state.down ? -count : count;
      const packed = new Float64Array(shown.length);
      for (let at = 0; at < packed.length; at++) packed[at] = keys[shown[at]] * factor + shown[at];
      packed.sort();
      for (let at = 0; at < packed.length; at++) shown[at] = ((packed[at] % count) + count) % count;
    };
    const show = () => {
      state.page = Math.min(state.page, last());
      const from = state.page * state.size;
      const page = shown.subarray(from, from + state.size);
      body.replaceChildren(...Array.from(page, spec.row));
      if (page.length === 0) {
        body.append(make("tr", { role: "row" }, make("td", { role: "cell", class: "none", colspan: heads.length }, words.nothing)));
      }
      const values = { from: grouped(page.length ? from + 1 : 0), to: grouped(from + page.length), found: grouped(shown.length), all: grouped(count) };
      status.textContent = fill(shown.length === count ? words.status_all : words.status_some, values);
      pageOf.textContent = fill(words.page_of, { page: grouped(state.page + 1), pages: grouped(last() + 1) });
      buttons.first.disabled = buttons.previous.disabled = state.page === 0;
      buttons.next.disabled = buttons.last.disabled = state.page >= last();
      for (const { cell, key } of heads) {
        if (sorts.some((sort) => sort.key === key)) {
          cell.setAttribute("aria-sort", key === state.sort ? (state.down ? "descending" : "ascending") : "none");
        }
      }
      clear.disabled = state.q === "" && filters.every((filter) => state[filter.key] === "");
      spec.changed();
    };
    const reflect = () => {
      if (search.value !== state.q) search.value = state.q;
      for (const [key, control] of controls) {
        if (control.type === "checkbox") control.checked = state[key] !== "";
        else control.value = state[key];
      }
      size.value = String(state.size);
    };
    const again = () => {
      state.page = 0;
      select();
      order();
      show();
    };
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        state.q = search.value.trim();
        again();
      }, 60);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const [key, control] of controls) {
      control.addEventListener("change", () => {
        state[key] = control.type === "checkbox" ? (control.checked ? "1" : "") : control.value;
        again();
      });
    }
    size.addEventListener("change", () => {
      state.size = Number(size.value);
      state.page = 0;
      show();
    });
    clear.addEventListener("click", () => {
      state.q = "";
      for (const filter of filters) state[filter.key] = "";
      reflect();
      again();
      search.focus();
    });
    const keys = ["q", ...filters.map((filter) => filter.key)];
    return {
      search,
      /** Takes over what an address's fragment asks for; `false` if it asks for nothing here. */
      read: (parameters) => {
        const asked = keys.some((key) => parameters.has(prefix + key));
        for (const key of keys) state[key] = parameters.get(prefix + key) ?? "";
        reflect();
        again();
        return asked;
      },
      write: (parameters) => {
        for (const key of keys) if (state[key] !== "") parameters.set(prefix + key, state[key]);
      },
    };
  };

  const tables = [];
  let isReading = false;
  const changed = () => {
    if (isReading) return;
    const parameters = new URLSearchParams();
    for (const { table } of tables) table.write(parameters);
    const fragment = parameters.toString();
    // A page that was opened in a viewer without a history works all the same.
    try {
      history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    } catch { /* see above */ }
  };
  const read = (isFirst) => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const isPlain = !location.hash.includes("=");
    if (isPlain && !isFirst) return;
    isReading = true;
    for (const { table, heading } of tables) {
      if (table.read(isPlain ? new URLSearchParams() : parameters)) {
        const target = document.getElementById(heading);
        target.scrollIntoView();
        target.focus({ preventScroll: true });
      }
    }
    isReading = false;
  };

  const text = (id) => strings[id];
  const byName = (a, b) => (a.name < b.name ? -1 : 1);
  const f = data.findings;
  const a = data.addresses;
  const badge = (kind, name) => make("span", { class: `badge b-${kind}` }, name);
  const entry = (name, ...value) => [make("dt", {}, name), make("dd", {}, ...value)];

  /** The line of the source with the guilty part underlined. */
  const source = (row, severity) => {
    if (!f.source[row]) return null;
    const line = text(f.source[row]);
    const [start, end] = [f.start[row], f.end[row]];
    return make("code", { class: `src k-${severity}` },
      make("span", { class: "no" }, String(f.line[row])), line.slice(0, start),
      make("mark", { class: start === end ? "point" : null }, line.slice(start, end)), line.slice(end));
  };
  const findingRow = (row) => {
    const severity = severities[f.severity[row]];
    const rule = rules[f.rule[row]];
    const related = data.related[row] ?? [];
    const places = [];
    for (let at = 0; at < related.length; at += 2) {
      places.push(make("li", {}, make("code", {}, text(related[at])), " ", ...sentence(text(related[at + 1]))));
    }
    const [fix, ...written] = (data.fixes[row] ?? []).map(text);
    const more = make("dl", {},
      ...entry(words.effect, effects[f.effect[row]].name),
      ...(places.length ? entry(words.related, make("ul", {}, ...places)) : []),
      ...(fix ? entry(words.fix, make("span", {}, ...sentence(fix)), ...written.map((line) => make("code", { class: "written" }, line))) : []),
      ...(f.url[row] ? entry(words.address, link(text(f.url[row]))) : []),
      ...(f.category[row] ? entry(words.category, text(f.category[row])) : []),
      ...entry(words.rule, make("span", {}, ...sentence(rule.summary))),
      ...entry(words.explain, make("code", { class: "command" }, `postproof explain ${rule.code}`)));
    return make("tr", { role: "row" },
      make("td", { role: "cell" }, badge(severity.key, severity.name), f.fresh[row] ? null : badge("known", words.known)),
      make("td", { role: "cell", class: "rule" }, make("a", { href: `#rule=${rule.code}` }, make("code", {}, rule.code)), make("small", { title: rule.name }, rule.name)),
      make("td", { role: "cell", class: "what" },
        make("p", { class: "msg" }, ...sentence(text(f.message[row]))),
        make("p", { class: "place" }, make("code", {}, `${text(f.path[row])}:${f.line[row]}:${f.column[row]}`)),
        source(row, severity.key),
        f.help[row] ? make("p", { class: "help" }, make("b", {}, words.help), " ", ...sentence(text(f.help[row]))) : null,
        make("details", { class: "more" }, make("summary", {}, words.more), more)),
      make("td", { role: "cell", class: "when" }, moment(f.since[row])));
  };
  if (document.getElementById("f-live")) {
    // Codes and names of rules are searched as texts are.
    const ruleTexts = ["code", "name"].map((key) => rules.map((rule) => strings.push(rule[key]) - 1));
    [f.code, f.name] = ruleTexts.map((numbers) => f.rule.map((rule) => numbers[rule]));
    const severest = () => f.severity.map((severity, row) => (2 - severity) * 8 + f.effect[row]);
    const keep = (column) => () => column;
    const filters = [
      { key: "severity", label: words.severity, column: f.severity, name: (code) => severities[code].key, text: (code) => severities[code].name, order: (a, b) => b.code - a.code },
      { key: "rule", label: words.rule, column: f.rule, name: (code) => rules[code].code, text: (code) => `${rules[code].code} ${rules[code].name}`, order: byName },
      { key: "effect", label: words.effect, column: f.effect, name: (code) => effects[code].key, text: (code) => effects[code].name, order: (a, b) => a.code - b.code },
      { key: "host", label: words.host, column: f.host, nothing: 0, name: text, text },
      { key: "category", label: words.category, column: f.category, nothing: 0, name: text, text },
      { key: "month", label: words.month, column: f.month, nothing: 0, name: text, text, order: (a, b) => byName(b, a) },
    ];
    if (data.has_new) filters.push({ key: "new", label: words.only_new, column: f.new, isSwitch: true });
    if (data.has_known) filters.push({ key: "fresh", label: words.only_unknown, column: f.fresh, isSwitch: true });
    const table = liveTable({
      prefix: "", place: "f-live", count: f.rule.length, filters,
      searched: [f.message, f.path, f.source, f.url, f.category, f.help, f.code, f.name],
      sorts: [{ key: "severity", keys: severest }, { key: "rule", keys: keep(f.rule) }, { key: "place", keys: () => f.rule.map((_, row) => row) }, { key: "since", keys: keep(f.since), down: true }],
      heads: [{ key: "severity", text: words.severity }, { key: "rule", text: words.rule }, { key: "place", text: words.finding }, { key: "since", text: words.first_seen }],
      caption: words.findings, searchLabel: words.search_findings, pagerLabel: words.pages_findings, row: findingRow, changed,
    });
    tables.push({ table, heading: "findings" });
  }

  const addressRow = (row) => {
    const verdict = verdicts[a.verdict[row]];
    const hops = a.redirects[row];
    const steps = [];
    for (let at = 0; at < hops.length; at += 2) {
      steps.push(make("li", {}, `${hops[at]} → `, link(text(hops[at + 1]))));
    }
    const places = a.places[row].map((place) => make("li", {}, make("code", {}, text(place))));
    const left = a.uses[row] - places.length;
    if (left > 0) places.push(make("li", {}, fill(words.more_places, { count: grouped(left) })));
    return make("tr", { role: "row" },
      make("td", { role: "cell" }, badge(verdict.key, verdict.name)),
      make("td", { role: "cell", class: "what" },
        make("p", { class: "msg" }, link(text(a.url[row]))),
        make("p", { class: "place" }, make("code", {}, text(a.reason[row])), ...(a.evidence[row] ? [" · ", make("span", { lang: "en" }, text(a.evidence[row]))] : [])),
        make("details", { class: "more" }, make("summary", {}, words.more), make("dl", {},
          ...(steps.length ? entry(words.redirects, make("ol", {}, ...steps)) : []),
          ...(a.attempts[row] ? entry(words.asked, fill(words.attempts, { attempts: grouped(a.attempts[row]), ms: grouped(a.elapsed[row]) })) : []),
          ...entry(words.used_in, make("ul", {}, ...places))))),
      make("td", { role: "cell", class: "count num" }, grouped(a.uses[row])),
      make("td", { role: "cell", class: "when" }, moment(a.checked[row]), ...(a.remembered[row] ? [make("br"), make("small", {}, words.remembered)] : [])));
  };
  if (document.getElementById("a-live")) {
    const keep = (column) => () => column;
    const table = liveTable({
      prefix: "a.", place: "a-live", count: a.url.length,
      filters: [
        { key: "verdict", label: words.verdict, column: a.verdict, name: (code) => verdicts[code].key, text: (code) => verdicts[code].name, order: (a, b) => a.code - b.code },
        { key: "reason", label: words.reason, column: a.reason, nothing: 0, name: text, text },
        { key: "host", label: words.host, column: a.host, nothing: 0, name: text, text },
      ],
      searched: [a.url, a.reason, a.evidence, a.final],
      sorts: [{ key: "uses", keys: keep(a.uses), down: true }, { key: "verdict", keys: keep(a.verdict) }, { key: "address", keys: () => a.url.map((_, row) => row) }, { key: "checked", keys: keep(a.checked), down: true }],
      heads: [{ key: "verdict", text: words.verdict }, { key: "address", text: words.address }, { key: "uses", text: words.uses }, { key: "checked", text: words.checked }],
      caption: words.addresses, searchLabel: words.search_addresses, pagerLabel: words.pages_addresses, row: addressRow, changed,
    });
    tables.push({ table, heading: "addresses" });
  }
  for (const element of document.querySelectorAll(".live[hidden]")) element.hidden = false;
  read(true);
  addEventListener("hashchange", () => read(false));
  addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && tables.length) {
      event.preventDefault();
      tables[0].table.search.focus();
    }
  });
})();
