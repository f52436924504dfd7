// SPDX-License-Identifier: AGPL-3.0-or-later
// A fact is corrected: the page that quotes it says the new words, shows the old ones beside them,
// and everyone can read what changed. The queue shows what is due and for whom.
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

const FACT = "continued-presence-length";
const text = (page) => page.locator("main").innerText();

test("staff pages of the register are accessible", async () => {
  for (const size of Object.keys(SIZES)) {
    const page = await openPage(browser, house.address, { size });
    await signIn(page, house.address, "coordinator");
    for (const language of LANGUAGES)
      for (const path of ["/facts", "/facts?show=all", "/facts/new", `/facts/${FACT}`]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `facts${path.replaceAll(/[/?=]/g, "-")}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    await assertKeyboard(page);
    await page.context().close();
  }
});

test("the queue filters, sorts and exports", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/facts`);
  assert.equal(await page.locator("tbody tr").count(), 2, "the two that sources disagree on");
  await page.getByLabel("Show").selectOption({ label: "All facts" });
  await page.getByLabel("Owner").selectOption("law");
  await page.getByRole("button", { name: "Show" }).click();
  const owners = await page.locator("tbody tr td:nth-of-type(2)").allInnerTexts();
  assert.ok(owners.length > 10 && owners.every((one) => one.trim() === "law"));
  await page.getByRole("link", { name: "Pages" }).first().click();
  const uses = (await page.locator("tbody tr td:last-of-type").allInnerTexts()).map(Number);
  assert.deepEqual(uses, [...uses].sort((a, b) => a - b));
  const answer = await page.request.get(house.address + "/facts.csv?show=all&owner=law");
  assert.equal((await answer.text()).trim().split("\n").length, owners.length + 1);
  await page.context().close();
});

test("a corrected fact shows its new words and the difference", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/facts/${FACT}`);
  await page.getByLabel("Sentence in English").fill("It is granted for three years at a time and can be renewed.");
  await page.getByLabel("Part that is quoted alone, in English").fill("three years");
  await page.getByLabel("Part that is quoted alone, in Spanish").fill("tres años");
  await page.getByLabel("Why it changes").fill("<script>alert(1)</script> The agency says so now.");
  await page.getByRole("button", { name: "Put it into force" }).click();
  assert.match(await text(page), /cannot be put into force: .*does not hold the value/);
  page.complaints = [];
  await assertAccessible(page);
  await page.getByLabel("Sentence in Spanish").fill("Se da por tres años y se puede renovar.");
  await page.getByRole("button", { name: "Put it into force" }).click();
  assert.equal(await page.locator("h1").innerText(), "It is granted for three years at a time and can be renewed.");
  await assertAccessible(page);

  const visitor = await openPage(browser, house.address);
  await visitor.goto(`${house.address}/signs/investigators-continued-presence`);
  assert.match(await text(visitor), /three years at a time/);
  assert.match(await text(visitor), /What changed on this page/);
  assert.match(await visitor.locator("del").first().innerText(), /two/);
  assert.match(await visitor.locator("ins").first().innerText(), /three/);
  assert.equal(await visitor.locator("main script").count(), 0);
  await assertAccessible(visitor);
  await picture(visitor, "facts-changed-page");
  await visitor.goto(`${house.address}/es/signs/changes`);
  assert.match(await text(visitor), /Se da por tres años/);
  await assertAccessible(visitor);
  await visitor.context().close();
  await page.context().close();
});

test("a fact that no longer holds says so on the page, and partners may not change it", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/facts/labor-trafficking`);
  await page.getByText("It no longer holds").click();
  await page.getByLabel("Why it is out of date, in English").fill("The section was replaced.");
  await page.getByLabel("Why it is out of date, in Spanish").fill("La sección fue reemplazada.");
  await page.getByLabel("Why it changes").fill("Law of this year.");
  await press(page, page.getByRole("button", { name: "Put it into force" }));
  await page.goto(`${house.address}/signs/patrol-labor-signs`);
  assert.match(await text(page), /1 fact on this page is out of date/);
  assert.match(await text(page), /Out of date\. The section was replaced\./);
  await page.context().close();
  const advocate = await openPage(browser, house.address);
  await signIn(advocate, house.address, "advocate");
  const answer = await advocate.goto(`${house.address}/facts/labor-trafficking`);
  assert.equal(answer.status(), 404);
  await advocate.context().close();
});
