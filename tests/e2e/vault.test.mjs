// SPDX-License-Identifier: AGPL-3.0-or-later
// The wall as two people meet it, in two browsers without JavaScript: an advocate takes someone in, writes a service,
// refers, releases and stops; a detective sees what was released until it is stopped, and nothing else ever.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertQuiet, launch, openPage, picture } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

// The path without the language.
const pathOf = (page) => new URL(page.url()).pathname.replace(/^\/en(?=\/)/, "");
const PASSPHRASE = "seven quiet herons wade";
let house, browser, advocate, detective;

async function unlock(page) {
  await page.goto(`${house.address}/vault/unlock`);
  await page.getByLabel("Your passphrase for the vault").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Open the vault" }).click();
}

// The box itself lies outside of the screen, as the design system draws it: people click its label.
async function tick(page, name) {
  const id = await page.getByLabel(name, { exact: typeof name === "string" }).first().getAttribute("id");
  await page.locator(`label[for="${id}"]`).click();
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  advocate = await openPage(browser, house.address, { javaScript: false });
  detective = await openPage(browser, house.address, { javaScript: false });
  for (const page of [advocate, detective]) page.setDefaultTimeout(5000);
  await signIn(advocate, house.address, "advocate");
  await signIn(detective, house.address, "detective");
});
after(async () => {
  await browser?.close();
  await house?.close();
});

describe("the wall", () => {
  let file, release, pointer;

  test("a vault stays closed without the passphrase", async () => {
    await advocate.goto(`${house.address}/vault/clients`);
    assert.equal(pathOf(advocate), "/vault/unlock");
    await advocate.getByLabel("Your passphrase for the vault").fill("not the passphrase");
    await advocate.getByRole("button", { name: "Open the vault" }).click();
    assert.match(await advocate.textContent("main"), /That did not work/);
    await unlock(advocate);
    assert.equal(pathOf(advocate), "/vault/clients");
    await unlock(detective);
    assert.equal(pathOf(detective), "/vault/inbox");
  });

  test("intake: two answers, the rest left", async () => {
    await advocate.goto(`${house.address}/vault/clients/new`);
    await advocate.getByLabel("What name would you like us to use?", { exact: true }).fill("Zoraida Ejemplo_");
    await advocate.getByLabel("Phone", { exact: true }).fill("716-555-0177");
    await advocate.getByRole("button", { name: "Save" }).click();
    file = pathOf(advocate);
    assert.match(file, /^\/vault\/clients\/[0-9a-f-]{36}$/);
    assert.match(await advocate.textContent("h1"), /Z\.E\./);
  });

  test("she is found by a part of her name, and no address tells it", async () => {
    await advocate.goto(`${house.address}/vault/clients`);
    await advocate.getByLabel("Name or phone, whole words or the first three letters").fill("zor");
    await advocate.getByRole("button", { name: "Search" }).click();
    assert.match(await advocate.textContent("main"), /Z\.E\./);
    assert.doesNotMatch(advocate.url(), /zor/i);
  });

  test("a service takes one click on her page", async () => {
    await advocate.goto(house.address + file);
    const began = Date.now();
    await advocate.getByRole("button", { name: "Add", exact: true }).click();
    console.log(`a service event: 1 click, ${Date.now() - began} ms`);
    assert.match(await advocate.textContent("main"), /Newest services/);
    await advocate.getByRole("button", { name: "The same again today" }).click();
    assert.equal(await advocate.locator("main table tbody tr").count(), 2);
  });

  test("a release in five steps, of the telephone number only", async () => {
    await advocate.goto(`${house.address}${file}/releases`);
    await advocate.getByRole("button", { name: "Talk about a new release" }).click();
    await advocate.getByLabel("One organization on this site").selectOption({ label: "Demonstration County Sheriff" });
    await advocate.getByLabel("Who there").selectOption({ label: "Investigators" });
    await advocate.getByRole("button", { name: "Go on" }).click();
    assert.equal(await advocate.locator("input[type=checkbox]:checked").count(), 0, "something was ticked beforehand");
    await tick(advocate, "Phone");
    await advocate.getByRole("button", { name: "Go on" }).click();
    await advocate.getByLabel("What is it for, in her or his words?").fill("So that they can call me.");
    await advocate.getByLabel("What other ways did you talk about?").fill("She would rather not call.");
    await tick(advocate, "We talked about what could go wrong");
    await tick(advocate, /right to say no/);
    await advocate.getByRole("button", { name: "Go on" }).click();
    await advocate.getByRole("button", { name: "Go on" }).click();
    assert.match(await advocate.textContent("main"), /Demonstration County Sheriff, Investigators, may know this and nothing else: Phone/);
    await advocate.getByRole("button", { name: "Sign", exact: true }).click();
    assert.match(await advocate.textContent("main"), /The signature is missing/);
    await advocate.getByLabel("Signature: the name, as she or he signs").fill("Zoraida Ejemplo_");
    await advocate.getByRole("button", { name: "Sign", exact: true }).click();
    release = pathOf(advocate);
    assert.match(await advocate.textContent("main"), /In force/);
  });

  test("it is told after a fresh confirmation, and stands in her record", async () => {
    const tell = async () => {
      await tick(advocate, "Phone");
      await advocate.getByRole("button", { name: "Tell it", exact: true }).click();
    };
    await tell();
    if (/Confirm that it is you/.test(await advocate.textContent("h1"))) {  // what was ticked comes along
      await fillProof(advocate);
      await advocate.getByRole("button", { name: "Confirm" }).click();
    }
    assert.match(advocate.url(), /\/record$/);
    assert.match(await advocate.textContent("main"), /Demonstration County Sheriff/);
  });

  test("the detective sees the number and nothing else", async () => {
    await detective.goto(`${house.address}/vault/inbox`);
    const links = await detective.locator("main table tbody a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    for (const link of links) {
      await detective.goto(house.address + link);
      if (/716-555-0177/.test(await detective.textContent("main"))) pointer = house.address + link;
    }
    assert.ok(pointer, "the number did not arrive");
    await detective.goto(pointer);
    assert.doesNotMatch(await detective.textContent("main"), /Zoraida/);
  });

  for (const size of ["phone", "desk"])
    test(`the recipient's pages are accessible: ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      await signIn(page, house.address, "detective");
      await unlock(page);
      for (const path of ["/vault/inbox", new URL(pointer).pathname, "/referrals"])
        for (const language of ["", "/es"]) {
          await page.goto(house.address + language + path);
          await picture(page, `released-${path.length}${language.slice(1)}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      await page.context().close();
    });

  test("what is hers and what does not exist look the same to him", async () => {
    const seen = [];
    for (const path of [file, `${file}/record`, release, "/vault/clients/00000000-0000-4000-8000-000000000000"]) {
      const answer = await detective.goto(house.address + path);
      seen.push([answer.status(), (await detective.textContent("main")).replace(/\s+/g, " ").replace(/: [0-9a-z]+-[0-9a-z]+\s*$/, "")]);
    }
    for (const one of seen) assert.deepEqual(one, seen.at(-1));
    assert.equal(seen[0][0], 404);
  });

  test("stop acts on his next request", async () => {
    await advocate.goto(house.address + release);
    await advocate.getByRole("button", { name: "She or he said stop" }).click();
    assert.match(await advocate.textContent("main"), /Stopped/);
    assert.equal((await detective.goto(pointer)).status(), 404);
    assert.doesNotMatch(await detective.textContent("body"), /716-555-0177/);
    await advocate.goto(`${house.address}${file}/record`);
    assert.match(await advocate.textContent("main"), /Opened what was released/);
  });

  test("a service is found in the directory from her file, and the referral names nobody", async () => {
    await advocate.goto(`${house.address}${file}/refer`);
    await advocate.getByLabel("Or choose from the list").selectOption("justice.advocate");
    await advocate.getByRole("button", { name: "Search", exact: true }).click();
    assert.match(await advocate.textContent("main"), /services? found/);
    assert.match(await advocate.textContent("main"), /Not reached through this site/);
    await advocate.getByRole("button", { name: "Refer here" }).first().click();
    assert.equal(await advocate.locator("#field-receiver option:checked").textContent(), "Demonstration County Sheriff");
    assert.equal(await advocate.locator("#field-service").inputValue(), "justice.advocate");
    await advocate.locator("#field-household").fill("13");
    await advocate.getByRole("button", { name: "Send, without a name" }).click();
    assert.match(await advocate.textContent("main"), /people are 1 to 12/);
    assert.equal(await advocate.locator("#field-service").inputValue(), "justice.advocate", "what was chosen stays");
    await advocate.locator("#field-household").fill("2");
    await advocate.getByRole("button", { name: "Send, without a name" }).click();
    assert.match(await advocate.textContent("main"), /Waits for an answer/);
    assert.doesNotMatch(advocate.url(), /justice/);
    await detective.goto(`${house.address}/referrals`);
    assert.doesNotMatch(await detective.textContent("main"), /Zoraida|Ejemplo|0177/);
    assert.match(await detective.textContent("main"), /Avery Advocate_/);
    await detective.getByRole("button", { name: "We can help" }).click();
    await advocate.goto(`${house.address}/vault/referrals`);
    assert.match(await advocate.textContent("main table"), /Accepted: call them/);
    await advocate.goto(`${house.address}${file}/refer`);
    assert.match(await advocate.textContent("main"), /Dana Detective_ has it/);
    await advocate.getByRole("button", { name: "We are connected" }).click();
    assert.match(await advocate.textContent("main"), /Connected/);
    await detective.goto(`${house.address}/referrals`);
    assert.match(await detective.textContent("main"), /Connected/);
  });

  test("a referral is taken back before its end, and then is answered no more", async () => {
    await advocate.goto(`${house.address}${file}/refer`);
    await advocate.getByText("You know whom to ask").click();
    await advocate.getByLabel("To whom").selectOption({ label: "Demonstration County Sheriff" });
    await advocate.locator("#field-service").selectOption("safety.tonight");
    await advocate.getByRole("button", { name: "Send, without a name" }).click();
    await advocate.getByRole("button", { name: "Withdraw" }).click();
    assert.match(await advocate.textContent("main"), /Withdrawn/);
    // One list shows all that were sent: by state, by who sent it, by day.
    const rows = async (choice) => (await advocate.goto(`${house.address}/vault/referrals?${choice}`), advocate.locator("main table tbody tr").count());
    assert.equal(await rows("state=withdrawn"), 1);
    assert.equal(await rows("state=withdrawn&due_by=2099-01-01"), 0);
    const all = await rows("state=all&sort=-when");
    await advocate.getByLabel("Sent by").selectOption({ label: "Avery Advocate_" });
    await advocate.getByRole("button", { name: "Show", exact: true }).click();
    assert.match(advocate.url(), /state=all/);
    assert.equal(await advocate.locator("main table tbody tr").count(), all);
    assert.match(await advocate.locator("main table tbody tr").first().innerText(), /Avery Advocate_/);
    await detective.goto(`${house.address}/referrals`);
    assert.equal(await detective.getByRole("button", { name: "We can help" }).count(), 0);
  });

  for (const size of ["phone", "desk"])
    for (const language of ["en", "es"])
      test(`its pages are accessible and quiet: ${language} ${size}`, async () => {
        const page = await openPage(browser, house.address, { size });
        await signIn(page, house.address, "advocate");
        await unlock(page);
        const plain = file;
        for (const path of ["/vault/clients", "/vault/clients/new", plain, `${plain}/releases`, release, `${plain}/record`, `${plain}/refer`, "/vault/referrals", "/vault/members", "/vault/unlock"]) {
          await page.goto(`${house.address}/${language}${path}`);
          await picture(page, `${path.replace(/[0-9a-f-]{36}/, "one").replaceAll("/", "-").slice(1)}-${language}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
        await page.context().close();
      });
});
