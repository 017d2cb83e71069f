"use strict";
// Everything is put into the page as text (textContent), never as markup: what it shows comes from strangers' code.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const off = new Set(["known", "suppressed"]); // levels and states that are not shown
let shown = [], chosen = -1, step = 0;

function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function draw(tag, properties = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// `code` in a sentence stands between backticks.
function sentence(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, at) => (at % 2 ? make("code", {}, part) : part));
}

const place = (at) => `${at.path}:${at.line}`;
const familyOf = (finding) => data.families[finding.code[2]] ?? "other";
const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

// ---- the list -------------------------------------------------------------------------------------------------------

function matches(finding, words) {
  const rule = data.rules[finding.code];
  const text = `${finding.code} ${rule.name} ${finding.message} ${place(finding.at)} ${finding.function} ${familyOf(finding)}`;
  return words.every((word) => text.toLowerCase().includes(word));
}

function list() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = data.findings.filter((one) => !off.has(one.level) && !off.has(one.state) && matches(one, words));
  const families = Map.groupBy(shown, familyOf);
  shown = [...families.values()].flatMap((group) => [...Map.groupBy(group, (one) => one.package).values()].flat());
  byId("count").textContent = `${plural(shown.length, "finding")} in ${plural(data.scope.files, "file")}`;
  const open = shown.length <= 300;
  byId("list").replaceChildren(...[...families].map(([name, group]) => familyGroup(name, group, open)));
  if (!shown.length) byId("list").append(make("p", { class: "meta" }, "Nothing to show."));
}

function familyGroup(name, group, open) {
  const packages = Map.groupBy(group, (one) => one.package);
  const fill = () => [...packages].map(([folder, findings]) => packageGroup(folder, findings, open));
  return folding("family", name, group.length, open || packages.size <= 40, fill);
}

function packageGroup(folder, findings, open) {
  return folding("package", folder, findings.length, open, () => findings.map(row));
}

// A group whose content is made when it is opened first, so that ten thousand findings do not cost ten thousand rows.
function folding(kind, name, count, open, fill) {
  const made = make("details", { class: kind }, make("summary", {}, name, make("span", { class: "number" }, `${count}`)));
  made.fill = () => {
    if (!made.filled) made.append(...fill());
    made.filled = true;
  };
  made.addEventListener("toggle", () => made.open && made.fill());
  if (open) {
    made.fill();
    made.open = true;
  }
  return made;
}

function row(finding) {
  const muted = finding.state === "open" ? "" : " muted";
  const dot = make("span", { class: `dot ${finding.level}`, title: finding.level });
  const where = make("span", { class: "where" }, `${finding.code} ${place(finding.at)}`);
  const made = make("button", { type: "button", class: `row${muted}`, onclick: () => choose(shown.indexOf(finding)) });
  made.append(dot, ...sentence(finding.message), where);
  finding.row = made;
  return made;
}

function reveal(finding) {
  for (const family of byId("list").querySelectorAll("details.family")) {
    if (family.querySelector("summary").firstChild.data !== familyOf(finding)) continue;
    family.fill();
    family.open = true;
    for (const folder of family.querySelectorAll("details.package")) {
      if (folder.querySelector("summary").firstChild.data !== finding.package) continue;
      folder.fill();
      folder.open = true;
    }
  }
}

// ---- one finding ----------------------------------------------------------------------------------------------------

function choose(index) {
  if (index < 0 || index >= shown.length) return;
  chosen = index;
  step = 0;
  const finding = shown[index];
  reveal(finding);
  for (const old of byId("list").querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
  finding.row.setAttribute("aria-current", "true");
  finding.row.scrollIntoView({ block: "nearest" });
  detail(finding);
  byId("detail").scrollTop = 0;
  const [from, to] = [location.hash, `#${data.findings.indexOf(finding) + 1}`];
  if (from !== to) history.replaceState(null, "", to);
}

// The steps of all threads in the order in which they happen.
function stepsOf(finding) {
  const all = finding.threads.flatMap((thread, number) => thread.map((one) => ({ ...one, thread: number + 1 })));
  return finding.threads.length > 1 ? all.sort((one, other) => one.order - other.order) : all;
}

function detail(finding) {
  const rule = data.rules[finding.code], steps = stepsOf(finding);
  const parts = [make("h2", {}, ...sentence(finding.message)), meta(finding, rule)];
  if (finding.why.length) parts.push(make("p", { class: "meta" }, `Suppressed: ${finding.why.join("; ")}`));
  if (finding.threads.length > 1) parts.push(make("h3", {}, "How the goroutines meet"), sequence(finding, steps));
  if (steps.length) parts.push(make("h3", {}, "The path"), stepList(finding, steps));
  parts.push(make("h3", {}, "Source"), ...sources(finding, steps));
  if (finding.costs.length) parts.push(make("h3", {}, "What profiles measured"), costs(finding));
  if (finding.fix) parts.push(make("h3", {}, "Fix"), make("p", {}, ...sentence(finding.fix)));
  if (finding.diff) parts.push(difference(finding.diff));
  parts.push(make("h3", {}, "The rule"), help(finding.code, rule));
  byId("detail").replaceChildren(...parts);
  routes();
  go(0, false);
}

function meta(finding, rule) {
  const level = make("b", { class: finding.level }, finding.level);
  const inside = finding.function ? ` in ${finding.function}` : "";
  const state = finding.state === "open" ? "" : `, ${finding.state}`;
  const rest = ` ${finding.code} ${rule.name}, ${finding.confidence}, by ${finding.evidence}${state}, at ${place(finding.at)}${inside}`;
  return make("p", { class: "meta" }, level, rest);
}

function stepList(finding, steps) {
  const items = steps.map((one, number) => {
    const badge = make("span", { class: `badge t${((one.thread - 1) % 4) + 1}` }, `${number + 1}`);
    const who = finding.threads.length > 1 ? `goroutine ${one.thread}, ` : "";
    const where = make("span", { class: "where" }, who + place(one.at));
    const button = make("button", { type: "button", onclick: () => go(number) }, badge);
    button.append(make("span", {}, ...sentence(one.message), " ", where));
    return make("li", {}, button);
  });
  return make("ol", { class: "steps" }, ...items);
}

// The lines around every step, file by file; the finding's own file goes first.
function sources(finding, steps) {
  const places = [finding.at, ...steps.map((one) => one.at), ...finding.related.map((one) => one.at)];
  const paths = [...new Set(places.map((at) => at.path))].filter((path) => data.files[path]);
  if (!paths.length) return [make("p", { class: "meta" }, "The source is not at hand.")];
  return paths.flatMap((path) => [make("div", { class: "file" }, path), code(path, finding, steps, places)]);
}

function code(path, finding, steps, places) {
  const wanted = new Set();
  for (const at of places) if (at.path === path) for (let d = -4; d <= 4; d++) wanted.add(at.line + d);
  const numbers = [...wanted].filter((number) => data.files[path][number] !== undefined).sort((one, other) => one - other);
  const box = make("div", { class: "code", "data-path": path, tabindex: "0", role: "group", "aria-label": path });
  numbers.forEach((number, at) => {
    if (at && numbers[at - 1] !== number - 1) box.append(make("div", { class: "gap" }, "⋯"));
    box.append(line(path, number, finding, steps));
  });
  return box;
}

function line(path, number, finding, steps) {
  const badges = make("span", { class: "badges" });
  steps.forEach((one, at) => {
    if (one.at.path !== path || one.at.line !== number) return;
    const kind = `badge t${((one.thread - 1) % 4) + 1}`;
    badges.append(make("button", { type: "button", class: kind, title: one.message, onclick: () => go(at), "data-step": at }, `${at + 1}`));
  });
  const own = finding.at.path === path && finding.at.line === number ? [finding.at] : [];
  const marks = [...own, ...steps.map((one) => one.at).filter((at) => at.path === path && at.line === number)];
  const text = make("span", { class: "text" }, ...marked(data.files[path][number], marks.map((at) => at.mark)));
  return make("div", { class: "line", "data-line": number }, badges, make("span", { class: "no" }, `${number}`), text);
}

function marked(text, marks) {
  const spans = marks.filter(([from, to]) => to > from).sort((one, other) => one[0] - other[0]);
  const parts = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (from < at) continue;
    parts.push(text.slice(at, from), make("mark", {}, text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}

// Lines from step to step, in the space before the line numbers.
function routes() {
  for (const box of byId("detail").querySelectorAll(".code")) {
    box.querySelector("svg")?.remove();
    const badges = [...box.querySelectorAll("[data-step]")].sort((one, other) => one.dataset.step - other.dataset.step);
    const canvas = draw("svg", { width: 1, height: box.scrollHeight, "aria-hidden": "true" });
    const last = new Map();
    for (const badge of badges) {
      const thread = [...badge.classList].find((name) => /^t\d$/.test(name));
      const y = badge.offsetTop + badge.offsetHeight / 2, x = badge.offsetLeft;
      const from = last.get(thread);
      if (from && from.y !== y) {
        const bend = Math.max(2, Math.min(from.x, x) - 6 - Math.min(Math.abs(y - from.y) / 9, 26));
        const path = `M${from.x} ${from.y} C${bend} ${from.y} ${bend} ${y} ${x} ${y}`;
        canvas.append(draw("path", { class: `route ${thread}`, d: path }));
      }
      last.set(thread, { x, y });
    }
    box.append(canvas);
  }
}

function go(to, scroll = true) {
  const steps = chosen >= 0 ? stepsOf(shown[chosen]) : [];
  if (to < 0 || to >= steps.length) return;
  step = to;
  const area = byId("detail"), at = steps[to].at;
  for (const old of area.querySelectorAll(".now")) old.classList.remove("now");
  for (const old of area.querySelectorAll("[aria-current=step]")) old.removeAttribute("aria-current");
  area.querySelectorAll("ol.steps button")[to]?.setAttribute("aria-current", "step");
  area.querySelectorAll(".event")[to]?.classList.add("now");
  const box = [...area.querySelectorAll(".code")].find((one) => one.dataset.path === at.path);
  const found = box?.querySelector(`[data-line="${at.line}"]`);
  found?.classList.add("now");
  if (scroll) found?.scrollIntoView({ block: "nearest" });
}

// ---- interleavings, profiles, fixes, rules ------------------------------------------------------------------------

function sequence(finding, steps) {
  const width = 260, height = 56, top = 54, left = 30;
  const count = finding.threads.length, bottom = top + steps.length * height;
  const box = draw("svg", { width: left + count * width, height: bottom + 30, role: "img" });
  box.setAttribute("aria-label", `${count} goroutines, ${steps.length} steps; the list below has them as text`);
  const x = (thread) => left + (thread - 1) * width;
  for (let thread = 1; thread <= count; thread++) {
    const kind = `t${((thread - 1) % 4) + 1}`;
    box.append(draw("text", { x: x(thread), y: 24, class: `title ${kind}` }, `goroutine ${thread}`));
    box.append(draw("line", { x1: x(thread), x2: x(thread), y1: 36, y2: bottom, class: `life ${kind}` }));
  }
  const route = steps.map((one, at) => `${x(one.thread)},${top + at * height}`).join(" ");
  box.append(draw("polyline", { points: route, class: "time" }));
  steps.forEach((one, at) => event(box, finding, steps, at, x(one.thread), top + at * height));
  return make("div", { class: "sequence", tabindex: "0", role: "group", "aria-label": "Sequence diagram" }, box);
}

function event(box, finding, steps, at, x, y) {
  const one = steps[at], kind = `t${((one.thread - 1) % 4) + 1}`;
  const dot = draw("circle", { cx: x, cy: y, r: 6, class: `event ${kind}` });
  dot.addEventListener("click", () => go(at));
  box.append(dot, draw("text", { x: x - 22, y: y + 4, class: "order" }, `${at + 1}`));
  wrapped(`line ${one.at.line}: ${one.message}`, 34).forEach((text, number) => {
    box.append(draw("text", { x: x + 14, y: y + 4 + number * 15 }, text));
  });
  const ends = !steps.slice(at + 1).some((other) => other.thread === one.thread);
  if (ends && finding.evidence === "interleaving" && /\bwaits?\b|\bfor ever\b/.test(one.message)) {
    for (const turn of [1, -1]) {
      box.append(draw("line", { x1: x - 7, x2: x + 7, y1: y + 24 - 7 * turn, y2: y + 24 + 7 * turn, class: "stuck" }));
    }
  }
}

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.replaceAll("`", "").split(" ")) {
    if (lines.at(-1).length + word.length > width && lines.at(-1)) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  if (lines.length > 3) lines[2] += " …";
  return lines.slice(0, 3);
}

function amount(value, unit) {
  if (unit !== "bytes") return `${value.toLocaleString("en")} ${unit}`;
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  for (; value >= 1024 && at < names.length - 1; at++) value /= 1024;
  return `${value.toFixed(at && value < 100 ? 1 : 0)} ${names[at]}`;
}

function costs(finding) {
  const rows = finding.costs.map((one) => {
    const what = `${one.measure}: ${amount(one.flat, one.unit)} in these lines, ${amount(one.total, one.unit)} with callees`;
    return make("li", {}, `${what} (${one.profile})`);
  });
  return make("ul", {}, ...rows);
}

function charts() {
  const measures = Map.groupBy(
    data.findings
      .filter((finding) => finding.state === "open")
      .flatMap((finding) => finding.costs.map((cost) => ({ finding, cost }))),
    ({ cost }) => `${cost.measure} (${cost.profile})`,
  );
  return [...measures].flatMap(([title, rows]) => {
    rows.sort((one, other) => other.cost.total - one.cost.total);
    const most = Math.max(1, ...rows.map(({ cost }) => cost.total));
    const bars = rows.slice(0, 25).flatMap(({ finding, cost }) => bar(finding, cost, most));
    return [make("h3", {}, `Where memory goes: ${title}`), make("div", { class: "bars" }, ...bars)];
  });
}

function bar(finding, cost, most) {
  const open = () => choose(shown.indexOf(finding));
  const name = make("button", { type: "button", onclick: open }, `${finding.code} ${finding.function || place(finding.at)}`);
  const [total, flat] = [cost.total, cost.flat].map((value) => make("div", { class: "bar" }));
  total.classList.add("total");
  total.style.width = `${(100 * cost.total) / most}%`;
  flat.style.width = `${(100 * cost.flat) / most}%`;
  const figure = `${amount(cost.flat, cost.unit)} of ${amount(cost.total, cost.unit)}`;
  return [name, make("div", {}, total, flat), make("span", { class: "figure" }, figure)];
}

function difference(text) {
  const lines = text.split("\n").map((one) => {
    const kind = /^\+(?!\+\+)/.test(one) ? "plus" : /^-(?!--)/.test(one) ? "minus" : "";
    return kind ? make("span", { class: kind }, one) : `${one}\n`;
  });
  return make("pre", {}, ...lines);
}

function help(code, rule) {
  const parts = rule.sections.flatMap(([title, body]) => [make("h3", {}, title), ...prose(body)]);
  return make("details", {}, make("summary", {}, `${code} ${rule.name}: ${rule.summary}`), ...parts);
}

function prose(body) {
  return body.split(/^```\w*\n/m).flatMap((part, at) => {
    if (at % 2) return [make("pre", {}, part.trimEnd())];
    return part.split(/\n\n+/).filter((one) => one.trim()).map((one) => make("p", {}, ...sentence(one)));
  });
}

function overview() {
  chosen = -1;
  const rules = [...Map.groupBy(data.findings.filter((one) => one.state === "open"), (one) => one.code)];
  rules.sort((one, other) => other[1].length - one[1].length);
  const most = Math.max(1, ...rules.map(([, group]) => group.length));
  const bars = rules.flatMap(([code, group]) => {
    const pick = () => {
      byId("filter").value = code.toLowerCase();
      list();
      choose(0);
    };
    const name = make("button", { type: "button", onclick: pick }, `${code} ${data.rules[code].name}`);
    const length = make("div", { class: "bar" });
    length.style.width = `${(100 * group.length) / most}%`;
    return [name, length, make("span", { class: "figure" }, `${group.length}`)];
  });
  const count = (state) => data.findings.filter((one) => one.state === state).length;
  const told = [`${plural(count("open"), data.compared ? "new finding" : "finding")} in ${plural(data.scope.files, "file")}, ${plural(data.scope.packages, "package")}.`];
  if (count("known")) told.push(`${count("known")} known before.`);
  if (data.scope.gone) told.push(`${data.scope.gone} gone since.`);
  if (count("suppressed")) told.push(`${count("suppressed")} suppressed.`);
  const notes = data.notes.map((note) => make("li", { class: note.level }, `${note.path}${note.line ? `:${note.line}` : ""} ${note.text}`));
  const parts = [make("h2", {}, "Overview"), make("p", {}, told.join(" ")), ...charts()];
  parts.push(make("h3", {}, "By rule"), make("div", { class: "bars" }, ...bars));
  if (notes.length) parts.push(make("h3", {}, "What went wrong"), make("ul", {}, ...notes));
  parts.push(make("p", { class: "meta" }, `golint-mem ${data.version}`));
  byId("detail").replaceChildren(...parts);
}

// ---- controls -------------------------------------------------------------------------------------------------------

function toggles(id, names) {
  for (const name of names) {
    if (!data.findings.some((one) => one.level === name || one.state === name)) continue;
    const button = make("button", { type: "button", class: name, "aria-pressed": !off.has(name) }, name);
    button.addEventListener("click", () => {
      off.has(name) ? off.delete(name) : off.add(name);
      button.setAttribute("aria-pressed", !off.has(name));
      list();
    });
    byId(id).append(button, " ");
  }
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

const keys = {
  j: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
  n: () => go(step + 1),
  p: () => go(step - 1),
  o: overview,
  t: theme,
  "/": () => byId("filter").focus(),
  "?": () => byId("help").showModal(),
};

document.addEventListener("keydown", (pressed) => {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || byId("help").open) return;
  if (pressed.target === byId("filter")) {
    if (pressed.key === "Escape") byId("filter").blur();
    if (pressed.key === "Enter") choose(0);
    return;
  }
  if (Object.hasOwn(keys, pressed.key)) {
    pressed.preventDefault();
    keys[pressed.key]();
  }
});
byId("filter").addEventListener("input", list);
byId("theme").addEventListener("click", theme);
byId("keys").addEventListener("click", keys["?"]);
addEventListener("resize", routes);

toggles("levels", ["error", "warning", "note"]);
toggles("states", ["known", "suppressed"]);
list();
overview();
const asked = data.findings[Number(location.hash.slice(1)) - 1];
if (asked && shown.includes(asked)) choose(shown.indexOf(asked));
