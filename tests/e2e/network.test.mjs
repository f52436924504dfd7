// SPDX-License-Identifier: AGPL-3.0-or-later
// Everyone sees who covers a county and who does not; a coordinator adds a task force, a member, a
// meeting with an action, and imports a table of which every row is accounted for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { signIn, startDemonstration } from "./house.mjs";

let house, browser;
before(async () => {
  house = await startDemonstration();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("from the map to the number to call", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/task-forces`);
  await page.getByLabel("State or territory").selectOption("NY");
  await page.getByRole("button", { name: "Show" }).click();
  assert.match(await page.locator("main").innerText(), /2 task forces/);
  await page.getByRole("link", { name: "Who covers which county: New York" }).click();
  const row = page.getByRole("row", { name: /^Erie County/ }).last();
  await row.getByRole("link", { name: "Five Lakes Demonstration Task Force" }).click();
  assert.match(await page.locator("main").innerText(), /\(716\) 555-0100/);
  await assertAccessible(page);
  assert.deepEqual(await page.context().cookies(), []);
  await page.context().close();
});

test("a coordinator adds a task force, a member, a meeting and an action", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/network-desk/new`);
  await assertAccessible(page);
  await page.getByLabel("Name", { exact: true }).fill("Example Ridge Task Force");
  await page.getByLabel("State or territory").selectOption("OH");
  await page.getByLabel("Where it works").fill("Atlantis, OH");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Atlantis/);
  await assertAccessible(page);
  page.complaints = [];
  await page.getByLabel("Where it works").fill("Lake, OH\nGeauga, OH");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Geauga County, OH; Lake County, OH/);
  await page.getByRole("link", { name: "Change this" }).click();
  await page.getByLabel("Name of the organization").fill("Example House");
  await page.getByLabel("Kind").selectOption("provider");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await assertAccessible(page);
  await picture(page, "network-desk-edit");
  await page.goto(page.url() + "/meetings");
  await page.getByLabel("Title").fill("First meeting");
  await page.getByLabel("Day").fill("2026-12-01");
  await page.locator("label", { hasText: "Example House" }).click();
  await page.getByRole("textbox", { name: "Actions" }).fill("Print the number; Example House; 2026-01-02");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Print the number[\s\S]*Late/);
  await assertAccessible(page);
  await picture(page, "network-desk-meetings");
  await page.getByRole("button", { name: "Mark as done" }).click();
  assert.match(await page.locator("main").innerText(), /Done/);
  await page.getByRole("link", { name: "Change: First meeting" }).click();
  await page.getByLabel("Decisions").fill("One number for all");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /One number for all[\s\S]*Done/);
  await page.context().close();
});

test("an import says what became of every row", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/network-desk/import`);
  await page.getByLabel("File").setInputFiles({
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("name,state,area\nFrom A Table,OH,\"Lake, OH\"\nNowhere,OH,\"Atlantis, OH\"\n"),
  });
  await page.getByRole("button", { name: "Import" }).click();
  const words = await page.locator("main").innerText();
  assert.match(words, /From A Table/);
  assert.match(words, /file\.csv:3[\s\S]*Atlantis/);
  await assertAccessible(page);
  await page.context().close();
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    test(`the pages of the network ${language} ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      for (const path of ["/task-forces", "/task-forces/states/NY", "/task-forces/states/GU"]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `${path.slice(1).replaceAll("/", "-")}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
        if (size === "desk") await assertKeyboard(page);
      }
      await signIn(page, house.address, "coordinator");
      await page.goto(house.address + inLanguage(language, "/network-desk"));
      await assertAccessible(page);
      await page.context().close();
    });
  }
}
