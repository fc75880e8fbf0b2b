// Drives the built app in Chromium over the mock and takes pictures of every scene into look/.
// CHROMIUM names another browser than Debian's.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { scenes } from "./scenes.mjs";
import { server, start } from "./server.mjs";

const out = new URL("../look/", import.meta.url).pathname;
await mkdir(out, { recursive: true });
const wanted = process.argv.slice(2);
const http = await start(0);
const base = `http://127.0.0.1:${http.address().port}/`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

async function open(options = {}, query = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  page.on("console", (message) => { if (message.type() === "error") console.log("console:", message.text()); });
  page.on("pageerror", (error) => console.log("error:", error.message));
  await page.goto(base + query);
  await page.locator("#page-title, [role=dialog]").first().waitFor();
  return page;
}

async function shoot(page, name) {
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${out}${name}.png` });
  console.log(name);
}

/** Puts every later person on a scene. */
async function at(page, scene, query = "") {
  const [person] = [...server.people.values()].slice(-1);
  person.go(scene);
  await page.goto(base + query);
  await page.locator("#page-title, [role=dialog]").first().waitFor();
}

const all = Object.keys(scenes("en"));
const variants = [
  ["en", {}, ""],
  ["dark", { colorScheme: "dark" }, ""],
  ["fr", { locale: "fr-FR", viewport: { width: 1024, height: 768 } }, "?l=fr"],
  ["phone", { viewport: { width: 390, height: 844 } }, ""],
];
for (const [variant, options, query] of variants) {
  if (wanted.length > 0 && !wanted.some((one) => one.startsWith(variant))) continue;
  const page = await open(options, query);
  for (const scene of all) {
    if (wanted.length > 0 && !wanted.includes(variant) && !wanted.includes(`${variant}-${scene}`)) continue;
    await at(page, scene, query);
    await shoot(page, `${variant}-${scene}`);
  }
  await page.context().close();
}
if (wanted.length === 0 || wanted.includes("more")) {
  server.lab = true;
  const page = await open({ viewport: { width: 1440, height: 900 } });
  await page.locator('[data-id="portal.shell"]').click();
  await page.locator(".xterm").waitFor();
  await page.keyboard.type("az group list");
  await shoot(page, "more-shell-and-lab");
  await page.locator('[data-id="portal.groups"]').first().click();
  await page.locator('[data-id="manageView"]').click();
  await shoot(page, "more-not-simulated");
  await page.locator(".bell").click();
  await shoot(page, "more-notifications");
}
await browser.close();
http.close();
