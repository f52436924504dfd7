// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk of those who keep the directory: accessible in both languages at both widths, and alive
// without JavaScript from an edit to its history and back, and from a proposal to its decision.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { daybreak, signIn, startDemonstration } from "./house.mjs";

let house, browser, service;

async function enter(page, mailbox) {
  await signIn(page, house.address, mailbox);
  assert.equal(new URL(page.url()).pathname, "/today");
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  const page = await openPage(browser, house.address, { javaScript: false });
  await enter(page, "coordinator");
  await page.goto(`${house.address}/directory`);
  service = new URL(await page.locator("table a").first().getAttribute("href"), house.address).pathname;
  // Something to propose, something to look at in the history.
  await page.goto(`${house.address}/services/${service.split("/").pop()}/correction`);
  await page.getByRole("textbox").fill("The telephone number has changed.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const pathOf = async (link) => new URL(await link.getAttribute("href"), house.address).pathname;

// Each makes something to look at and gives the path of its page.
async function changed(page) {
  await page.goto(`${house.address}${service}/edit/names`);
  await page.getByRole("textbox", { name: "Other name", exact: false }).first().fill("Looked at (demonstration)");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "History" }).click();
  return pathOf(page.getByRole("link", { name: /^Take back/ }).first());
}
async function uploaded(page) {
  await page.goto(`${house.address}/directory/imports`);
  await page.locator("input[type=file]").setInputFiles({ name: "guide.csv", mimeType: "text/csv", buffer: Buffer.from("Agency,Program,Phone\nLakeside Demonstration,Food shelf,716-555-0111\n") });
  await page.getByRole("textbox", { name: /source/i }).first().fill("A guide (demonstration)");
  await page.getByRole("button", { name: /Upload|Import|Next/ }).first().click();
  const path = new URL(page.url()).pathname;
  assert.match(path, /^\/directory\/imports\/[0-9a-f-]{36}$/);
  return path;
}
async function foundTwice(page) {
  await page.goto(house.address + service);
  const name = await page.locator("h1").innerText();
  const body = await (await fetch(`${house.address}/hsds/3.1/services/${service.split("/").pop()}`)).json();
  const row = { id: "0c7d0b44-0000-4000-8000-00000000e2e2", name, status: "active", organization_id: body.organization_id ?? body.organization.id };
  const file = `${house.data}/twin.json`;
  writeFileSync(file, JSON.stringify([row]));
  daybreak("directory", "import", file, "--entity", "service", "--source", "twin", "--licence", "CC0-1.0", "--data", house.data);
  await page.goto(`${house.address}/directory/duplicates`);
  await page.locator("main form button").first().click();
  return pathOf(page.locator("main table a").first());
}

describe("every page of the desk", () => {
  test("is accessible and quiet", async () => {
    const page = await openPage(browser, house.address);
    await enter(page, "coordinator");
    await page.goto(`${house.address}/directory/proposals`);
    const proposal = new URL(await page.locator("table a").first().getAttribute("href"), house.address).pathname;
    const groups = ["names", "contact", "hours", "eligibility", "needs", "languages", "capacity", "suitability", "visibility"];
    const last = await changed(page);
    const imported = await uploaded(page);
    const pair = await foundTwice(page);
    const paths = ["/directory", service, `${service}/history`, ...groups.map((group) => `${service}/edit/${group}`), "/directory/new/service",
      "/directory/proposals", proposal, last, "/directory/duplicates", pair, "/directory/imports", imported, "/directory/words", "/today"];
    for (const path of paths) {
      for (const language of LANGUAGES) {
        for (const size of Object.keys(SIZES)) {
          await page.setViewportSize(SIZES[size]);
          await page.goto(house.address + inLanguage(language, path));
          assert.equal(await page.locator("html").getAttribute("lang"), language);
          await picture(page, `desk-${path.split("/").slice(-1)[0].slice(0, 12)}-${language}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      }
    }
    await page.setViewportSize(SIZES.desk);
    await page.goto(`${house.address}${service}/edit/contact`);
    await assertKeyboard(page);
    await page.context().close();
  });
});

describe("without JavaScript", () => {
  test("an edit stands in the history and is taken back", async () => {
    const page = await openPage(browser, house.address, { javaScript: false });
    await enter(page, "coordinator");
    await page.goto(`${house.address}${service}/edit/names`);
    const name = page.getByRole("textbox", { name: "Name", exact: false }).first();
    const old = await name.inputValue();
    await name.fill("A name for one minute (demonstration)");
    await page.getByRole("button", { name: "Save" }).click();
    assert.equal(new URL(page.url()).pathname, service);
    assert.match(await page.locator("h1").innerText(), /A name for one minute/);
    await page.getByRole("link", { name: "History" }).click();
    assert.match(await page.locator("main").innerText(), /Cora Coordinator_/);
    await page.getByRole("link", { name: /^Take back/ }).first().click();
    for (const choice of await page.locator("label", { hasText: "Take the new one" }).all()) await choice.click();
    await press(page, page.getByRole("button", { name: "Take back what is marked" }));
    await page.goto(`${house.address}${service}`);
    assert.equal(await page.locator("h1").innerText(), old);
    await page.context().close();
  });

  test("a correction waits as a proposal and is decided", async () => {
    const page = await openPage(browser, house.address, { javaScript: false });
    await enter(page, "coordinator");
    assert.match(await page.locator("main").innerText(), /1 proposal waits/);
    await page.getByRole("link", { name: "1 proposal waits" }).click();
    await page.locator("table a").first().click();
    assert.match(await page.locator("main").innerText(), /The telephone number has changed/);
    await page.getByRole("button", { name: "Done" }).click();
    assert.match(await page.locator("main").innerText(), /No proposal waits/);
    await page.context().close();
  });

  test("the list filters and exports", async () => {
    const page = await openPage(browser, house.address, { javaScript: false });
    await enter(page, "coordinator");
    await page.goto(`${house.address}/directory`);
    const all = await page.locator("#results").innerText();
    await page.getByRole("combobox", { name: "State" }).selectOption("overdue");
    await page.getByRole("button", { name: "Show" }).click();
    assert.notEqual(await page.locator("#results").innerText(), all);
    assert.equal(new URL(page.url()).search, "", "nothing that was asked stands in the address");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    assert.equal((await download).suggestedFilename(), "directory-service.csv");
    await page.context().close();
  });
});

test("who does not keep the directory finds no desk", async () => {
  const page = await openPage(browser, house.address);
  await enter(page, "detective");
  assert.equal(await page.getByRole("link", { name: "Directory", exact: true }).count(), 0);
  const answer = await page.goto(`${house.address}/directory`);
  assert.equal(answer.status(), 404);
  await page.context().close();
});
