// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers leave a vault as a person sees it, without JavaScript: counted, looked at, sent, read by the
// coordinator, taken back; and the page of other organisations' keys.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertQuiet, inLanguage, launch, openPage, picture, press } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

const PASSPHRASE = "seven quiet herons wade";
let house, browser, advocate, coordinator;

async function unlock(page) {
  await page.goto(`${house.address}/vault/unlock`);
  await page.getByLabel("Your passphrase for the vault").fill(PASSPHRASE);
  await press(page, page.getByRole("button", { name: "Open the vault" }));
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  advocate = await openPage(browser, house.address, { javaScript: false });
  coordinator = await openPage(browser, house.address);
  for (const page of [advocate, coordinator]) page.setDefaultTimeout(8000);
  await signIn(advocate, house.address, "advocate");
  await signIn(coordinator, house.address, "coordinator");
  await unlock(advocate);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// The form's act, and again after a confirmation where one is asked for.
async function confirmed(act) {
  await act();
  if (!/confirm/.test(advocate.url())) return;
  await fillProof(advocate);
  await press(advocate, advocate.getByRole("button", { name: "Confirm" }));
  await act();
}

describe("numbers", () => {
  let quarter;

  test("nothing has come yet", async () => {
    await coordinator.goto(`${house.address}/measures`);
    assert.match(await coordinator.textContent("main"), /No organization has sent numbers yet/);
    await advocate.goto(`${house.address}/measures`);
    assert.match(await advocate.textContent("main"), /not here|not found|no such/i);
  });

  test("an advocate looks at exactly what would leave", async () => {
    await advocate.goto(`${house.address}/vault/counts`);
    await advocate.getByLabel("Measure").selectOption("clients_served");
    quarter = await advocate.getByLabel("Quarter").inputValue();
    assert.match(quarter, /^20\d\d-Q[1-4]$/);
    await advocate.getByRole("button", { name: "Count, and show what would leave" }).click();
    const said = await advocate.textContent("main");
    assert.match(said, /Exactly this would leave/);
    assert.match(said, /Continuing/);
    await picture(advocate, "numbers-preview");
  });

  test("sends it signed, and the coordinator reads and downloads it", async () => {
    await confirmed(async () => {
      await advocate.goto(`${house.address}/vault/counts?measure=clients_served&period=${quarter}`);
      await press(advocate, advocate.getByRole("button", { name: "Sign and send these numbers" }));
    });
    assert.match(await advocate.textContent("main"), /Sent so far/);
    assert.match(await advocate.getByRole("table").textContent(), /Clients served/);
    await coordinator.goto(`${house.address}/measures?measure=clients_served`);
    const table = await coordinator.getByRole("table").textContent();
    assert.match(table, /Harbor Light/);
    const csv = await coordinator.evaluate(async () => (await fetch("/measures.csv")).text());
    assert.match(csv, new RegExp(`clients_served,${quarter},1,new,`));
    await picture(coordinator, "numbers-list");
    await coordinator.getByRole("link", { name: "Clients served" }).click();
    assert.match(await coordinator.textContent("main"), /What is counted/);
    await picture(coordinator, "numbers-table");
  });

  test("a form that was changed sends nothing", async () => {
    await advocate.goto(`${house.address}/vault/counts?measure=services_by_mode&period=${quarter}`);
    const token = await advocate.locator('form[action*="/vault/counts/send"] input[name="csrf"]').first().inputValue().catch(() => null);
    const answer = await advocate.request.post(`${house.address}/vault/counts/send`, {
      form: { csrf: token ?? "", measure: "services_by_mode", period: quarter, seen: "daybreak counts 1\nname Ana Ejemplo_\n" },
      maxRedirects: 0,
    });
    assert.ok([303, 403, 404].includes(answer.status()), `${answer.status()}`);
    await coordinator.goto(`${house.address}/measures`);
    assert.equal(await coordinator.getByRole("table").locator("tbody tr").count(), 1);
  });

  test("takes it back", async () => {
    await confirmed(async () => {
      await advocate.goto(`${house.address}/vault/counts`);
      await press(advocate, advocate.getByRole("button", { name: "Take back" }).first());
    });
    assert.match(await advocate.textContent("main"), /withdrawn/);
    await coordinator.goto(`${house.address}/measures`);
    assert.match(await coordinator.textContent("main"), /No organization has sent numbers yet/);
  });

  test("shows the keys of other organizations", async () => {
    await advocate.goto(`${house.address}/vault/keys`);
    const said = await advocate.textContent("main");
    assert.match(said, /Demonstration County Sheriff/);
    assert.match(said, /Your own\s*[0-9a-f]{4}-/);
    await picture(advocate, "keys");
  });

  for (const size of Object.keys(SIZES))
    for (const language of LANGUAGES)
      test(`its pages are accessible and quiet: ${language} ${size}`, async () => {
        const page = await openPage(browser, house.address, { size });
        await signIn(page, house.address, "advocate");
        await unlock(page);
        for (const path of ["/vault/counts", `/vault/counts?measure=clients_by_age&period=${quarter}`, "/vault/keys"]) {
          await page.goto(house.address + inLanguage(language, path));
          await picture(page, `${path.split("?")[0].replaceAll("/", "-").slice(1)}-${language}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
        await page.context().close();
        await coordinator.setViewportSize(SIZES[size]);
        await coordinator.goto(house.address + inLanguage(language, "/measures"));
        await assertAccessible(coordinator);
        await assertQuiet(coordinator);
      });
});
