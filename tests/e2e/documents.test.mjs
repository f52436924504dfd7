// SPDX-License-Identifier: AGPL-3.0-or-later
// A document from its questions: what is asked follows the answers, errors name their place, and
// the files come as they should. Nothing is kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, openPage } from "./browser.mjs";
import { startHouse } from "./house.mjs";

let house, browser;
before(async () => {
  house = await startHouse();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

async function fillMedia(page) {
  await page.getByRole("textbox", { name: "Task force" }).fill("Example County Task Force <b>");
  await page.getByRole("textbox", { name: "Role that speaks" }).fill("Sheriff's press officer");
  await page.getByRole("group", { name: "Do the members speak together?" }).getByText("No", { exact: true }).click();
  await page.getByRole("group", { name: "May survivors be asked to speak?" }).getByText("Yes", { exact: true }).click();
}

test("a missing answer is named, and a question that follows is asked", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/documents/media`);
  assert.equal(await page.getByRole("textbox", { name: "Role that prepares and supports them" }).count(), 0);
  await fillMedia(page);
  await page.getByRole("button", { name: "Show the document" }).click();
  assert.equal(await page.getByRole("textbox", { name: "Role that prepares and supports them" }).count(), 1);
  assert.match(await page.locator("main").innerText(), /An answer is needed/);
  page.complaints = [];
  await assertAccessible(page);
  await page.getByRole("textbox", { name: "Role that prepares and supports them" }).fill("Advocate");
  await page.getByRole("button", { name: "Show the document" }).click();
  const text = await page.locator("main").innerText();
  assert.match(text, /For Example County Task Force <b>, the Sheriff's press officer speaks/);
  assert.match(text, /Each member speaks for itself only/);
  assert.doesNotMatch(text, /A joint text goes out/);
  await assertAccessible(page);
  await page.context().close();
});

test("the files carry the answers", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/documents/media`);
  await fillMedia(page);
  await page.getByRole("button", { name: "Show the document" }).click();
  await page.getByRole("textbox", { name: "Role that prepares and supports them" }).fill("Advocate");
  for (const [button, start, name] of [
    ["PDF", "%PDF-", "media-en.pdf"],
    ["Word file (DOCX)", "PK", "media-en.docx"],
    ["Answers as data (JSON)", "{", "media-en.json"],
  ]) {
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: button, exact: true }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), name);
    const parts = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    const bytes = Buffer.concat(parts);
    assert.ok(bytes.toString("latin1").startsWith(start), name);
    if (name.endsWith("json")) assert.equal(JSON.parse(bytes).answers.survivor_contact, "Advocate");
  }
  await page.context().close();
});

test("more than fits in a field is refused in words", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/documents/media`);
  await fillMedia(page);
  await page.getByRole("textbox", { name: "Task force" }).fill("x".repeat(9000));
  await page.getByRole("button", { name: "Show the document" }).click();
  assert.match(await page.locator("main").innerText(), /Write at most 8000 characters/);
  await page.context().close();
});
