// SPDX-License-Identifier: AGPL-3.0-or-later
// One story from beginning to end, in two browsers at once: an advocate and a receiving detective, each with a passkey.
// Every step is counted in clicks, fields and seconds, and may not cost more than it says.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertQuiet, authenticator, launch, openPage } from "./browser.mjs";
import { signIn, startDemonstration } from "./house.mjs";

const PASSPHRASE = "seven quiet herons wade";
const SECRET_NUMBER = "716-555-0178";
let house, address, browser, advocate, detective;
const told = [];
// A label's words, whatever "(required)" or hint follows.
const begins = (label) => new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

// A person at a browser: what she presses and fills is counted.
async function person(name, mailbox) {
  const page = await openPage(browser, address);
  page.setDefaultTimeout(8000);
  await authenticator(page);
  await signIn(page, address, mailbox);
  await page.goto(`${address}/account`);
  await page.getByLabel("Name of the passkey").fill("Own device");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("heading", { name: "Own device" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForLoadState();
  const counted = { clicks: 0, fields: 0 };
  return {
    name, page, counted,
    text: () => page.textContent("main"),
    // Leads to another page, as a link or button that sends a form does.
    async press(locator) {
      counted.clicks += 1;
      await Promise.all([page.waitForEvent("load"), locator.click()]);
    },
    button(label) { return this.press(page.getByRole("button", { name: label, exact: true }).first()); },
    link(label) { return this.press(page.getByRole("link", { name: label }).first()); },
    async tick(label) {
      counted.clicks += 1;
      const id = await page.getByLabel(label, { exact: typeof label === "string" }).first().getAttribute("id");
      await page.locator(`label[for="${id}"]`).click();
    },
    async fill(label, value) { counted.fields += 1; await page.getByLabel(begins(label)).first().fill(value); },
    async choose(label, option) { counted.clicks += 2; await page.getByLabel(begins(label)).first().selectOption(option); },
  };
}

// Does a step and holds it to what it may cost. Seconds are the machine's: people think and type besides.
async function step(who, what, most, walk) {
  const before = { ...who.counted };
  const began = Date.now();
  await walk(who, who.page);
  const cost = { clicks: who.counted.clicks - before.clicks, fields: who.counted.fields - before.fields };
  const seconds = (Date.now() - began) / 1000;
  told.push(`${who.name.padEnd(9)}  ${what.padEnd(46)} ${String(cost.clicks).padStart(2)} clicks  ${cost.fields} fields  ${seconds.toFixed(1)} s`);
  assert.ok(cost.clicks <= most.clicks, `${what}: ${cost.clicks} clicks`);
  assert.ok(cost.fields <= (most.fields ?? 0), `${what}: ${cost.fields} fields`);
  assert.ok(seconds <= (most.seconds ?? 15), `${what}: ${seconds} s`);
  await assertQuiet(who.page);
}

const openVault = async (who) => {
  await who.page.goto(`${address}/vault`);
  await who.fill("Your passphrase for the vault", PASSPHRASE);
  await who.button("Open the vault");
};

before(async () => {
  house = await startDemonstration();
  address = house.address.replace("127.0.0.1", "localhost");
  browser = await launch();
  advocate = await person("advocate", "advocate");
  detective = await person("detective", "detective");
});
after(async () => {
  console.log(told.join("\n"));
  await browser?.close();
  await house?.close();
});

describe("from intake to stop", () => {
  let file, release, pointer;

  test("both sign in with their passkeys and open their vaults", async () => {
    for (const who of [advocate, detective]) {
      await step(who, "sign in", { clicks: 1 }, async ({ page }) => {
        await page.goto(`${address}/sign-in`);
        who.counted.clicks += 1;
        await page.getByRole("button", { name: "Use a passkey" }).click();
        await page.waitForURL("**/today");
      });
      await step(who, "open the vault", { clicks: 1, fields: 1 }, openVault);
    }
  });

  test("intake, with two answers", async () => {
    await step(advocate, "intake", { clicks: 2, fields: 2 }, async (who) => {
      await who.link("New person");
      await who.fill("What name would you like us to use?", "Zoraida Ejemplo_");
      await who.fill("Phone", SECRET_NUMBER);
      await who.button("Save");
    });
    file = new URL(advocate.page.url()).pathname;
    assert.match(await advocate.page.textContent("h1"), /Z\.E\./);
  });

  test("a service event in well under 15 seconds", async () => {
    await step(advocate, "service event", { clicks: 1, seconds: 5 }, (who) => who.button("Add"));
    assert.match(await advocate.text(), /Newest services/);
  });

  test("a service found in the directory, and a referral that names nobody", async () => {
    await step(advocate, "directory search, from her file", { clicks: 4 }, async (who) => {
      await who.link("Refer to a service");
      await who.choose("Or choose from the list", "justice.advocate");
      await who.button("Search");
    });
    await step(advocate, "referral", { clicks: 2 }, async (who) => {
      await who.button("Refer here");
      await who.button("Send, without a name");
    });
    await step(detective, "accept the referral", { clicks: 2 }, async (who) => {
      await who.page.goto(`${address}/today`);
      await who.link("1 referral waits for you");
      assert.doesNotMatch(await who.text(), /Zoraida|Ejemplo|0178/);
      await who.button("We can help");
    });
  });

  test("a release of the telephone number only", async () => {
    await step(advocate, "release, five steps", { clicks: 16, fields: 3 }, async (who) => {
      await who.page.goto(address + file);
      await who.link("Releases");
      await who.button("Talk about a new release");
      await who.choose("One organization on this site", { label: "Demonstration County Sheriff" });
      await who.choose("Who there", { label: "Investigators" });
      await who.button("Go on");
      await who.tick("Phone");
      await who.button("Go on");
      await who.fill("What is it for, in her or his words?", "So that they can call me.");
      await who.fill("What other ways did you talk about?", "She would rather not call.");
      await who.tick("We talked about what could go wrong");
      await who.tick(/right to say no/);
      await who.button("Go on");
      await who.button("Go on");
      await who.fill("Signature: the name, as she or he signs", "Zoraida Ejemplo_");
      await who.button("Sign");
    });
    release = new URL(advocate.page.url()).pathname;
    assert.match(await advocate.text(), /In force/);
  });

  test("the disclosure, and what the detective then sees", async () => {
    await step(advocate, "disclosure, with a fresh confirmation", { clicks: 6 }, async (who) => {
      const tell = async () => {
        await who.tick("Phone");
        await who.button("Tell it");
      };
      await tell();
      if (!/Confirm that it is you/.test(await who.page.textContent("h1"))) return;
      who.counted.clicks += 1;
      await who.page.getByRole("button", { name: "Use a passkey" }).click();  // what was ticked comes along
      await who.page.waitForURL(/\/record$/);
    });
    assert.match(await advocate.text(), /Demonstration County Sheriff/);
    await step(detective, "open what was released", { clicks: 1 }, async (who) => {
      await who.page.goto(`${address}/vault/inbox`);
      await who.link(/^R-/);
    });
    pointer = detective.page.url();
    assert.match(await detective.text(), new RegExp(SECRET_NUMBER));
    assert.doesNotMatch(await detective.text(), /Zoraida/);
  });

  test("she stops it, in one click; it is gone for him at once, and her record tells all", async () => {
    await step(advocate, "stop", { clicks: 1 }, async (who) => {
      await who.page.goto(address + release);
      await who.button("She or he said stop");
    });
    assert.match(await advocate.text(), /Stopped/);
    assert.equal((await detective.page.goto(pointer)).status(), 404);
    detective.page.complaints.length = 0;  // the browser's own word on the 404
    assert.doesNotMatch(await detective.page.textContent("body"), new RegExp(SECRET_NUMBER));
    await step(advocate, "her record of disclosures", { clicks: 1 }, async (who) => {
      await who.page.goto(address + file);
      await who.link("Record of disclosures");
    });
    assert.match(await advocate.text(), /Opened what was released/);
  });
});
