// Looks at an HTML report: node page.mjs MODULES CHROMIUM PAGE SHOTS; prints what is seen after each key.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, executablePath, file, shots] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, colorScheme: "light" });
const page = await context.newPage();
const errors = [], asked = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.on("console", (said) => said.type() === "error" && errors.push(said.text()));
page.on("request", (request) => request.url().startsWith("file:") || asked.push(request.url()));
page.on("dialog", (dialog) => { errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
const started = Date.now();
await page.goto(pathToFileURL(file).href);
await page.waitForSelector("#detail h2");
const seconds = (Date.now() - started) / 1000;
const shot = (name) => shots && page.screenshot({ path: `${shots}/${name}.png` });
const seen = {
  seconds,
  count: await page.innerText("#count"),
  overview: await page.innerText("#detail"),
  list: await page.innerText("#list"),
};
await shot("overview");
const look = () =>
  page.evaluate(() => {
    const texts = (query) => [...document.querySelectorAll(query)].map((one) => one.textContent);
    return {
      title: document.querySelector("#detail h2")?.textContent,
      steps: texts("ol.steps li"),
      current: texts("ol.steps [aria-current=step]"),
      now: texts(".line.now .text"),
      marks: texts(".line mark"),
      routes: document.querySelectorAll("path.route").length,
      lives: document.querySelectorAll(".sequence .life").length,
      events: document.querySelectorAll(".sequence circle").length,
      stuck: document.querySelectorAll(".sequence .stuck").length,
      diff: texts("pre .plus, pre .minus"),
      bars: texts(".bars .figure"),
      lines: texts(".line .text"),
      elements: document.querySelectorAll("#detail img, #detail script, #detail a, #list img, #list script").length,
      theme: getComputedStyle(document.body).backgroundColor,
    };
  });
seen.looks = [];
for (const key of process.env.KEYS ? process.env.KEYS.split(" ") : []) {
  if (key.startsWith("type:")) {
    await page.keyboard.type(key.slice(5));
  } else if (key.startsWith("click:")) {
    await page.click(key.slice(6));
  } else if (key.startsWith("shot:")) {
    await shot(key.slice(5));
  } else if (key === "look") {
    seen.looks.push({ ...(await look()), count: await page.innerText("#count"), list: await page.innerText("#list") });
  } else {
    await page.keyboard.press(key);
  }
}
console.log(JSON.stringify({ ...seen, errors, asked }));
await browser.close();
