// SPDX-License-Identifier: AGPL-3.0-or-later
// A memorandum from its interview through two signatures to membership; and a template made by
// forms, whose errors name their place.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
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

const text = (page) => page.locator("main").innerText();
const choose = (page, group, answer) => page.getByRole("group", { name: group }).getByText(answer, { exact: true }).click();

async function answerMemorandum(page) {
  await page.locator("#field-name").fill("Five Lakes Demonstration Task Force <script>alert(1)</script>");
  await page.locator("#field-parties").fill("Demonstration County Sheriff\nHarbor Light Demonstration Services");
  await page.locator("#field-area").fill("Erie County");
  await choose(page, "Forms of trafficking", "labor and sex trafficking");
  await page.locator("#field-start").fill("2026-01-01");
  await page.locator("#field-end").fill("2025-01-01");
  await page.locator("#field-coordinator").fill("coordinator");
  await choose(page, "Is a victim service provider a party?", "Yes");
  await choose(page, "Is a tribal nation a party?", "No");
  await choose(page, "Will the parties share counts?", "No");
  await choose(page, "Does money change hands?", "No");
  await page.locator("#field-notice_days").fill("30");
  await page.locator("#field-contacts").fill("Captain of investigations\nProgram director");
  await page.locator("#field-purposes").fill("Find labor trafficking\nHouse survivors");
}

async function sign(page, name, role) {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Your role there").fill(role);
  await page.getByText("I have read this document").click();
  await page.getByRole("button", { name: "Sign", exact: true }).click();
}

test("interview, draft, two signatures, membership", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/documents/mou`);
  await page.getByRole("link", { name: "Begin it as a document of the task force" }).click();
  await assertAccessible(page);
  await page.getByLabel("Name of this document").fill("Memorandum of the lakes");
  await page.getByRole("button", { name: "Begin" }).click();
  const address = page.url();
  await assertAccessible(page);
  assert.match(await text(page), /First answer what is missing/);
  await answerMemorandum(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  assert.match(await text(page), /This day is before "First day"/);
  page.complaints = [];
  await assertAccessible(page);
  const year = new Date().getUTCFullYear() + 2;
  await page.locator("#field-end").fill(`${year}-12-31`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  assert.match(await text(page), /After this the paper is fixed/);
  assert.match(await text(page), /Task Force <script>alert\(1\)<\/script>/);
  await picture(page, "agreement-draft");
  assert.equal(await page.getByLabel("Kind of organization: Demonstration County Sheriff").inputValue(), "local");
  assert.equal(await page.getByLabel("Kind of organization: Harbor Light Demonstration Services").inputValue(), "provider");
  await page.getByLabel("Members of which task force").selectOption({ label: "Five Lakes Demonstration Task Force, NY" });
  await page.getByRole("button", { name: "Fix the paper and begin signing" }).click();
  assert.match(await text(page), /Signs next/);
  await assertAccessible(page);

  const advocate = await openPage(browser, house.address);
  await signIn(advocate, house.address, "advocate");
  await advocate.goto(address);
  assert.equal(await advocate.getByRole("button", { name: "Sign", exact: true }).count(), 0, "not her turn");

  const detective = await openPage(browser, house.address);
  await signIn(detective, house.address, "detective");
  await detective.goto(`${house.address}/today`);
  await detective.getByRole("link", { name: "To sign: Memorandum of the lakes" }).click();
  await picture(detective, "agreement-sign");
  await assertAccessible(detective);
  await sign(detective, "Dana Example", "Captain");
  assert.match(await text(detective), /Dana Example, Captain/);
  await advocate.reload();
  await sign(advocate, "Avery Example", "Director");
  assert.match(await text(advocate), /In force/);
  await assertAccessible(advocate);
  await picture(advocate, "agreement-in-force");

  const paper = await page.request.get(`${address}/paper.pdf`);
  assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
  await page.goto(`${house.address}/agreements`);
  assert.match(await text(page), /Memorandum of the lakes[\s\S]*In force/);
  await page.goto(`${house.address}/task-forces`);
  await page.goto(`${house.address}/network-desk`);
  await page.getByRole("link", { name: "Five Lakes Demonstration Task Force" }).first().click();
  const members = page.getByRole("link", { name: "Members and partners" });
  if (await members.count()) await members.first().click();
  assert.match(await text(page), /Harbor Light Demonstration Services/);
  assert.match(await text(page), /Find labor trafficking; House survivors/);
  await advocate.context().close();
  await detective.context().close();
  await page.context().close();
});

test("staff pages of documents are accessible in both languages at both widths", async () => {
  for (const size of Object.keys(SIZES)) {
    const page = await openPage(browser, house.address, { size });
    await signIn(page, house.address, "coordinator");
    for (const language of LANGUAGES)
      for (const path of ["/agreements", "/agreements?show=ending", "/agreements/new", "/templates"]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `documents${path.replaceAll(/[/?=]/g, "-")}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    await page.context().close();
  }
});

test("a template is made by forms, and what is wrong is said with its place", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/templates`);
  await page.getByLabel("Short name").fill("visit");
  await page.getByLabel("Start from").selectOption({ label: "Media protocol" });
  await page.getByRole("button", { name: "Make it" }).click();
  await assertAccessible(page);
  await picture(page, "template-editor");
  await page.getByLabel("Title in English").fill("Visit plan");
  await page.getByLabel("Title in Spanish").fill("Plan de visita");
  await page.getByLabel("What it is for, in English").fill("Says who visits.");
  await page.getByLabel("What it is for, in Spanish").fill("Dice quién visita.");
  const open = async (name) => {
    for (const one of await page.locator("details", { has: page.locator("summary", { hasText: name }) }).all())
      if (!(await one.getAttribute("open").then((value) => value !== null))) await one.locator("summary").click();
  };
  await open("Add a question");
  const added = page.locator("details", { has: page.locator("summary", { hasText: "Add a question" }) }).first();
  await added.getByLabel("Id").fill("lamp");
  await added.getByLabel("Kind of answer").selectOption("yes_no");
  await added.getByLabel("Question in English").fill("A lamp?");
  await added.getByLabel("Question in Spanish").fill("¿Una lámpara?");
  await added.getByLabel("Asked only when").fill("lamp");
  await open("Add a section");
  const section = page.locator("details", { has: page.locator("summary", { hasText: "Add a section" }) }).first();
  await section.getByLabel("Heading in English").fill("Lamp");
  await section.getByLabel("Heading in Spanish").fill("Lámpara");
  await section.getByLabel("Text in English").first().fill("Take a lamp. {fact:two-kinds}");
  await section.getByLabel("Text in Spanish").first().fill("Lleve una lámpara. {fact:two-kinds}");
  await page.getByRole("button", { name: "Save and check" }).click();
  assert.match(await text(page), /cannot be used yet[\s\S]*lamp → lamp/);
  await assertAccessible(page);
  const again = page.locator("details", { has: page.locator("summary", { hasText: "A lamp?" }) }).first();
  await again.locator("summary").click();
  await again.getByLabel("Asked only when").fill("");
  await page.getByRole("button", { name: "Save and check" }).click();
  await page.getByRole("button", { name: "Put it into use" }).click();
  assert.match(await text(page), /This edition is in use/);
  assert.match(await text(page), /Federal law names two kinds/);
  await page.goto(`${house.address}/agreements/new`);
  await page.getByLabel("Which kind").selectOption({ label: "Visit plan" });
  await page.getByRole("button", { name: "Begin" }).click();
  assert.match(await text(page), /Visit plan, edition of/);
  await page.context().close();
});
