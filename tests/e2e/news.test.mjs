// SPDX-License-Identifier: AGPL-3.0-or-later
// A reader asks for news, says yes from the mail, changes and stops; two people of the desk write and
// send an issue. No cookie for readers; looking changes nothing.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

let house, browser;
before(async () => {
  house = await startDemonstration();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const mails = () => {
  const folder = join(house.data, "outbox");
  return readdirSync(folder).filter((file) => file.endsWith(".eml")).map((file) => readFileSync(join(folder, file), "utf8").replaceAll("=\r\n", "").replaceAll("=3D", "="));
};
// Mail is sent by a job: waits for one that fits.
async function mailThat(fits) {
  for (let i = 0; i < 100; ++i) {
    const found = mails().find(fits);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.fail("the mail did not come");
}
const linkIn = (mail, path) => house.address + new RegExp(`https://demonstration\\.example\\.org((?:/es)?${path}\\?\\S+)`).exec(mail)[1];
const READER = "reader@example.org";

async function writeIssue(title) {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/news-desk/new`);
  await page.getByLabel("Title in English").fill(title);
  await page.getByLabel("Text in English").fill("## Wages\n\nA new **rule** on wages.\n\n<script>alert(1)</script>");
  await page.getByLabel("Title in Spanish").fill("Regla nueva");
  await page.getByLabel("Text in Spanish").fill("Una *regla* nueva.");
  await page.getByRole("button", { name: "Save and preview" }).click();
  const address = page.url();
  assert.match(await page.locator(".mail-preview").first().innerText(), /A new rule on wages/);
  await assertAccessible(page);
  await picture(page, "news-desk-issue");
  await page.getByRole("button", { name: "Hand it in" }).click();
  assert.match(await page.locator("main").innerText(), /A second person has to read/);
  await page.context().close();
  return address;
}

async function approveIssue(address) {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "advocate");
  await page.goto(address);
  await page.getByRole("button", { name: "Approve and send" }).click();
  if (/Confirm that it is you/.test(await page.textContent("h1"))) {
    await fillProof(page);
    await page.getByRole("button", { name: "Confirm" }).click();
  }
  assert.match(await page.locator("main").innerText(), /Goes out|Published/);
  await page.context().close();
}

test("subscribe, confirm, get an issue, change, take away and stop", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/news`);
  await page.getByLabel("E-mail").fill(READER);
  await page.getByRole("button", { name: "Subscribe" }).click();
  assert.match(await page.locator("main").innerText(), /Choose at least one topic/);
  await assertAccessible(page);
  page.complaints = [];
  await page.locator("label", { hasText: "Law and policy" }).click();
  await page.locator("label", { hasText: "Funding" }).click();
  await page.getByRole("button", { name: "Subscribe" }).click();
  assert.equal(new URL(page.url()).pathname, "/news/asked");
  const welcome = await mailThat((mail) => mail.includes("Please confirm"));
  assert.match(welcome, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
  const confirm = linkIn(welcome, "/news/confirm");
  await page.goto(confirm);
  await page.goto(confirm);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Yes, send me news" }).click();
  assert.equal(new URL(page.url()).pathname, "/news/confirmed");

  const address = await writeIssue("A rule on wages");
  await approveIssue(address);
  const issue = await mailThat((mail) => mail.includes("Subject: A rule on wages"));
  assert.match(issue, new RegExp(`To: ${READER}`));
  assert.doesNotMatch(issue, /<script|<img|http:\/\//);
  await page.goto(`${house.address}/news`);
  await page.getByRole("link", { name: "A rule on wages" }).click();
  assert.match(await page.locator("main").innerText(), /A new rule on wages/);
  await assertAccessible(page);

  const mine = linkIn(issue, "/news/mine");
  await page.goto(mine);
  await assertAccessible(page);
  await page.locator("label", { hasText: "Someone else may see my mail" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(new URL(page.url()).pathname, "/news/saved");

  const stop = /List-Unsubscribe: <https:\/\/demonstration\.example\.org(\S+)>/.exec(issue)[1];
  assert.equal((await fetch(house.address + stop)).status, 200);  // a scanner looks: nothing happens
  await page.goto(mine);
  assert.ok(await page.getByLabel("Law and policy").isChecked());
  const oneClick = await fetch(house.address + stop, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
    redirect: "manual",
  });
  assert.equal(oneClick.status, 303);
  await page.goto(mine);
  assert.ok(!(await page.getByLabel("Law and policy").isChecked()));
  assert.ok(await page.getByLabel("Funding").isChecked(), "the other topic stays");
  await page.getByRole("button", { name: "Stop all mail and erase everything" }).click();
  assert.equal(new URL(page.url()).pathname, "/news/stopped");
  await page.goto(mine);
  assert.match(await page.locator("main").innerText(), /not known any more/);
  assert.deepEqual(await page.context().cookies(), []);
  await page.context().close();
});

test("the feed of a topic is Atom and public", async () => {
  const answer = await fetch(`${house.address}/news/feeds/law.xml`);
  assert.match(answer.headers.get("content-type"), /application\/atom\+xml/);
  assert.match(await answer.text(), /<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/);
  assert.equal((await fetch(`${house.address}/news/feeds/enforcement-bulletin.xml`)).status, 404);
});

test("a bulletin's list takes only members whose role it is", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/news-desk/lists`);
  await assertAccessible(page);
  const field = page.locator("#field-email-enforcement-bulletin");
  await field.fill("advocate@demonstration.example.org");
  await field.press("Enter");
  assert.match(await page.locator("main").innerText(), /fitting role/);
  page.complaints = [];
  await page.goto(`${house.address}/news-desk/lists`);
  await page.locator("#field-email-enforcement-bulletin").fill("detective@demonstration.example.org");
  await page.locator("#field-email-enforcement-bulletin").press("Enter");
  assert.match(await page.locator("main").innerText(), /Dana Detective_/);
  await picture(page, "news-desk-lists");
  await assertAccessible(page);
  await page.context().close();
});

test("readers' words reach the desk", async () => {
  const reader = await openPage(browser, house.address);
  await reader.goto(`${house.address}/news`);
  await reader.getByRole("link", { name: "A rule on wages" }).click();
  await reader.getByLabel("What is wrong, missing or useful?").fill("The date is missing. <b>x</b>");
  await reader.getByRole("button", { name: "Send" }).click();
  assert.equal(new URL(reader.url()).pathname, "/news/thanks");
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/news-desk/words`);
  assert.match(await page.locator("main").innerText(), /The date is missing. <b>x<\/b>/);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Done, remove" }).click();
  assert.match(await page.locator("main").innerText(), /Nobody has written/);
  await reader.context().close();
  await page.context().close();
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    test(`the pages of the news ${language} ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      for (const path of ["/news", "/news/asked", "/news/stop?k=x"]) {
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `${path.slice(1).replaceAll(/[/?=]/g, "-")}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
        if (size === "desk") await assertKeyboard(page);
      }
      await signIn(page, house.address, "coordinator");
      await page.goto(house.address + inLanguage(language, "/news-desk"));
      await picture(page, `news-desk-${language}-${size}`);
      await assertAccessible(page);
      await page.context().close();
    });
  }
}
