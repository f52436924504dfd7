// SPDX-License-Identifier: AGPL-3.0-or-later
// Everyone sees who covers a county and who does not; a coordinator adds a task force, a member, a
// meeting with an action, and imports a table of which every row is accounted for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
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
  await picture(page, "network-desk-edit");
  const desk = page.url();
  await page.getByRole("link", { name: "Members and partners" }).click();
  await page.getByRole("link", { name: "Add a member or partner" }).click();
  await page.getByLabel("Name of the organization").fill("Example House");
  await page.getByLabel("Kind").selectOption("provider");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Example House" }).click();
  await page.getByLabel("For what").fill("Beds and a lawyer");
  await page.getByLabel("How it goes").selectOption("well");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Beds and a lawyer[\s\S]*Goes well/);
  await assertAccessible(page);
  await picture(page, "network-desk-organizations");
  await page.goto(`${desk}/arrangements`);
  await assertAccessible(page);
  await page.getByRole("link", { name: "Add a protocol" }).click();
  await page.getByLabel("Title").fill("Referral protocol");
  await page.getByLabel("Review by").fill("2026-01-02");
  await page.locator("label", { hasText: "Example House" }).click();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Referral protocol[\s\S]*Review is due/);
  await assertAccessible(page);
  await picture(page, "network-desk-arrangements");
  await page.goto(desk.replace("network-desk", "task-forces"));
  assert.match(await page.locator("main").innerText(), /Protocols in force[\s\S]*Referral protocol/);
  await page.goto(`${desk}/meetings`);
  await page.getByLabel("Title").fill("First meeting");
  await page.getByLabel("Day").fill("2026-12-01");
  await page.locator("label", { hasText: "Example House" }).click();
  await page.getByRole("textbox", { name: "Actions" }).fill("Print the number; Example House; 2026-01-02");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Print the number[\s\S]*Late/);
  await assertAccessible(page);
  await picture(page, "network-desk-meetings");
  const meetings = page.url();
  await page.goto(`${house.address}/network-desk/actions?show=late`);
  assert.match(await page.locator("main").innerText(), /Print the number/);
  await assertAccessible(page);
  await page.locator("select[name^=to-]").selectOption({ label: "Cora Coordinator_" });
  await press(page, page.getByRole("button", { name: "Give" }));
  await page.goto(`${house.address}/network-desk/actions?show=mine`);
  await picture(page, "network-desk-actions");
  await press(page, page.getByRole("button", { name: "Mark as done" }).first());
  await page.goto(`${house.address}/network-desk/actions?show=done`);
  assert.match(await page.locator("main").innerText(), /Print the number[\s\S]*Done/);
  await page.goto(`${house.address}/network-desk/calendar`);
  await page.getByRole("button", { name: "Make an address" }).click();
  await assertAccessible(page);
  const calendar = new URL(await page.locator("code").innerText(), house.address).pathname;
  const answer = await fetch(house.address + calendar);
  assert.equal(answer.headers.get("set-cookie"), null);
  assert.match(await answer.text(), /BEGIN:VCALENDAR[\s\S]*First meeting/);
  await press(page, page.getByRole("button", { name: "End it" }));
  assert.equal((await fetch(house.address + calendar)).status, 404);
  await page.goto(meetings);
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
  await page.getByRole("button", { name: "Send and look" }).click();
  assert.match(await page.locator("main").innerText(), /What would become of 2 rows/);
  await assertAccessible(page);
  await picture(page, "network-desk-look");
  await page.getByRole("button", { name: "Import these rows" }).click();
  const words = await page.locator("main").innerText();
  assert.match(words, /From A Table/);
  assert.match(words, /table\.csv:3[\s\S]*Atlantis/);
  await assertAccessible(page);
  await page.context().close();
});

test("access is reviewed once a year, and who leaves hands over", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "administrator");
  await page.goto(`${house.address}/administration/access`);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Begin a review now" }).click();
  await assertAccessible(page);
  await picture(page, "access-review");
  assert.match(await page.locator("main").innerText(), /Somebody else decides/);
  await press(page, page.getByRole("button", { name: /^Confirm: Cora/ }));
  await page.goto(`${house.address}/administration/access?state=kept`);
  assert.match(await page.locator("main").innerText(), /Cora Coordinator/);
  await page.goto(`${house.address}/administration/access/roles?role=coordinator`);
  assert.match(await page.locator("main").innerText(), /One person alone has this role/);
  await assertAccessible(page);
  await page.getByRole("link", { name: /^Hand-over: Cora/ }).click();
  await assertAccessible(page);
  await picture(page, "hand-over");
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
