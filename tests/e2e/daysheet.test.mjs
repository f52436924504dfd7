// SPDX-License-Identifier: AGPL-3.0-or-later
// Services written in seconds, without JavaScript: the day sheet by one key, a group with a child, the same again, a
// correction. Seconds and clicks are printed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { signIn, startDemonstration } from "./house.mjs";

const words = (page) => page.textContent("main");
const button = (page, name) => page.getByRole("button", { name, exact: true });
const rows = () => page.locator("main table").last().locator("tbody tr");
let house, browser, page, reader;

async function open(options) {
  const opened = await openPage(browser, house.address, options);
  opened.setDefaultTimeout(8000);
  await signIn(opened, house.address, "advocate");
  await opened.goto(`${house.address}/vault/unlock`);
  await opened.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
  await press(opened, button(opened, "Open the vault"));
  return opened;
}
async function look(name, path) {
  for (const language of ["en", "es"])
    for (const width of [360, 1280]) {
      await reader.setViewportSize({ width, height: 900 });
      await reader.goto(house.address + inLanguage(language, path));
      await assertAccessible(reader);
      await assertQuiet(reader);
      await picture(reader, `${name}-${language}-${width}`);
    }
}
async function tick(at, index) {
  await at.locator(`label[for="${await at.locator("input[name=who]").nth(index).getAttribute("id")}"]`).click();
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  page = await open({ javaScript: false });
  reader = await open({});
});
after(async () => {
  await browser?.close();
  await house?.close();
});

describe("services of the day", () => {
  test("one key leads there from a page of the vault", async () => {
    await page.goto(`${house.address}/vault/clients`);
    const way = page.locator("main a[accesskey=s]");
    assert.equal(await way.textContent(), "Add a service");
    await way.focus();
    await way.press("Enter");
    await page.waitForURL(/vault\/services$/);
  });

  test("three people in one go, in less than 15 seconds", async () => {
    const before = await rows().count();
    const began = Date.now();
    for (const i of [1, 2, 3]) await page.locator(`input[name=minutes_${i}]`).fill(String(10 * i));
    await press(page, button(page, "Add the services"));
    const seconds = (Date.now() - began) / 1000;
    console.log(`three services: 3 fields, 1 click, ${seconds} s`);
    assert.ok(seconds < 15);
    assert.equal(await rows().count(), before + 3);
    await look("daysheet", "/vault/services");
  });

  test("a wrong line is told, and nothing is kept", async () => {
    await page.goto(`${house.address}/vault/services`);
    const before = await rows().count();
    await page.locator("input[name=minutes_1]").fill("10");
    await page.locator("input[name=minutes_2]").fill("ten thousand");
    await press(page, button(page, "Add the services"));
    assert.match(await words(page), /minutes as a number from 0 to 1440/);
    await page.goto(`${house.address}/vault/services`);
    assert.equal(await rows().count(), before);
  });

  test("a group, with a child", async () => {
    await page.locator("main table").first().locator("tbody a").first().click();
    await page.getByRole("link", { name: "Household and family" }).click();
    await page.getByLabel("Relation").selectOption({ label: "Child" });
    await press(page, button(page, "Add to the household"));
    await page.goto(`${house.address}/vault/services`);
    const before = await rows().count();
    await page.getByRole("link", { name: "A service for a group" }).click();
    for (const i of [0, 1, 2]) await tick(page, i);
    await press(page, button(page, "Add the service"));
    assert.equal(await rows().count(), before + 3);
    assert.equal(await rows().filter({ hasText: "family" }).count(), 1);
    await look("group", "/vault/services/group");
  });

  test("the same again by one click, and a correction", async () => {
    const before = await rows().count();
    await press(page, rows().last().getByRole("button", { name: "The same again today" }));
    assert.equal(await rows().count(), before + 1);
    await rows().first().getByRole("link", { name: "Correct" }).click();
    await look("correction", new URL(page.url()).pathname.replace(/^\/en(?=\/)/, ""));
    await page.getByLabel("Minutes").fill("77");
    await page.getByLabel("Funder").fill("OVC-2026");
    await press(page, button(page, "Save the correction"));
    assert.equal(await rows().count(), before + 1);
    assert.match(await words(page), /77/);
  });
});
