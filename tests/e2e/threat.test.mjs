// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator assesses the region, opens a finding and reads why, makes a focus area of it, and
// takes the report along.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { daybreak, signIn, startDemonstration } from "./house.mjs";

const PATIENCE = 60_000;
const SYNTHETIC = "Synthetic: made of invented files.";
let house, browser;

// The node assesses in the background; the page is looked at until the words are there.
async function appears(page, path, words) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((ready) => setTimeout(ready, 300))) {
    await page.goto(house.address + path);
    if ((await page.getByText(words).count()) > 0) return;
  }
  assert.fail(`${words} did not appear on ${path}`);
}
async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}
async function asMember(mailbox, options = {}) {
  const page = await openPage(browser, house.address, options);
  await signIn(page, house.address, mailbox);
  return page;
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  const page = await asMember("coordinator");
  await appears(page, "/threat", "1 of 1");
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("the coordinator assesses the 17 counties, opens the finding, reads why, prints the report", async () => {
  const page = await asMember("coordinator", { javaScript: false });
  await page.getByRole("link", { name: "Assessments" }).first().click();
  await page.getByRole("link", { name: "Assess a region" }).click();
  await page.getByLabel("1. Which region?").selectOption("western");
  await page.getByRole("button", { name: "Show its counties" }).click();
  assert.equal(await page.locator('input[name="counties"]').count(), 17);
  await page.getByRole("textbox", { name: "What are these counties called together?" }).fill("Our counties since 2017");
  await page.getByLabel("2. From which year?").selectOption("2017");
  await page.getByRole("button", { name: "Assess" }).click();
  await appears(page, new URL(page.url()).pathname, "Findings, the clearest first");
  assert.match(await page.locator("main").innerText(), /Assessments of this region so far: 2/);
  assert.ok(await page.getByText(SYNTHETIC).isVisible());

  await page.getByRole("table", { name: "Findings, the clearest first" }).getByRole("link", { name: /Dairy/ }).first().click();
  const words = await page.locator("main").innerText();
  for (const part of ["times the rate of the rest", "How sure:", "Since when:", "The finding is robust.", "What would explain it away:", "What it does not say:", "Attention or harm?"])
    assert.ok(words.includes(part), part);
  assert.ok(await page.getByText(SYNTHETIC).isVisible());

  // What is found becomes work: who knows this industry, who goes there, did it change anything?
  await page.getByRole("button", { name: "Work on it: make a focus area" }).click();
  const focus = new URL(page.url()).pathname;
  await page.getByRole("form", { name: "Add a note" }).getByLabel("What is it?").selectOption("partner");
  await page.getByRole("textbox", { name: "What should the others know?" }).fill("Example extension office knows the farms.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  assert.match(await page.locator("main").innerText(), /Example extension office knows the farms\./);
  await page.getByRole("textbox", { name: "What will be done?" }).fill("Visit the example dairies with the toolkit");
  await page.getByLabel("Who has it?").selectOption({ label: "Harbor Light Demonstration Services" });
  await page.getByLabel("By when?").fill(new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10));
  await page.getByRole("button", { name: "Plan it" }).click();
  const plan = page.getByRole("table", { name: "Outreach plan" });
  assert.match(await plan.innerText(), /Visit: Visit the example dairies.*Harbor Light.*Planned/s);
  await page.getByLabel("When did the response begin?").last().fill("2022-01-01");
  await page.getByRole("button", { name: "Compare" }).click();
  assert.match(await page.locator("main").innerText(), /became 0\.\d+ times what it was/);
  await page.getByRole("button", { name: "Run the same scan for the time since" }).click();
  await appears(page, focus, "this finding is not among its findings");
  assert.ok(await page.getByText(SYNTHETIC).isVisible());
  await page.goto(`${house.address}/today`);
  assert.match(await page.locator("main").innerText(), /Outreach that is due/);

  await page.goto(house.address + focus);
  await page.getByRole("link", { name: "The whole finding" }).click();
  await page.getByRole("link", { name: "Our counties since 2017" }).click();
  const pdf = await download(page, page.getByRole("link", { name: "To print (PDF)" }));
  assert.equal(pdf.name, "synthetic-report.pdf");
  assert.equal(JSON.parse(daybreak("pdf-check", "--json", pdf.path)).passes, true);
  const html = await download(page, page.getByRole("link", { name: "To read on a screen, to save (HTML)" }));
  assert.match(readFileSync(html.path, "utf8"), /Synthetic: made of invented files\./);
  const csv = await download(page, page.getByRole("link", { name: "Findings as a table (CSV)" }));
  assert.match(readFileSync(csv.path, "utf8"), /^rank,robust,industry/);
  const places = await download(page, page.getByRole("link", { name: "Findings as places (GeoJSON)" }));
  assert.equal(JSON.parse(readFileSync(places.path, "utf8")).type, "FeatureCollection");
  const report = await download(page, page.getByRole("link", { name: "All numbers, to reproduce it (JSON)" }));
  assert.match(daybreak("threat", "reproduce", report.path, "--data", house.data), /signature of the node [0-9a-f]{64} fits[^]*The report is reproduced/);
  await page.context().close();
});

test("a form that lacks something comes back with what is missing", async () => {
  const page = await asMember("coordinator");
  await page.goto(`${house.address}/threat/new?region=western`);
  await page.getByRole("textbox", { name: "What are these counties called together?" }).fill("  ");
  await page.getByRole("button", { name: "Assess" }).click();
  assert.match(await page.locator("#errors").innerText(), /Give a name/);
  await assertAccessible(page);
  await page.context().close();
});

test("the task force reads the findings; only those trained for it assess and take files", async () => {
  const page = await asMember("advocate");
  await page.goto(`${house.address}/threat`);
  assert.equal(await page.getByRole("link", { name: "Assess a region" }).count(), 0);
  await page.getByRole("table", { name: "Assessments" }).getByRole("link").first().click();
  const path = new URL(page.url()).pathname;
  assert.equal(await page.getByRole("link", { name: "To print (PDF)" }).count(), 0);
  await page.goto(`${house.address}${path}/files/report.pdf`);
  assert.match(await page.locator("h1").innerText(), /not here/);
  await page.goto(`${house.address}/threat/new`);
  assert.match(await page.locator("h1").innerText(), /not here/);
  await page.goto(`${house.address}/threat/focus`);
  await page.getByRole("table", { name: "Focus areas" }).getByRole("link").first().click();
  assert.equal(await page.getByRole("button", { name: /^(Add|Plan it|Compare)$/ }).count(), 0);
  await page.context().close();

  const partner = await asMember("trainer");
  assert.equal(await partner.getByRole("link", { name: "Assessments" }).count(), 0);
  await partner.goto(house.address + path);
  assert.match(await partner.locator("h1").innerText(), /not here/);
  await partner.context().close();
});

test("an analyst looks at one pair of employers at a time and decides", async () => {
  const page = await asMember("inspector");
  await page.goto(`${house.address}/threat`);
  await page.getByRole("link", { name: "Employers in the files" }).click();
  const left = async () => Number((await page.locator("main").innerText()).match(/([\d,]+)\s+pairs that a person should look at/)[1].replace(",", ""));
  const before = await left();
  await page.getByRole("link", { name: "Look at the next pair" }).click();
  assert.match(await page.locator("main").innerText(), /Weight in bits/);
  assert.ok(await page.getByText(SYNTHETIC).isVisible());
  for (const language of LANGUAGES) {
    for (const size of Object.keys(SIZES)) {
      await page.setViewportSize(SIZES[size]);
      for (const path of ["/threat/employers", "/threat/employers/review", "/threat/employers/records", "/threat/lenses/new"]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `threat${path.replaceAll("/", "-").slice(7)}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
  }
  await page.goto(`${house.address}/threat/employers/review`);
  await press(page, page.getByRole("button", { name: "Two employers" }));
  await page.goto(`${house.address}/threat/employers`);
  assert.equal(await left(), before - 1);
  assert.match(await page.locator("main").innerText(), /1\s+decisions, kept over new imports/);
  await page.context().close();

  const coordinator = await asMember("coordinator");
  await coordinator.goto(`${house.address}/threat/employers`);
  assert.equal(await coordinator.getByRole("link", { name: "Look at the next pair" }).count(), 0);
  await coordinator.goto(`${house.address}/threat/employers/review`);
  assert.match(await coordinator.locator("h1").innerText(), /not here/);
  await coordinator.context().close();
});

test("the lists are filtered, sorted and taken along; several kinds of records are asked for at once", async () => {
  const page = await asMember("coordinator");
  await page.goto(`${house.address}/threat/new?region=western`);
  await page.getByRole("textbox", { name: "What are these counties called together?" }).fill("Two looks");
  const choose = (words) => page.locator("label", { hasText: words }).first().click();
  await choose("Any violation of wage and hour law");
  await page.getByRole("button", { name: "Assess" }).click();
  assert.match(await page.locator("#errors").innerText(), /Choose at least one kind of record/);
  await choose("Wages under the minimum");
  await choose("Back wages of 1,000 dollars a worker or more");
  await page.getByRole("button", { name: "Assess" }).click();
  assert.equal(new URL(page.url()).pathname, "/threat");
  await page.getByRole("textbox", { name: "Region" }).fill("two looks");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const list = page.getByRole("table", { name: "Assessments" });
  assert.equal(await list.getByRole("link", { name: "Two looks" }).count(), 2);
  assert.equal(await list.getByRole("link", { name: "Western New York" }).count(), 0);
  await list.getByRole("link", { name: /What counts/ }).click();
  const csv = await download(page, page.getByRole("link", { name: "This list as a table (CSV)" }));
  const lines = readFileSync(csv.path, "utf8").trim().split(/\r?\n/);
  assert.match(lines[0], /^id,region,counties,from,to,program,lens,lens_version/);
  assert.equal(lines.length, 3);
  await page.goto(`${house.address}/threat?program=osha`);
  assert.match(await page.locator("main").innerText(), /Nothing fits these choices/);
  await assertAccessible(page);
  await page.goto(`${house.address}/threat/focus?text=dairy`);
  assert.equal(await page.getByRole("table", { name: "Focus areas" }).count(), 1);
  const areas = await download(page, page.getByRole("link", { name: "This list as a table (CSV)" }));
  assert.match(readFileSync(areas.path, "utf8"), /^id,region,industry/);
  await page.context().close();
});

test("an analyst sets what counts; every version stays with who changed it", async () => {
  const page = await asMember("inspector");
  await page.goto(`${house.address}/threat/lenses`);
  await page.getByRole("link", { name: "Make a lens" }).click();
  await page.getByRole("textbox", { name: "Code" }).fill("example_dorms");
  await page.getByRole("textbox", { name: "Which of them count?" }).fill("camps");
  await page.getByRole("textbox", { name: "What it is called in English" }).fill("Example dormitories");
  await page.getByRole("textbox", { name: "What it is called in Spanish" }).fill("Dormitorios de ejemplo");
  await page.getByRole("textbox", { name: "Source" }).fill("Example columns");
  await page.getByLabel("As of").fill("2026-11-01");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("#errors").innerText(), /Use fields of these records/);
  await assertAccessible(page);
  await page.getByRole("textbox", { name: "Which of them count?" }).fill("h2a+wages_per_worker>=500");
  await page.getByRole("button", { name: "Save" }).click();
  const history = page.getByRole("table", { name: "Every version, the newest first" });
  assert.equal(await history.getByRole("row").count(), 2);
  await page.getByRole("textbox", { name: "Which of them count?" }).fill("h2a");
  await press(page, page.getByRole("button", { name: "Save" }));
  await page.goto(`${house.address}/threat/lenses/example_dorms`);
  assert.equal(await history.getByRole("row").count(), 3);
  assert.match(await history.innerText(), /h2a\+wages_per_worker>=500/);
  await assertAccessible(page);
  const csv = await download(page, (await page.goto(`${house.address}/threat/lenses`), page.getByRole("link", { name: "This list as a table (CSV)" })));
  assert.match(readFileSync(csv.path, "utf8"), /example_dorms,2,whd,h2a,/);
  await page.context().close();

  const coordinator = await asMember("coordinator");
  await coordinator.goto(`${house.address}/threat/lenses/any`);
  assert.equal(await coordinator.getByRole("button", { name: "Save" }).count(), 0);
  await coordinator.goto(`${house.address}/threat/new?region=western`);
  assert.equal(await coordinator.getByText("Example dormitories").count(), 1);
  await coordinator.context().close();
});

test("a record of a named employer opens to a role, one at a time, with source and date", async () => {
  const page = await asMember("inspector");
  await page.goto(`${house.address}/threat/employers/review`);
  const name = await page.locator("dd").first().innerText();
  await page.goto(`${house.address}/threat/employers`);
  await page.getByRole("link", { name: "Find a record of a named employer" }).click();
  await page.getByRole("textbox", { name: "Exact name of the firm" }).fill("Nobody at all");
  await page.getByRole("button", { name: "Find" }).click();
  assert.match(await page.locator("main").innerText(), /No record carries exactly this name/);
  await page.getByRole("textbox", { name: "Exact name of the firm" }).fill(name.toLowerCase());
  await page.getByRole("button", { name: "Find" }).click();
  assert.ok(!page.url().includes("?"), "the name stays out of the address");
  await assertAccessible(page);
  await page.getByRole("link", { name: /Wage and Hour cases, line/ }).first().click();
  const words = await page.locator("main").innerText();
  for (const part of ["What the file says", name, "Where it is from", "whd_synthetic.csv", "Imported on"]) assert.ok(words.includes(part), part);
  assert.ok(await page.getByText(SYNTHETIC).isVisible());
  await assertAccessible(page);
  const record = page.url();
  await page.context().close();

  const coordinator = await asMember("coordinator");
  for (const address of [record, `${house.address}/threat/employers/records`]) {
    await coordinator.goto(address);
    assert.match(await coordinator.locator("h1").innerText(), /not here/);
  }
  await coordinator.context().close();
});

test("every page of it in both languages at both widths", async () => {
  const page = await asMember("coordinator");
  await page.goto(`${house.address}/threat`);
  await page.getByRole("link", { name: "Western New York" }).last().click();
  const run = new URL(page.url()).pathname;
  await page.goto(`${house.address}/threat/focus`);
  await page.getByRole("table", { name: "Focus areas" }).getByRole("link").first().click();
  const focus = new URL(page.url()).pathname;
  for (const [name, path] of [["list", "/threat"], ["new", "/threat/new"], ["run", run], ["finding", `${run}/findings/1`], ["focus-list", "/threat/focus"], ["focus", focus], ["lenses", "/threat/lenses"], ["lens", "/threat/lenses/any"]]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `threat-${name}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
        if (!["new", "lens", "lenses"].includes(name)) assert.ok(await page.getByText(language === "en" ? SYNTHETIC : "Sintético: hecho").first().isVisible());
      }
    }
    await page.goto(house.address + path);
    await assertKeyboard(page);
  }
  await page.context().close();
});
