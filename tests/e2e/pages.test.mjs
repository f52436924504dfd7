// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page that the public can open, and the style guide: accessible in both languages at both
// widths, quiet, reachable by keyboard, alive without JavaScript.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { startHouse } from "./house.mjs";

const PUBLIC = ["/", "/about", "/sign-in", "/services", "/services/map", "/check/thanks", "/signs", "/signs/investigators-continued-presence", "/signs/changes", "/documents", "/documents/mou", "/news", "/news/asked", "/task-forces", "/task-forces/states/NY", "/resources", "/resources/federal", "/resources/funding", "/resources/campaigns"];
const STYLE_GUIDE = ["content", "forms", "tables", "figures", "staff"].map((name) => `/styleguide/${name}`);
const MISSING = "/no-such-page";

let house, browser;
before(async () => {
  house = await startHouse();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

describe("every page", () => {
  for (const path of [...PUBLIC, ...STYLE_GUIDE, MISSING]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        test(`${path} ${language} ${size}`, async () => {
          const page = await openPage(browser, house.address, { size });
          await page.goto(house.address + inLanguage(language, path));
          assert.equal(await page.locator("html").getAttribute("lang"), language);
          await picture(page, `${path.replaceAll("/", "-").slice(1) || "home"}-${language}-${size}`);
          await assertAccessible(page);
          if (path === MISSING) page.complaints = page.complaints.filter((one) => !one.includes("404"));
          await assertQuiet(page);
          await page.context().close();
        });
      }
    }
  }
  for (const path of [...PUBLIC, "/styleguide/content", "/styleguide/forms", "/styleguide/tables"]) {
    test(`${path} by keyboard`, async () => {
      const page = await openPage(browser, house.address);
      await page.goto(house.address + path);
      await assertKeyboard(page);
      await page.context().close();
    });
  }
});

describe("a public page", () => {
  test("leaves nothing on the device", async () => {
    const page = await openPage(browser, house.address);
    for (const path of PUBLIC) {
      const answer = await page.goto(house.address + path);
      assert.equal(answer.headers()["cache-control"], "no-store");
      assert.match(answer.headers()["content-security-policy"], /default-src 'none'/);
    }
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    await page.context().close();
  });

  test("has a title that tells a bystander nothing", async () => {
    const page = await openPage(browser, house.address);
    for (const path of PUBLIC) {
      for (const language of LANGUAGES) {
        await page.goto(house.address + inLanguage(language, path));
        assert.doesNotMatch(await page.title(), /traffick|trata|victim|víctim|abus|violen|shelter|refugio/i);
      }
    }
    await page.context().close();
  });

  test("switches the language and stays on the page", async () => {
    const page = await openPage(browser, house.address);
    await page.goto(`${house.address}/about`);
    await page.getByRole("link", { name: "Español" }).click();
    assert.equal(new URL(page.url()).pathname, "/es/about");
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(new URL(page.url()).pathname, "/en/about");
    await page.context().close();
  });
});

describe("quick exit", () => {
  const leavesBy = (name, act, options = {}) =>
    test(name, async () => {
      const page = await openPage(browser, house.address, options);
      await page.goto(`${house.address}/about`);
      await page.goto(house.address);
      const left = page.waitForRequest((request) => !request.url().startsWith(house.address));
      await act(page);
      assert.match((await left).url(), /^https:\/\/www\.weather\.gov\//);
      await page.context().close();
    });
  const press = (key) => async (page) => {
    for (let i = 0; i < 3; ++i) await page.keyboard.press(key);
  };
  leavesBy("by the button", (page) => page.locator("[data-quick-exit]").click());
  leavesBy("by three presses of Shift", press("Shift"));
  leavesBy("by the link without JavaScript", (page) => page.locator("[data-quick-exit]").click(), { javaScript: false });

  test("stays when somebody types capital letters", async () => {
    const page = await openPage(browser, house.address);
    await page.goto(`${house.address}/sign-in`);
    await page.locator("#field-email").pressSequentially("ABC DEF GHI");
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  });

  test("tells the browser to forget the site", async () => {
    const answer = await fetch(`${house.address}/leave`, { redirect: "manual" });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("clear-site-data"), '"cache", "cookies", "storage"');
  });
});
