// Shows a SARIF log in Microsoft's viewer: node viewer.mjs MODULES CHROMIUM LOG [SCREENSHOT]; prints what it shows.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, executablePath, log, path] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 3000 } });
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
await page.setContent("<!doctype html><body><div id=root></div></body>");
const scripts = [
  "react/umd/react.production.min.js",
  "react-dom/umd/react-dom.production.min.js",
  "@microsoft/sarif-web-component/dist/index.js",
];
for (const script of scripts) await page.addScriptTag({ path: `${modules}/node_modules/${script}` });
await page.evaluate((shown) => {
  const filterState = { Baseline: { value: ["new", "unchanged", "updated", "absent"] }, Suppression: { value: ["unsuppressed", "suppressed"] } };
  const viewer = React.createElement(window.Viewer, { logs: [shown], filterState, showSuppression: true });
  ReactDOM.render(viewer, document.getElementById("root"));
}, JSON.parse(readFileSync(log, "utf8")));
await page.waitForSelector("text=golint-mem");
for (let closed; (closed = await page.$(".bolt-tree-row[aria-expanded=false], [aria-expanded=false] .bolt-tree-expand-button")); ) {
  await closed.click();
  await page.waitForTimeout(100);
}
await page.waitForTimeout(500);
if (path) await page.screenshot({ path, fullPage: true });
const items = await page.$$eval(".swcMarkDown li", (found) => found.map((one) => one.textContent.trim()));
const marked = await page.$$eval(".swcRegion, mark, .swcSnippet .hi", (found) => found.map((one) => one.textContent));

console.log(JSON.stringify({ text: await page.innerText("body"), items, marked, errors }));
await browser.close();
