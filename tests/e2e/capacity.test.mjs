// SPDX-License-Identifier: AGPL-3.0-or-later
// An advocate finds a bed for a person tonight; the people of a shelter say that it has room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { signIn, startDemonstration } from "./house.mjs";

const MOST_CLICKS = 7;
let house, browser;
before(async () => {
  house = await startDemonstration();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// Counts what a hand does after signing in: every click, and every choice in a list.
function counted(page) {
  const hand = { clicks: 0 };
  hand.click = async (locator) => (++hand.clicks, locator.click());
  hand.choose = async (locator, option) => (++hand.clicks, locator.selectOption(option));
  hand.page = page;
  return hand;
}

test("find a bed for a person tonight as an advocate", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "advocate");
  const hand = counted(page);
  await hand.click(page.getByRole("link", { name: "Find services", exact: true }));
  await hand.choose(page.getByLabel("Or choose from the list"), "housing.shelter");
  await hand.click(page.getByText("More choices"));
  await hand.click(page.getByText("Said lately that it has room"));
  await hand.click(page.getByText("Open day and night"));
  await hand.click(page.getByRole("button", { name: "Search", exact: true }));
  const cards = page.locator(".usa-card");
  assert.ok((await cards.count()) > 0, "somewhere has room tonight");
  for (const card of await cards.all()) {
    const text = await card.innerText();
    assert.match(text, /Has room|Waiting list/);
    assert.match(text, /Day and night/);
    assert.match(await card.locator("a[href^='tel:']").first().getAttribute("href"), /55501\d\d/);
  }
  assert.ok(hand.clicks <= MOST_CLICKS, `${hand.clicks} clicks`);
  assert.deepEqual([new URL(page.url()).pathname, new URL(page.url()).search], ["/services", ""]);
  await page.context().close();
});

test("the capacity board answers in one click", async () => {
  const page = await openPage(browser, house.address, { javaScript: false });
  await signIn(page, house.address, "advocate");
  await page.getByRole("link", { name: "Capacity board" }).click();
  const first = page.locator("tbody tr").filter({ hasNotText: "Yours" }).first();  // after what is ours, to be kept up
  assert.match(await first.innerText(), /Has room/);
  assert.match(await first.locator("a[href^='tel:']").getAttribute("href"), /55501\d\d/);
  await page.context().close();
});

test("the people of a shelter say in two taps that it is full", async () => {
  const page = await openPage(browser, house.address, { size: "phone" });
  await signIn(page, house.address, "advocate");
  await page.goto(`${house.address}/capacity?need=`);
  assert.match(await page.locator("tbody tr").first().innerText(), /Yours/);  // what is ours stands first
  const link = page.getByRole("link", { name: /^Update: / }).first();
  const name = (await link.innerText()).replace("Update: ", "");
  await link.click();  // the first tap
  await page.getByRole("button", { name: "Full now" }).click();  // the second
  assert.equal(new URL(page.url()).pathname, "/capacity");
  await page.goto(`${house.address}/capacity.csv?need=`).catch(() => {});  // a download
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  const csv = await (await fetch(`${house.address}/capacity.csv?need=`, { headers: { cookie } })).text();
  const line = csv.split("\r\n").join("\n").split("\n").find((one) => one.includes(name));
  assert.match(line, /no-capacity/);
  await page.context().close();
});

test("a detective sees the board and cannot change it; a partner and the public do not see it", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "detective");
  await page.goto(`${house.address}/capacity`);
  assert.ok((await page.locator("tbody tr").count()) > 3);
  assert.equal(await page.getByRole("link", { name: /^Update: / }).count(), 0);
  await page.context().close();
  const partner = await openPage(browser, house.address);
  await signIn(partner, house.address, "trainer");
  await partner.goto(`${house.address}/capacity`);
  assert.match(await partner.locator("h1").innerText(), /not here/);
  await partner.context().close();
  assert.equal((await fetch(`${house.address}/capacity`, { redirect: "manual" })).status, 303);
});

test("every page of the board", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, "coordinator");
  await page.goto(`${house.address}/capacity`);
  const update = await page.getByRole("link", { name: /^Update: / }).first().getAttribute("href");
  for (const path of ["/capacity", "/capacity?need=housing&county=1", update]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `capacity-${path.length}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
    await page.goto(house.address + path);
    await assertKeyboard(page);
  }
  await page.context().close();
});
