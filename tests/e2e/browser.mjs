// SPDX-License-Identifier: AGPL-3.0-or-later
// Debian's Chromium, quiet and without memory, and the checks that every page goes through.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } };
export const LANGUAGES = ["en", "es"];
const IMAGES = join(dirname(fileURLToPath(import.meta.url)), "../../docs/images");

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

// A page that refuses and remembers every request to another place than `address`, and every
// message of the browser that something was blocked or broke.
export async function openPage(browser, address, { size = "desk", javaScript = true } = {}) {
  const context = await browser.newContext({ viewport: SIZES[size], javaScriptEnabled: javaScript, locale: "en-US" });
  const page = await context.newPage();
  page.foreign = [];
  page.complaints = [];
  await context.route("**/*", (route) => {
    if (route.request().url().startsWith(address)) return route.continue();
    page.foreign.push(route.request().url());
    return route.abort();
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/.test(message.text())) page.complaints.push(message.text());
  });
  return page;
}

// Chromium's own virtual authenticator for the pages of this page's context: { devtools, authenticatorId }
export async function authenticator(page, options = {}) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true, ...options,
    },
  });
  return { devtools, authenticatorId };
}

export const inLanguage = (language, path) => (language === "en" ? path : `/${language}${path === "/" ? "" : path}`);

// WCAG 2.2 AA, Section 508 and axe's best practices: no violation.
export async function assertAccessible(page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "section508", "best-practice"])
    .analyze();
  const told = violations.map((one) => `${one.id} (${one.help}): ${one.nodes.map((node) => `${node.target}: ${node.failureSummary}`).join("; ")}`);
  assert.deepEqual(told, [], `${page.url()} at ${page.viewportSize().width} px`);
}

// Nothing was asked of any other site, nothing was blocked, nothing broke, nothing scrolls sideways.
export async function assertQuiet(page) {
  assert.deepEqual(page.foreign, [], "requests to other sites");
  assert.deepEqual(page.complaints, [], "messages of the browser");
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${page.url()} is ${wider} px wider than the screen`);
}

// The Tab key reaches every link, button and field, each visibly focused, and never gets stuck.
export async function assertKeyboard(page) {
  const wanted = await page.evaluate(() => {
    const seen = new Set();
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((element) => {
      if (element.tabIndex < 0 || element.disabled || element.closest("details:not([open]) > :not(summary)")) return false;
      if (element.type === "radio") {  // a group of radio buttons is one stop
        if (seen.has(element.name)) return false;
        seen.add(element.name);
      }
      return element.checkVisibility();
    });
    return all.length;
  });
  const reached = new Set();
  let rounds = 0;  // a page may start in its middle (at its errors), so the walk goes past the end once
  for (let i = 0; i < wanted * 3 + 20; ++i) {  // date controls take several presses
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      element.dataset.stop ??= String(Math.random());
      const style = getComputedStyle(element);
      const label = element.id ? document.querySelector(`label[for="${element.id}"]`) : null;
      const shown = [style, label && getComputedStyle(label, "::before")].some((one) => one && (one.outlineStyle !== "none" || one.boxShadow !== "none"));
      return { id: element.dataset.stop, name: element.outerHTML.slice(0, 100), shown };
    });
    if (!stop) {
      if (++rounds === 2) break;
      continue;
    }
    assert.ok(stop.shown, `no visible focus on ${stop.name}`);
    reached.add(stop.id);
  }
  assert.ok(reached.size >= wanted, `the Tab key reached ${reached.size} of ${wanted} on ${page.url()}`);
}

// Presses the button of a form and waits for the answer: opening another page right after a click could break the
// sending off.
export async function press(page, button) {
  await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), button.click()]);
}

// A picture for the README; written only when DAYBREAK_PICTURES is set, so tests change no file.
export async function picture(page, name) {
  if (!process.env.DAYBREAK_PICTURES) return;
  const folder = process.env.DAYBREAK_PICTURES === "1" ? IMAGES : process.env.DAYBREAK_PICTURES;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: process.env.DAYBREAK_PICTURES !== "1" });
}
