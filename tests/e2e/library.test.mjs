// SPDX-License-Identifier: AGPL-3.0-or-later
// "Know the signs": the three questions, a page with its sources, and the pages without a network,
// which are kept only when somebody asks for it and of which nothing else stays.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, inLanguage, launch, openPage } from "./browser.mjs";
import { startDemonstration } from "./house.mjs";

let house, browser;
before(async () => {
  house = await startDemonstration();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

describe("know the signs", () => {
  for (const javaScript of [true, false])
    test(`three questions lead to a page, ${javaScript ? "with" : "without"} JavaScript`, async () => {
      const page = await openPage(browser, house.address, { javaScript });
      await page.goto(`${house.address}/signs`);
      await page.getByLabel("Who are you?").selectOption({ label: "Hotel staff" });
      await page.getByLabel("What did you see or need?").selectOption({ label: "Signs of labor trafficking" });
      await page.getByRole("button", { name: "Show what fits" }).click();
      assert.equal(await page.locator("#fitting li").count(), 1);
      await page.locator("#fitting a").click();
      assert.equal(await page.locator("h1").innerText(), "Hotels: signs of labor trafficking");
      await page.context().close();
    });

  test("the third question leads to the task force of the county, and to nobody where there is none", async () => {
    const page = await openPage(browser, house.address);
    await page.goto(`${house.address}/signs`);
    await page.getByLabel("Where?").selectOption("NY");
    await page.getByLabel("County, if you know it").fill("erie");
    await page.getByRole("button", { name: "Show what fits" }).click();
    assert.deepEqual(await page.locator("#task-forces a[href*=task-forces]").allInnerTexts(), ["Five Lakes Demonstration Task Force"]);
    assert.match(await page.locator("main").innerText(), /\(716\) 555-0100/);
    await assertAccessible(page);
    await page.getByLabel("County, if you know it").fill("<script>alert(1)</script>");
    await page.getByRole("button", { name: "Show what fits" }).click();
    assert.match(await page.locator("main").innerText(), /no county of that name/);
    assert.match(await page.locator("main").innerText(), /No task force that we know covers this place/);
    await page.getByLabel("Where?").selectOption("tribal");
    await page.getByLabel("County, if you know it").fill("");
    await page.getByRole("button", { name: "Show what fits" }).click();
    assert.match(await page.locator("#fitting").innerText(), /Tribal lands: first contact/);
    assert.doesNotMatch(await page.locator("#fitting").innerText(), /Hotels/);
    await page.context().close();
  });

  test("every fact of a page has its source and day", async () => {
    const page = await openPage(browser, house.address);
    await page.goto(`${house.address}/signs/investigators-continued-presence`);
    const marks = await page.locator("sup a").count();
    assert.ok(marks >= 7, `${marks} marks`);
    for (const href of await page.locator("sup a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))))
      assert.match(await page.locator(href).innerText(), /as of [A-Z][a-z]+ \d+, \d{4}/);
    assert.match(await page.locator("main").innerText(), /Sources disagree\. An older page/);
    await page.context().close();
  });

  for (const file of ["page.pdf", "card.pdf", "poster.pdf"])
    test(`${file} comes in both languages`, async () => {
      const page = await openPage(browser, house.address);
      for (const language of ["en", "es"]) {
        const answer = await page.request.get(house.address + inLanguage(language, `/signs/patrol-labor-signs/${file}`));
        assert.equal(answer.status(), 200);
        assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
      }
      await page.context().close();
    });
});

// Last: it stops the server.
describe("without a network", () => {
  test("kept pages open with the server stopped, and nothing else is kept", async () => {
    const context = await browser.newContext({ locale: "en-US" });
    const page = await context.newPage();
    await page.goto(`${house.address}/signs`);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, "nothing before the button");
    await page.getByRole("button", { name: "Keep the pages on this device" }).click();
    await page.getByText("The pages are kept on this device.").waitFor({ timeout: 60_000 });
    await page.goto(`${house.address}/about`);
    const kept = await page.evaluate(async () => {
      const addresses = [];
      for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys()) addresses.push(new URL(one.url).pathname);
      return { addresses, other: localStorage.length + sessionStorage.length, databases: (await indexedDB.databases()).length, cookies: document.cookie };
    });
    assert.deepEqual(kept.addresses.filter((path) => !/^\/(signs(\/[a-z0-9-]+)?|assets\/[^/]+)$/.test(path)), []);
    assert.ok(kept.addresses.filter((path) => path.startsWith("/signs/")).length >= 40);
    assert.deepEqual([kept.other, kept.databases, kept.cookies], [0, 0, ""]);
    assert.deepEqual(await context.cookies(), []);

    await house.close();
    house = undefined;
    const address = new URL(page.url()).origin;
    await page.goto(`${address}/signs?who=patrol&what=signs-labor`);
    assert.deepEqual(await page.locator("#fitting li:visible").allInnerTexts(), ["Labor trafficking: what patrol may see"]);
    await page.goto(`${address}/signs?where=NY&county=Erie`);
    assert.deepEqual(await page.locator("#task-forces li:visible a[href*=task-forces]").allInnerTexts(), ["Five Lakes Demonstration Task Force"]);
    assert.ok((await page.locator("#task-forces li:visible").innerText()).includes("555-0100"), "with its line");
    await page.goto(`${address}/signs?where=WY`);
    assert.equal(await page.locator("#task-forces li:visible").count(), 0);
    await page.goto(`${address}/signs?who=patrol&what=signs-labor`);
    await page.locator("#fitting li:visible a").click();
    assert.equal(await page.locator("h1").innerText(), "Labor trafficking: what patrol may see");
    await page.clock.setFixedTime(new Date("2031-01-01"));
    await page.reload();
    assert.match(await page.locator("#source-1").innerText(), /Out of date: it was to be checked by/, "a kept page tells its age");
    const color = await page.locator(".usa-header, header").first().evaluate((element) => getComputedStyle(element).fontFamily);
    assert.match(color, /Public Sans|Source Sans|Merriweather/i, "the styles are there too");
    await assert.rejects(page.goto(`${address}/about`), "other pages are not kept");
    await context.close();
  });
});
