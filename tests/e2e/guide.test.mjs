// SPDX-License-Identifier: AGPL-3.0-or-later
// Anyone prints the guide; the coordinator makes a crisis edition of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { daybreak, signIn, startDemonstration } from "./house.mjs";

const PATIENCE = 120_000;
let house, browser;

// The node makes editions in the background; their page is looked at until the words are there.
async function appears(page, path, words) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((ready) => setTimeout(ready, 500))) {
    await page.goto(house.address + path);
    if ((await page.getByText(words).count()) > 0) return;
  }
  assert.fail(`${words} did not appear on ${path}`);
}
async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}
const checked = (path) => JSON.parse(daybreak("pdf-check", "--json", path));

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  const page = await openPage(browser, house.address);
  await appears(page, "/guide", "To print (PDF), English");
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("print the guide", async () => {
  const page = await openPage(browser, house.address, { javaScript: false });
  await page.goto(house.address);
  await page.getByRole("link", { name: "Guide", exact: true }).click();
  const pdf = await download(page, page.getByRole("link", { name: "To print (PDF), English" }).first());
  assert.equal(pdf.name, "guide-en.pdf");
  const report = checked(pdf.path);
  assert.ok(report.pages > 1, `${report.pages} pages`);
  assert.equal(report.passes, true, "tagged, titled, in reading order");
  assert.deepEqual(await page.context().cookies(), []);
  await page.context().close();
});

test("every form in both languages is there and is what it says", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/guide`);
  for (const [form, language] of ["English", "Spanish"].flatMap((one) => ["To print (PDF)", "Large print (PDF)", "Pocket card (PDF)"].map((form) => [form, one]))) {
    const pdf = await download(page, page.getByRole("link", { name: `${form}, ${language}` }).first());
    assert.equal(checked(pdf.path).passes, true, `${form} ${language}`);
  }
  const html = await download(page, page.getByRole("link", { name: "To read on a screen, to save (HTML), Spanish" }).first());
  assert.match(readFileSync(html.path, "utf8"), /<html lang="es"/);
  const snapshot = await download(page, page.getByRole("link", { name: "For programs (JSON), English" }).first());
  await page.getByText("Is my copy unchanged?").first().click();
  const shown = await page.locator("code.long-code").first().innerText();
  assert.equal(shown, createHash("sha256").update(readFileSync(snapshot.path)).digest("hex"));
  await page.context().close();
});

test("a pocket card says nothing about why someone carries it", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/guide`);
  const card = await download(page, page.getByRole("link", { name: "Pocket card (PDF), English" }).first());
  assert.doesNotMatch(`${card.name} ${checked(card.path).title ?? ""}`, /traffick|victim|shelter|surviv|abus/i);
  await page.context().close();
});

test("the coordinator makes a crisis edition and withdraws it", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/directory/guide`);
  await page.locator("label", { hasText: "A crisis edition" }).click();
  await page.getByRole("button", { name: "Make the edition" }).click();
  assert.match(await page.locator("#errors").innerText(), /says why/);
  await page.getByRole("textbox", { name: "What happened, and what is the edition for?" }).fill("Example flood: places to sleep this week.");
  await page.locator("label", { hasText: "A place to live" }).click();
  await page.getByRole("button", { name: "Make the edition" }).click();
  await appears(page, "/guide", "Example flood: places to sleep this week.");
  const crisis = page.getByRole("region", { name: "For what happens now" });
  await crisis.getByText("What is different from the guide of").click();
  assert.match(await crisis.innerText(), /Not in it/);
  const pdf = await download(page, crisis.getByRole("link", { name: "To print (PDF), English" }));
  assert.equal(checked(pdf.path).passes, true);
  await page.goto(`${house.address}/directory/guide`);
  await picture(page, "directory-guide-en-desk");
  await press(page, page.getByRole("button", { name: "Withdraw" }));
  await page.goto(`${house.address}/guide`);
  assert.equal(await page.getByText("Example flood").count(), 0);
  await page.context().close();
});

test("others do not make editions", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "advocate");
  await page.goto(`${house.address}/directory/guide`);
  assert.match(await page.locator("h1").innerText(), /not here/);
  await page.context().close();
});

test("the pages of the guide and of the directory's state", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  for (const path of ["/guide", "/directory/guide", "/directory/health", "/directory/health?show=never", "/today"]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `${path.replaceAll(/[/?=]/g, "-").slice(1)}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
    await page.goto(house.address + path);
    await assertKeyboard(page);
  }
  await page.context().close();
});

test("the dashboard names what is overdue and where a need has no service", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  assert.match(await page.locator("main").innerText(), /records? (is|are) overdue for a check/);
  await page.goto(`${house.address}/directory/health?show=overdue&group=hours`);
  const rows = await page.locator("table").first().locator("tbody tr").allInnerTexts();
  assert.ok(rows.length > 10);
  for (const row of rows) assert.match(row, /Hours/);
  assert.match(await page.locator("main").innerText(), /Counties without/);
  await page.context().close();
});
