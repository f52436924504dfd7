// SPDX-License-Identifier: AGPL-3.0-or-later
// An advocate's daily work with one person's file, without JavaScript: household, notes, closing, shredding asked for.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

const pathOf = (page) => new URL(page.url()).pathname.replace(/^\/(en|es)(?=\/)/, "");
const words = (page) => page.textContent("main");
const button = (page, name) => page.getByRole("button", { name, exact: true });
let house, browser, page, reader, file;

// The advocate at work; axe needs a page with JavaScript, the work itself does without.
async function open(options) {
  const opened = await openPage(browser, house.address, options);
  opened.setDefaultTimeout(8000);
  await signIn(opened, house.address, "advocate");
  await opened.goto(`${house.address}/vault/unlock`);
  await opened.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
  await press(opened, button(opened, "Open the vault"));
  return opened;
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  page = await open({ javaScript: false });
  reader = await open({});
  await page.goto(`${house.address}/vault/clients`);
  await page.locator("main table tbody a").first().click();
  file = pathOf(page);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// Every page of it, in both languages and both widths.
async function look(name, path) {
  for (const language of ["en", "es"])
    for (const width of [360, 1280]) {
      await reader.setViewportSize({ width, height: 900 });
      await reader.goto(house.address + inLanguage(language, path));
      await assertAccessible(reader);
      await assertQuiet(reader);
      await picture(reader, `${name}-${language}-${width}`);
    }
  await page.goto(house.address + path);
}

describe("one person's file", () => {
  test("a family member is added, changed and removed", async () => {
    await page.goto(`${house.address}${file}/household`);
    await page.getByLabel("Relation").selectOption({ label: "Child" });
    await page.getByLabel("Age group").selectOption({ label: "0 to 8" });
    await page.getByLabel("Name").fill("Nino Ejemplo_");
    await press(page, button(page, "Add to the household"));
    assert.match(await words(page), /Nino Ejemplo_/);
    await look("household", `${file}/household`);
    await page.getByRole("link", { name: "Change or remove" }).click();
    await look("relative", pathOf(page));
    await page.getByLabel("Age group").selectOption({ label: "9 to 17" });
    await press(page, button(page, "Save"));
    assert.match(await words(page), /9 to 17/);
    await page.getByRole("link", { name: "Change or remove" }).click();
    await press(page, button(page, "Remove from the household"));
    assert.doesNotMatch(await words(page), /Nino/);
  });

  test("a draft is changed, signed, and then only amended", async () => {
    await page.goto(house.address + file);
    await page.locator("textarea[name=body]").fill("Went to the clerk.");
    await press(page, button(page, "Keep as a draft"));
    await page.locator("summary").filter({ hasText: "draft" }).first().click();
    await page.getByRole("link", { name: "Change this draft" }).first().click();
    const draft = pathOf(page);
    assert.equal(await page.locator("textarea[name=body]").inputValue(), "Went to the clerk.");
    await page.locator("textarea[name=body]").fill("Went to the clerk; form filed.");
    await press(page, button(page, "Keep and sign"));
    assert.equal(pathOf(page), file);
    assert.match(await words(page), /form filed/);
    await look("note", draft);
    assert.match(await words(page), /A signed note stays as it is/);
    await page.locator("textarea[name=body]").fill("The receipt came later.");
    await press(page, button(page, "Keep as a draft"));
    assert.match(await words(page), /It amends an earlier note/);
  });

  test("a task is the next step until it is done, and is taken out without names", async () => {
    await page.goto(house.address + file);
    await page.locator("summary").filter({ hasText: "Add a task" }).click();
    await page.getByLabel("What is to be done").fill("Ask for the receipt");
    await page.locator("input[name=due_on]").fill("2026-01-15");
    await page.getByLabel("Legal deadline").selectOption({ label: "Continued presence ends" });
    await press(page, button(page, "Add the task"));
    assert.equal(pathOf(page), file);
    assert.match(await words(page), /Next step.*overdue.*Ask for the receipt.*Continued presence ends/s);
    await page.goto(`${house.address}/vault/clients`);
    assert.match(await words(page), /What waits for you.*Ask for the receipt/s);
    await page.goto(`${house.address}/vault/tasks?show=overdue`);
    assert.match(await words(page), /Ask for the receipt/);
    await look("tasks", "/vault/tasks");
    await page.goto(`${house.address}/vault/tasks?show=all&sort=-person`);
    assert.match(await words(page), /Ask for the receipt/);
    await page.goto(`${house.address}/vault/tasks`);
    await press(page, button(page, "Done").first());  // what is overdue stands first
    assert.doesNotMatch(await words(page), /Ask for the receipt/);
    await page.goto(`${house.address}/vault/tasks?show=done`);
    await press(page, button(page, "Not done"));
    assert.match(await words(page), /Ask for the receipt/);
  });

  test("a goal in her words gets steps, services and a review; what it was before stays", async () => {
    await page.goto(`${house.address}${file}/plan`);
    await page.getByLabel("What she or he wants to reach").fill("A door that I can lock_");
    await page.getByLabel("Area").selectOption({ label: "Housing" });
    await press(page, button(page, "Add the goal"));
    assert.match(await words(page), /Housing.*A door that I can lock_.*Open/s);
    const hers = page.locator("section", { hasText: "A door that I can lock_" }).last();
    await hers.getByRole("link", { name: /^Open goal/ }).click();
    const goal = pathOf(page);
    await page.getByLabel(/^Step\b/).fill("Look at two rooms_");
    await page.getByLabel("Who does it").selectOption({ index: 1 });
    await page.locator("input[name=due_on]").fill("2027-01-15");
    await press(page, button(page, "Add the step"));
    assert.match(await words(page), /Look at two rooms_/);
    await page.getByRole("link", { name: "Change", exact: true }).click();
    await look("plan-step", pathOf(page));
    await page.getByLabel("How it stands").selectOption({ label: "Reached" });
    await press(page, button(page, "Save"));
    assert.match(await words(page), /Reached/);
    await page.getByRole("link", { name: "Change its words or how it stands" }).click();
    await look("plan-goal-change", pathOf(page));
    await page.getByLabel("What she or he wants to reach").fill("A door and a bed_");
    await page.getByLabel("How it stands").selectOption({ label: "Under way" });
    await press(page, button(page, "Save"));
    assert.match(await words(page), /A door and a bed_.*What it was before.*A door that I can lock_/s);
    await page.goto(house.address + file);
    await page.getByLabel("For which goal").selectOption(goal.split("/").at(-1));
    await press(page, button(page, "Add"));
    await page.goto(house.address + goal);
    assert.match(await words(page), /1 service, \d+ minutes?/);
    await look("plan-goal", goal);
    await page.goto(`${house.address}${file}/plan`);
    await page.getByLabel("Again on").fill("2027-02-01");
    await press(page, button(page, "Write it down"));
    assert.match(await words(page), /again on/);
    await look("plan", `${file}/plan`);
    await page.goto(`${house.address}/vault/tasks`);
    assert.match(await words(page), /Talk the plan over/);
    assert.doesNotMatch(await words(page), /Look at two rooms_/, "what is reached waits no more");
  });

  test("a safety plan is written in parts, skipped in others, and printed without a name", async () => {
    await page.goto(`${house.address}${file}/safety-plan`);
    assert.match(await words(page), /There is no safety plan yet/);
    await page.getByRole("link", { name: "Write it" }).click();
    await press(page, button(page, "Save as a new version"));
    assert.match(await words(page), /Write at least one part/);
    await page.getByLabel("Places to go, by day and by night", { exact: true }).fill("The library_");
    await page.getByLabel("Skip: If someone sees the phone").selectOption({ label: "Prefers not to answer" });
    await press(page, button(page, "Save as a new version"));
    assert.match(await words(page), /The library_.*Prefers not to answer/s);
    await look("safety-plan", `${file}/safety-plan`);
    await look("safety-plan-edit", `${file}/safety-plan/edit`);
    await page.getByLabel("Places to go, by day and by night", { exact: true }).fill("The fire station_");
    await press(page, button(page, "Save as a new version"));
    await page.getByRole("link", { name: /^Version 1/ }).click();
    assert.match(await words(page), /The library_/);
    await look("safety-plan-print", `${file}/safety-plan/print`);
    assert.match(await words(page), /The fire station_/);
    assert.doesNotMatch(await words(page), /C-\d/);
    await page.goto(`${house.address}${file}/record`);
    assert.match(await words(page), /Read the safety plan/);
  });

  test("a file is closed and opened again, each with a reason", async () => {
    await page.goto(`${house.address}${file}/closing`);
    await page.getByRole("combobox", { name: /^Reason/ }).selectOption({ label: "Goals met" });
    await press(page, button(page, "Close the file"));
    assert.match(await words(page), /Closed on .*Goals met/);
    await look("closing", `${file}/closing`);
    await page.getByRole("combobox", { name: /^Reason/ }).selectOption({ label: "A new need" });
    await press(page, button(page, "Open the file again"));
    assert.match(await words(page), /Open since/);
  });

  test("shredding is asked for after a confirmation, and not done by the same person", async () => {
    await look("shred", `${file}/shred`);
    assert.match(await words(page), /no court order can bring it back/);
    await press(page, button(page, "Ask to shred this file"));
    if (/Confirm that it is you/.test(await page.textContent("h1"))) {  // what was asked goes on by itself
      await fillProof(page);
      await press(page, button(page, "Confirm"));
    }
    assert.match(await words(page), /A second person has to open this page/);
    assert.equal(await button(page, "Shred this file now").count(), 0);
    await press(page, button(page, "Keep this file"));
    assert.match(await words(page), /One person asks, a second person does it/);
    await look("file", file);
  });
});
