// SPDX-License-Identifier: AGPL-3.0-or-later
// A vault's own node (`daybreak serve --role vault`): what its members see there, and where its links lead. Every page
// that a member reaches by links is opened: none is missing, and each is accessible and quiet in both languages at both
// widths.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { LANGUAGES, SIZES, assertAccessible, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { signIn, startVaultNode } from "./house.mjs";

const PASSPHRASE = "seven quiet herons wade";
const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
const MOST_OF_A_KIND = 20;
// The pages that a member comes to; what they link to is found by following.
const BEGIN = {
  advocate: ["/today", "/account", "/vault/clients", "/vault/inbox", "/vault/referrals", "/referrals", "/vault/members", "/vault/key", "/vault/unlock"],
  administrator: ["/today", "/account", "/administration/members", "/administration/access"],
};
let node, browser;

// One of each kind of page: ids and choices in the address make no other page.
const kindOf = (path) => path.split("?")[0].replace(/^\/(en|es)(?=\/|$)/, "").replace(ID, "one") || "/";

async function unlock(page) {
  await page.goto(`${node.address}/vault/unlock`);
  if ((await page.getByLabel("Your passphrase for the vault").count()) === 0) return;
  await page.getByLabel("Your passphrase for the vault").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Open the vault" }).click();
}

// Follows every link from `begin`, some addresses of each kind. `fullest`: of each kind the longest page, by address.
async function follow(page, begin) {
  const seen = new Set(), counts = new Map(), fullest = new Map(), broken = [];
  const waiting = begin.map((path) => [path, "the beginning"]);
  while (waiting.length > 0) {
    const [path, from] = waiting.shift();
    const kind = kindOf(path), count = counts.get(kind) ?? 0;
    if (seen.has(path) || count === MOST_OF_A_KIND || kind === "/leave") continue;
    seen.add(path);
    counts.set(kind, count + 1);
    const answer = await page.request.get(node.address + path);
    if (answer.status() !== 200) broken.push(`${answer.status()} ${path} (linked on ${from})`);
    if (answer.status() !== 200 || !answer.headers()["content-type"].startsWith("text/html")) continue;
    const text = await answer.text();
    if (text.length > (fullest.get(kind)?.length ?? 0)) fullest.set(kind, { path, length: text.length });
    for (const [, href] of text.matchAll(/<a [^>]*?href="(\/[^"#]*)/g)) if (!/^\/(en|es)(\/|$)/.test(href)) waiting.push([href.replaceAll("&amp;", "&"), kind]);
  }
  return { pages: [...fullest.values()].map(({ path }) => path), broken };
}

before(async () => {
  node = await startVaultNode();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await node?.close();
});

describe("a vault's own node", () => {
  const pages = new Map();  // of whom → paths

  test("whoever is not signed in finds nothing of a directory, and no link that leads nowhere", async () => {
    const page = await openPage(browser, node.address);
    const found = await follow(page, ["/", "/sign-in"]);
    assert.deepEqual(found.broken, []);
    assert.deepEqual(found.pages.map(kindOf).sort(), ["/", "/about", "/sign-in"]);
    pages.set("nobody", found.pages);
    await page.goto(`${node.address}/about`);
    assert.doesNotMatch(await page.textContent("main"), /Suggest a correction/i);
    await page.context().close();
  });

  test("the yearly review of access is held on the node itself, and what is left of it stands on Today", async () => {
    const page = await openPage(browser, node.address);
    await signIn(page, node.address, "administrator");
    await page.goto(`${node.address}/administration/access`);
    await page.getByRole("button", { name: "Begin a review now" }).click();
    const waiting = async () => Number(/: (\d+) accounts wait/.exec(await page.textContent("main"))[1]);
    const all = await waiting();
    const acts = page.getByRole("button", { name: /^Confirm: / });
    assert.equal(await acts.count(), all - 1, "nobody confirms the own account");
    await acts.first().click();
    assert.equal(await waiting(), all - 1);
    await page.goto(`${node.address}/today`);
    await page.getByRole("link", { name: `${all - 2} accounts wait to be confirmed or closed` }).click();
    await picture(page, "node-review");
    await page.getByRole("link", { name: /^Close: .*Coordinator/ }).click();
    const closing = page.locator("section", { hasText: "Close the account and hand over" }).last();
    assert.match(await closing.innerText(), /signed out at once\. Clients of a vault are handed over in the vault\./);
    assert.doesNotMatch(await closing.innerText(), /calendars|lists/);
    await picture(page, "node-hand-over");
    await page.getByRole("button", { name: "Close and hand over" }).click();
    await page.getByRole("button", { name: "Yes, go on" }).click();
    await page.getByRole("heading", { name: "Handed over before" }).waitFor();
    await page.goto(`${node.address}/administration/access`);
    assert.equal(await waiting(), all - 2, "to close an account answers its line");
    await page.context().close();
  });

  for (const [member, begin] of Object.entries(BEGIN))
    test(`every link of the ${member} leads somewhere`, async () => {
      const page = await openPage(browser, node.address);
      await signIn(page, node.address, member);
      await unlock(page);
      const found = await follow(page, begin);
      assert.deepEqual(found.broken, []);
      for (const kind of begin.map(kindOf)) assert.ok(found.pages.map(kindOf).includes(kind), kind);
      pages.set(member, found.pages);
      await page.context().close();
    });

  test("an administrator reads in both languages that a vault's log cannot be written, and what to do", async () => {
    const [vault] = readdirSync(join(node.data, "vaults"));
    const sql = (words) => execFileSync("sqlite3", [join(node.data, "vaults", vault, "vault.db"), words]);
    assert.equal((await fetch(`${node.address}/health/audit`)).status, 200);
    sql("ALTER TABLE audit_entry RENAME TO audit_away");
    try {
      for (let left = 30; (await fetch(`${node.address}/health/audit`)).status !== 503; --left) {
        assert.ok(left > 0, "the monitor is told");
        await pause(1000);
      }
      for (const size of Object.keys(SIZES)) {
        const page = await openPage(browser, node.address, { size });
        await signIn(page, node.address, "administrator");
        for (const [language, words] of [
          ["en", /The vault of Harbor Light Demonstration Services: nothing can be saved there[^]*someone changed the store from outside/],
          ["es", /La bóveda de Harbor Light Demonstration Services: allí no se puede guardar nada[^]*alguien cambió los datos desde fuera/],
        ]) {
          await page.goto(node.address + inLanguage(language, "/today"));
          await picture(page, `node-audit-${language}-${size}`);
          const alert = page.getByRole("alert");
          assert.match(await alert.innerText(), words);
          if (language === "es")
            assert.doesNotMatch(await alert.evaluate((one) => [...one.querySelectorAll("[lang=en]")].reduce((text, said) => text.replace(said.innerText, ""), one.innerText)), /\b(the|vault|cannot|store)\b/i);
          await assertAccessible(page);
          await assertQuiet(page);
        }
        await page.context().close();
      }
    } finally {
      sql("ALTER TABLE audit_away RENAME TO audit_entry");
    }
    for (let left = 30; (await fetch(`${node.address}/health/audit`)).status !== 200; --left) {
      assert.ok(left > 0, "the monitor is told that it is well again");
      await pause(1000);
    }
  });

  for (const member of ["nobody", ...Object.keys(BEGIN)])
    for (const language of LANGUAGES)
      test(`the pages of ${member} are accessible and quiet: ${language}`, async () => {
        const page = await openPage(browser, node.address);
        if (member !== "nobody") {
          await signIn(page, node.address, member);
          await unlock(page);
        }
        for (const path of pages.get(member)) {
          await page.goto(node.address + inLanguage(language, path));
          assert.equal(await page.locator("html").getAttribute("lang"), language);
          assert.ok((await page.locator(".site-nav [aria-current=page]").count()) <= 1, `${path}: two places in the menu`);
          // The longer words on the narrow screen; the same pages of a commons are looked at in all four ways.
          for (const size of language === "es" ? ["phone"] : Object.keys(SIZES)) {
            await page.setViewportSize(SIZES[size]);
            await picture(page, `node-${member}${kindOf(path).replaceAll("/", "-")}-${language}-${size}`);
            await assertAccessible(page);
            await assertQuiet(page);
          }
        }
        await page.context().close();
      });

  test("while the line is down Today says what waits, and the sent referral stands in its list", async () => {
    await node.cut();
    const page = await openPage(browser, node.address);
    await signIn(page, node.address, "advocate");
    await unlock(page);
    await page.goto(node.address + pages.get("advocate").find((path) => kindOf(path) === "/vault/clients/one/refer"));
    await page.getByLabel("To whom").selectOption({ label: "Demonstration County Sheriff" });
    await page.locator("#field-service").selectOption("safety.tonight");
    await page.getByRole("button", { name: "Send, without a name" }).click();
    for (let left = 30; !/1 message waits for it/.test((await page.goto(`${node.address}/today`), await page.textContent("main"))); --left) {
      assert.ok(left > 0, "Today says that the message waits");
      await pause(1000);
    }
    for (const path of ["/today", "/vault/referrals"])
      for (const language of LANGUAGES) {
        await page.goto(node.address + inLanguage(language, path));
        for (const size of Object.keys(SIZES)) {
          await page.setViewportSize(SIZES[size]);
          await picture(page, `node-cut${path.replaceAll("/", "-")}-${language}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      }
    await page.context().close();
  });
});
