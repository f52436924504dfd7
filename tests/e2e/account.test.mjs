// SPDX-License-Identifier: AGPL-3.0-or-later
// A new administrator sets up the account from the invitation's link, signs in with password and
// code, and signs out; with JavaScript and without it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { startHouse } from "./house.mjs";

const PASSWORD = "seven sunny example mornings";
let house, browser, secret, recovery;

function code(base32, step = Math.floor(Date.now() / 30000)) {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

async function signIn(page, entry) {
  await page.goto(`${house.address}/sign-in`);
  await page.getByRole("textbox", { name: "E-mail" }).fill("casey@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("textbox", { name: "Code" }).fill(entry);
  await page.getByRole("button", { name: "Sign in" }).click();
}

before(async () => {
  house = await startHouse();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

test("setting up the account", async () => {
  const page = await openPage(browser, house.address, { javaScript: false });
  await page.goto(`${house.address}/set-up?token=${house.setUpToken}`);
  await picture(page, "set-up-en-desk");
  secret = await page.locator("code.long-code").first().innerText();
  await page.getByRole("textbox", { name: "Password" }).fill("short");
  await page.getByRole("textbox", { name: "Code" }).fill(code(secret));
  await page.getByRole("button", { name: "Set up my account" }).click();
  assert.match(await page.locator("#errors").innerText(), /1 thing needs a change/);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("textbox", { name: "Code" }).fill(code(secret));
  await page.getByRole("button", { name: "Set up my account" }).click();
  recovery = await page.locator("code.long-code").allInnerTexts();
  assert.ok(recovery.length >= 8, "recovery codes");
  await page.goto(`${house.address}/set-up?token=${house.setUpToken}`);
  assert.match(await page.locator("h1").innerText(), /not here/);
  await page.context().close();
});

test("a wrong password is refused in words that tell nothing", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/sign-in`);
  await page.getByRole("textbox", { name: "E-mail" }).fill("nobody@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill("wrong");
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  assert.match(await page.getByRole("alert").innerText(), /do not belong together/);
  assert.equal(await page.getByRole("textbox", { name: "Password" }).inputValue(), "");
  await assertAccessible(page);
  await page.context().close();
});

test("staff pages need a session", async () => {
  const page = await openPage(browser, house.address);
  await page.goto(`${house.address}/today`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await page.context().close();
});

test("signing in, looking around, signing out", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, recovery[0]);
  assert.equal(new URL(page.url()).pathname, "/today");
  for (const path of ["/today", "/account", "/confirm"]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(house.address + inLanguage(language, path));
        await picture(page, `${path.slice(1)}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
  }
  await page.goto(`${house.address}/today`);
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.deepEqual(await page.context().cookies(), []);
  await page.goto(`${house.address}/today`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await page.context().close();
});

test("a form without the session's token changes nothing", async () => {
  const page = await openPage(browser, house.address);
  await signIn(page, recovery[1]);
  await page.evaluate(() => {
    document.querySelector("form[action='/sign-out'] input[name=csrf]").value = "wrong";
  });
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.match(await page.locator("h1").innerText(), /not possible/);
  await page.goto(`${house.address}/today`);
  assert.equal(new URL(page.url()).pathname, "/today");
  await page.context().close();
});
