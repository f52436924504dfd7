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

  test("it opens the vault in place of the passphrase", async () => {
    await page.goto(`${address}/vault/unlock`);
    assert.equal(await page.getByRole("button", { name: "Open the vault with a passkey" }).count(), 0);
    await page.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
    await page.getByRole("button", { name: "Open the vault" }).click();
    await page.goto(`${address}/vault/key`);
    await page.getByLabel("Your passphrase for the vault").fill("not the passphrase");
    await page.getByRole("button", { name: "Let a passkey open the vault" }).click();
    await page.getByText("That did not work").waitFor();
    page.complaints.length = 0;  // the browser says that the form was refused
    await page.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
    await page.getByRole("button", { name: "Let a passkey open the vault" }).click();
    await page.getByText("Office computer opens this vault.").waitFor();
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(address + inLanguage(language, "/vault/key"));
        await picture(page, `vault-keys-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
    await page.goto(`${address}/vault/clients`);
    await page.getByRole("button", { name: "Lock now" }).click();
    await page.goto(`${address}/vault/clients`);
    assert.equal(pathOf(page), "/vault/unlock");
    await picture(page, "vault-unlock-passkey");
    await assertAccessible(page);
    const began = Date.now();
    await page.getByRole("button", { name: "Open the vault with a passkey" }).click();
    await page.waitForURL((url) => url.pathname === "/vault/clients");
    console.log(`opening the vault by passkey: 1 click, ${Date.now() - began} ms`);
  });

  test("an authenticator without secrets says so, and the passphrase stays", async () => {
    const plain = await openPage(browser, address);
    plain.setDefaultTimeout(8000);
    await authenticator(plain, { hasPrf: false });
    await signIn(plain, address, "advocate");
    await plain.goto(`${address}/account`);
    await plain.getByLabel("Name of the passkey").fill("Old key");
    await plain.getByRole("button", { name: "Add a passkey" }).click();
    await plain.getByRole("heading", { name: "Old key" }).waitFor();
    await plain.goto(`${address}/vault/unlock`);
    await plain.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
    await plain.getByRole("button", { name: "Open the vault", exact: true }).click();
    await plain.goto(`${address}/vault/key`);
    await plain.getByLabel("Your passphrase for the vault").fill("seven quiet herons wade");
    await plain.getByRole("button", { name: "Let a passkey open the vault" }).click();
    await plain.getByText("This passkey gives no secret").waitFor();
    await plain.goto(`${address}/account`);
    await plain.getByRole("button", { name: "Remove Old key" }).click();
    await plain.getByRole("button", { name: "Yes, go on" }).click();
    await plain.getByRole("heading", { name: "Old key" }).waitFor({ state: "detached" });
    await plain.context().close();
  });

  test("an officer sets how soon the vault locks; it comes back asking in Spanish too", async () => {
    await page.setViewportSize(SIZES.desk);
    await page.goto(`${address}/vault/key`);
    await page.getByLabel("Minutes without a click").selectOption("3");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("It locks after 3 minutes without a click").waitFor();
    await page.getByRole("button", { name: "Ask that the vault be destroyed" }).click();
    await page.getByRole("button", { name: "Yes, go on" }).click();
    await page.getByText("Another officer has to agree.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Agree that" }).count(), 0);
    await page.getByRole("button", { name: "Call it off" }).click();
    await page.getByText("Two officers have to agree.").waitFor();
    for (const path of ["/vault/recover", "/vault/members"]) {
      for (const language of LANGUAGES) {
        for (const size of Object.keys(SIZES)) {
          await page.setViewportSize(SIZES[size]);
          await page.goto(address + inLanguage(language, path));
          await picture(page, `${path.slice(7)}-${language}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      }
    }
    await page.setViewportSize(SIZES.desk);
    await page.goto(`${address}/vault/recover`);
    for (const i of [1, 2, 3]) await page.getByLabel(`Line ${i}`).fill("DBS1-2K7Q");
    await page.getByLabel("Choose a passphrase for the vault").fill("two old owls remain awake");
    await page.getByRole("button", { name: "Come back in" }).click();
    assert.match(await page.getByRole("alert").innerText(), /Check each letter/);
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
