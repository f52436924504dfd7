// SPDX-License-Identifier: AGPL-3.0-or-later
// Everyone finds resources, federal pages, funding and campaign packs; staff keep them; a story is
// there while its consent says so, and gone everywhere the moment it is withdrawn.
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

const main = (page) => page.locator("main").innerText();

test("from the library to a federal page and a campaign pack", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/resources`);
  await page.getByLabel("Words").fill("wage hour");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Wage and Hour Division" }).click();
  assert.match(await main(page), /unpaid wages/);
  await page.goto(`${house.address}/resources/campaigns`);
  await page.getByRole("link", { name: "January: prevention month" }).click();
  assert.match(await main(page), /Text to copy[\s\S]*1-888-373-7888[\s\S]*Posters to print/);
  await picture(page, "campaign");
  await assertAccessible(page);
  assert.deepEqual(await page.context().cookies(), []);
  await page.context().close();
});

test("funding that staff write down stands in list and calendar", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/resources-desk/new`);
  await assertAccessible(page);
  await page.getByLabel("Kind").selectOption("funding");
  await page.getByLabel("Title in English").fill("Example grant, round <2>");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await main(page), /whole address/);
  page.complaints = [];
  await page.getByLabel("Address", { exact: true }).fill("https://example.org/grant");
  await page.getByLabel("Closes").fill("2031-03-01");
  await page.getByRole("button", { name: "Save" }).click();
  await picture(page, "resources-desk");
  await assertAccessible(page);
  await page.goto(`${house.address}/resources/funding`);
  assert.match(await main(page), /Example grant, round <2>/);
  const calendar = await (await fetch(`${house.address}/resources/funding.ics`)).text();
  assert.match(calendar, /DTSTART;VALUE=DATE:20310301[\s\S]*Closes: Example grant/);
  await page.context().close();
});

test("a story is where its consent says, and nowhere once it is withdrawn", async () => {
  const canary = "canary-sang-at-dawn";
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/resources-desk/new`);
  await page.getByLabel("Kind").selectOption("story");
  await page.getByLabel("Title in English").fill(`A story: ${canary}`);
  await page.getByRole("button", { name: "Save" }).click();
  const story = page.url();
  const id = story.split("/").at(-2);
  assert.equal((await fetch(`${house.address}/resources/${id}`)).status, 404, "shown without a consent");
  await page.getByLabel("Her words, in English").fill(`I left at night. ${canary}`);
  for (const use of ["On this site", "In the news by mail", "On partners' pages"]) await page.locator("label", { hasText: use }).click();
  await page.getByLabel("Until when").fill("2029-01-01");
  await page.getByLabel("Where the signed form lies").fill("Cabinet 2, form 17");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Record the consent" }).click();
  assert.match(await main(page), /Recorded on/);
  await picture(page, "story-consent");
  // A partner shows it under its own name.
  await page.goto(`${house.address}/partner-pages`);
  await page.getByLabel("Name of the organization").fill("Example <Library>");
  await page.getByLabel("County").fill("Erie, NY");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await picture(page, "partner-pages");
  await assertAccessible(page);
  const embed = new URL(await page.getByRole("link", { name: "Example <Library>", exact: true }).getAttribute("href"), house.address).pathname;
  // A draft of the news quotes it.
  await page.goto(`${house.address}/resources-desk`);
  await page.getByText("Make an issue of the news from resources").first().click();
  await page.locator("label", { hasText: canary }).click();
  await page.getByRole("button", { name: "Make a draft" }).click();
  const draft = page.url();
  assert.match(draft, /news-desk/);
  assert.match(await main(page), /I left at night/);
  const shown = [embed, `/resources/${id}`, "/resources", `/resources?text=${canary}`];
  for (const path of shown) assert.match(await (await fetch(house.address + path)).text(), new RegExp(canary), path);
  await page.goto(story);
  await page.getByRole("button", { name: /She takes it back/ }).click();
  await page.locator("dialog button").first().click();
  await page.getByText("The consent was withdrawn on").waitFor();
  assert.match(await main(page), /withdrawn on/);
  for (const path of [...shown, "/news", "/news/feeds/law.xml", "/resources?format=csv"])
    assert.doesNotMatch((await (await fetch(house.address + path)).text()).replace(/value="[^"]*"/g, ""), new RegExp(canary), path);
  await page.goto(draft);
  assert.doesNotMatch(await main(page), /I left at night/);
  assert.match(await main(page), /This part is no longer here/);
  await page.context().close();
});

test("a partner's page sets no cookie, runs no script, loads nothing and is framed anywhere", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/partner-pages`);
  await page.getByLabel("Name of the organization").fill("Example School");
  await page.getByLabel("County").fill("Atlantis");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  assert.match(await main(page), /Give one county/);
  page.complaints = [];
  await page.getByLabel("County").fill("36029");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const path = new URL(await page.getByRole("link", { name: "Example School", exact: true }).getAttribute("href"), house.address).pathname;
  for (const language of LANGUAGES) {
    const answer = await fetch(house.address + inLanguage(language, path), { headers: { cookie: "session=ended" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("set-cookie"), null);
    assert.equal(answer.headers.get("x-frame-options"), null);
    const policy = answer.headers.get("content-security-policy");
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors \*$/);
    assert.doesNotMatch(policy, /script-src/);
    const text = await answer.text();
    assert.doesNotMatch(text, /<script|<img|<link|src=/);
    assert.match(text, /Example School[\s\S]*Five Lakes Demonstration Task Force/);
  }
  const other = await fetch(`${house.address}/task-forces`);
  assert.equal(other.headers.get("x-frame-options"), "DENY");
  assert.match(other.headers.get("content-security-policy"), /frame-ancestors 'none'/);
  const pdf = await fetch(`${house.address}${path}/print`);
  assert.equal(pdf.headers.get("content-type"), "application/pdf");
  const guest = await openPage(browser, house.address, { size: "phone" });
  await guest.goto(house.address + path);
  await picture(guest, "partner-page-phone");
  await assertAccessible(guest);
  assert.deepEqual(await guest.context().cookies(), []);
  await guest.context().close();
  await page.context().close();
});

test("topics are added and retired on a page", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/news-desk/topics`);
  await page.getByLabel("Name in English").fill("Farm work");
  await page.getByLabel("Name in Spanish").fill("Trabajo agrícola");
  await page.getByLabel("What it brings, in English").fill("News for those who visit camps.");
  await page.getByLabel("What it brings, in Spanish").fill("Noticias para quienes visitan campamentos.");
  await page.getByRole("button", { name: "Save" }).click();
  await assertAccessible(page);
  await picture(page, "topics");
  const news = async () => (await fetch(`${house.address}/resources`)).text();
  assert.match(await news(), /Farm work/);
  await page.getByRole("button", { name: "Retire: Farm work" }).click();
  assert.doesNotMatch(await news(), /Farm work/);
  await page.context().close();
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    test(`the pages of the library ${language} ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      for (const path of ["/resources", "/resources/federal", "/resources/funding", "/resources/campaigns"]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `${path.slice(1).replaceAll("/", "-")}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
        if (size === "desk") await assertKeyboard(page);
      }
      await signIn(page, house.address, "coordinator");
      for (const path of ["/resources-desk", "/resources-desk/collections", "/news-desk/topics"]) {
        await page.goto(house.address + inLanguage(language, path));
        await assertAccessible(page);
      }
      await page.context().close();
    });
  }
}
