// SPDX-License-Identifier: AGPL-3.0-or-later
// A member adds a passkey, signs in with it, confirms with it and removes it: with Chromium's own virtual
// authenticator. Without JavaScript nothing of it shows, and password and code do.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertQuiet, authenticator, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

const pathOf = (page) => new URL(page.url()).pathname.replace(/^\/en(?=\/)/, "");
let house, address, browser, page, devices;

before(async () => {
  house = await startDemonstration();
  address = house.address.replace("127.0.0.1", "localhost");  // passkeys need a name, not a number
  browser = await launch();
  page = await openPage(browser, address);
  page.setDefaultTimeout(8000);
  devices = await authenticator(page);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

describe("passkeys", () => {
  test("one is added on the account page", async () => {
    await signIn(page, address, "advocate");
    await page.goto(`${address}/account`);
    assert.match(await page.textContent("main"), /You have no passkey yet/);
    await page.getByLabel("Name of the passkey").fill("Office computer");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("heading", { name: "Office computer" }).waitFor();
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(address + inLanguage(language, "/account"));
        await picture(page, `passkeys-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
  });

  test("the same device is not added twice", async () => {
    await page.goto(`${address}/account`);
    await page.getByLabel("Name of the passkey").fill("Again");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("No passkey was made.").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Remove/ }).count(), 1);
  });

  test("it signs in, without a name or password", async () => {
    await page.goto(`${address}/today`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${address}/sign-in`);
    await picture(page, "sign-in-passkey");
    await assertAccessible(page);
    const began = Date.now();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/today");
    console.log(`signing in by passkey: 1 click, ${Date.now() - began} ms`);
  });

  test("it confirms who one is, and leads back", async () => {
    await page.goto(`${address}/confirm?return=/account`);
    await assertAccessible(page);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL((url) => url.pathname === "/account");
    assert.equal(pathOf(page), "/account");
  });

  test("a person who is not verified is not let in", async () => {
    const stranger = await openPage(browser, address);
    const { devtools, authenticatorId } = await authenticator(stranger, { isUserVerified: false });
    const { credentials } = await devices.devtools.send("WebAuthn.getCredentials", { authenticatorId: devices.authenticatorId });
    for (const credential of credentials) await devtools.send("WebAuthn.addCredential", { authenticatorId, credential });
    await stranger.goto(`${address}/sign-in`);
    await stranger.getByRole("button", { name: "Use a passkey" }).click();
    await stranger.getByText("The passkey did not answer.").waitFor();
    assert.equal(pathOf(stranger), "/sign-in");
    await stranger.context().close();
  });

  test("a copy that counts from the beginning is refused", async () => {
    const thief = await openPage(browser, address);
    const { devtools, authenticatorId } = await authenticator(thief);
    const { credentials } = await devices.devtools.send("WebAuthn.getCredentials", { authenticatorId: devices.authenticatorId });
    for (const credential of credentials) await devtools.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 0 } });
    await thief.goto(`${address}/sign-in`);
    await thief.getByRole("button", { name: "Use a passkey" }).click();
    assert.match(await thief.getByRole("alert").innerText(), /do not belong together/);
    await thief.context().close();
  });

  test("without JavaScript nothing of it shows", async () => {
    const plain = await openPage(browser, address, { javaScript: false });
    await plain.goto(`${address}/sign-in`);
    assert.equal(await plain.getByRole("button", { name: "Use a passkey" }).count(), 0);
    await plain.context().close();
  });

  test("at another address than the site's it does not show either", async () => {
    const other = await openPage(browser, house.address);
    await other.goto(`${house.address}/sign-in`);
    assert.equal(await other.getByRole("button", { name: "Use a passkey" }).count(), 0);
    await other.context().close();
  });

  test("removed, it opens nothing", async () => {
    await page.goto(`${address}/account`);
    await page.getByRole("button", { name: "Remove Office computer" }).click();
    await page.getByRole("button", { name: "Yes, go on" }).click();
    await page.getByText("You have no passkey yet").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${address}/sign-in`);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    assert.match(await page.getByRole("alert").innerText(), /do not belong together/);
    await page.getByRole("textbox", { name: "E-mail" }).fill("advocate@demonstration.example.org");
    await fillProof(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/today");
  });
});
