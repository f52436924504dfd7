// SPDX-License-Identifier: AGPL-3.0-or-later
// A provider confirms a record from the mailed link, or proposes what is different: no account, no
// cookie, once.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { daybreak, startDemonstration } from "./house.mjs";

let house, browser, links;

const mails = () => {
  const folder = join(house.data, "outbox");
  return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
};
const linkOf = (mail) => {
  const text = mail.replaceAll("=\r\n", "").replaceAll("=3D", "=");
  return /http:\S+\/check\?token=\S+/.exec(text)[0];
};

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  const said = JSON.parse(daybreak("directory", "remind", "--data", house.data, "--site", house.address, "--json"));
  assert.ok(said.due > 50, "the demonstration has records that are due");
  assert.equal(said.failed, 0);
  assert.equal(mails().length, said.letters);
  links = mails().map(linkOf);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("the mail tells a bystander nothing", () => {
  for (const mail of mails().slice(0, 5)) {
    assert.doesNotMatch(mail, /traffick|trata|victim|víctim|abus|violen|shelter|refugio|survivor/i);
    assert.match(mail, /^To: service\d+@example\.org/m);
  }
});

test("asking again so soon writes to nobody", () => {
  const said = JSON.parse(daybreak("directory", "remind", "--data", house.data, "--site", house.address, "--json"));
  assert.equal(said.letters, 0);
  assert.ok(said.asked_lately > 50);
});

test("confirm a record from the mailed link", async () => {
  const page = await openPage(browser, house.address, { javaScript: false });
  await page.goto(links[0]);
  await page.goto(links[0]);  // looking twice spends nothing
  const name = await page.locator("dd").first().innerText();
  await page.getByRole("button", { name: "Yes, all of this is right" }).click();
  assert.equal(new URL(page.url()).pathname, "/check/thanks");
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(await page.context().cookies(), []);
  await page.goto(links[0]);
  assert.match(await page.locator("h1").innerText(), /not here/);
  const found = await (await fetch(`${house.address}/hsds/3.1/services?full=true&search=${encodeURIComponent(name)}`)).json();
  const today = new Date().toISOString().slice(0, 10);
  assert.ok(found.contents.some((service) => service.name === name && service.assured_date === today), `${name} was checked today`);
  await page.context().close();
});

test("propose what is different from the mailed link", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(links[1]);
  await page.getByText("Something is different").click();
  await page.getByRole("button", { name: "Send the changes" }).click();
  assert.match(await page.locator("#errors").innerText(), /Nothing is different/);
  await assertAccessible(page);
  await page.getByRole("textbox", { name: "Cost" }).fill("First visit free");
  await page.getByRole("button", { name: "Send the changes" }).click();
  assert.equal(new URL(page.url()).pathname, "/check/thanks");
  await page.goto(links[1]);
  page.complaints = [];
  assert.match(await page.locator("h1").innerText(), /not here/);
  await page.context().close();
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    test(`the page of a link ${language} ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      const link = new URL(links[2]);
      await page.goto(house.address + inLanguage(language, link.pathname) + link.search);
      await picture(page, `check-${language}-${size}`);
      await assertAccessible(page);
      await assertQuiet(page);
      assert.doesNotMatch(await page.title(), /traffick|trata|victim|víctim|shelter|refugio/i);
      if (size === "desk") await assertKeyboard(page);
      await page.goto(house.address + inLanguage(language, "/check/thanks"));
      await assertAccessible(page);
      await page.context().close();
    });
  }
}
