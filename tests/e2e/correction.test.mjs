// SPDX-License-Identifier: AGPL-3.0-or-later
// Anyone tells what is wrong with an entry, without an account: in words, or field by field; those
// who keep the directory see both, and take a field with one press.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { signIn, startDemonstration } from "./house.mjs";

let house, browser, service;

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  const page = await (await fetch(`${house.address}/hsds/3.1/services?full=true&per_page=20`)).json();
  service = page.contents.find((one) => one.phones?.length > 0);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("a wrong number is corrected by anyone and taken by the coordinator", async () => {
  const page = await openPage(browser, house.address, { javaScript: false });
  await page.goto(`${house.address}/services/${service.id}`);
  await page.getByRole("link", { name: "Something is wrong? Tell us" }).click();

  await page.getByRole("button", { name: "Send" }).click();
  assert.match(await page.locator(".usa-alert--error, .usa-error-message").first().innerText(), /Say what is wrong/);

  // The error has opened the fields.
  await page.locator(`[name="phone-${service.phones[0].id}"]`).fill("716-555-0188");
  await page.getByRole("button", { name: "Send" }).click();
  assert.equal(new URL(page.url()).pathname, `/services/${service.id}/correction/thanks`);
  assert.deepEqual(await page.context().cookies(), []);

  const desk = await openPage(browser, house.address);
  await signIn(desk, house.address, "coordinator");
  await desk.waitForURL((url) => !url.pathname.includes("sign-in"));
  await desk.goto(`${house.address}/directory/proposals`);
  await desk.getByRole("link", { name: service.name }).first().click();
  const text = await desk.locator("main").innerText();
  assert.match(text, /716-555-0188/);
  assert.ok(text.includes(service.phones[0].number));
});

test("the form is accessible in both languages", async () => {
  for (const language of LANGUAGES)
    for (const size of Object.keys(SIZES)) {
      const page = await openPage(browser, house.address, { size });
      await page.goto(house.address + inLanguage(language, `/services/${service.id}/correction`));
      await page.locator("main details summary").click();
      await assertAccessible(page);
      await picture(page, `correction-${language}-${size}`);
      await page.context().close();
    }
});
