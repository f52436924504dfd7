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
    .setLegacyMode()  // no frame of another site: the whole run stays in the page
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
    const missing = new Map();  // what was not reached yet, under its name where it is one of several radio buttons
    const hidden = [];
    const keyOf = (element) => (element.type === "radio" ? `radio ${element.name}` : element);
    for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      if (element.tabIndex < 0 || element.disabled || element.closest("details:not([open]) > :not(summary)")) continue;
      if (element.checkVisibility()) missing.set(keyOf(element), element.outerHTML.slice(0, 100));
    }
    document.addEventListener("focusin", ({ target }) => {
      missing.delete(keyOf(target));
      const style = getComputedStyle(target);
      const label = target.id ? document.querySelector(`label[for="${target.id}"]`) : null;
      const shown = [style, label && getComputedStyle(label, "::before")].some((one) => one && (one.outlineStyle !== "none" || one.boxShadow !== "none"));
      if (!shown) hidden.push(target.outerHTML.slice(0, 100));
    });
    globalThis.walk = () => ({ missing: [...missing.values()], hidden });
    return missing.size;
  });
  // A page may start in its middle (at its errors), and date controls take several presses.
  let { missing, hidden } = await page.evaluate(() => globalThis.walk());
  for (let pressed = 0; missing.length > 0 && pressed < wanted * 3 + 20; pressed += 10) {
    for (let i = 0; i < 10; ++i) await page.keyboard.press("Tab");
    ({ missing, hidden } = await page.evaluate(() => globalThis.walk()));
    assert.deepEqual(hidden, [], `no visible focus on ${page.url()}`);
  }
  assert.deepEqual(missing, [], `the Tab key does not reach them on ${page.url()}`);
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
