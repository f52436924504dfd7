// SPDX-License-Identifier: AGPL-3.0-or-later
// What a vault keeps: a photograph taken in with the place where it was taken, opened without it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertQuiet, launch, openPage, picture, press } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

const PASSPHRASE = "seven quiet herons wade";
let house, browser, advocate, file;

async function unlock(page) {
  await page.goto(`${house.address}/vault/unlock`);
  await page.getByLabel("Your passphrase for the vault").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Open the vault" }).click();
}

before(async () => {
  house = await startDemonstration();
  browser = await launch();
  advocate = await openPage(browser, house.address);
  advocate.setDefaultTimeout(8000);
  await signIn(advocate, house.address, "advocate");
  await unlock(advocate);
  await advocate.goto(`${house.address}/vault/clients`);
  file = await advocate.locator("main table tbody a").first().getAttribute("href");
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// A picture as a telephone writes it: with EXIF that says where.
async function photograph() {
  const plain = await advocate.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 200];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#2e6276";
    pen.fillRect(20, 20, 200, 120);
    return canvas.toDataURL("image/jpeg").split(",")[1];
  });
  const jpeg = Buffer.from(plain, "base64");
  const body = Buffer.concat([Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\0", "latin1"), Buffer.from("GPSLatitude 42 CanaryPlace")]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

const bytesOf = (address) =>
  advocate.evaluate(async (from) => {
    const answer = await fetch(from);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), latin: Array.from(bytes, (b) => String.fromCharCode(b)).join("") };
  }, address);

describe("attachments", () => {
  let original;

  test("a photograph is taken in and opened without its place", async () => {
    await advocate.goto(`${house.address}${file}/attachments`);
    assert.match(await advocate.textContent("main"), /No attachments yet/);
    original = await photograph();
    await advocate.locator("input[type=file]").setInputFiles({ name: "where Canaryname_ lives.jpg", mimeType: "text/html", buffer: original });
    await advocate.getByRole("button", { name: "Take it in" }).click();
    const title = advocate.getByText("attachment-1.jpg");
    await title.first().waitFor();
    await title.first().click();
    const copy = await advocate.getByRole("link", { name: "Open the clean copy" }).getAttribute("href");
    const seen = await bytesOf(copy);
    assert.equal(seen.headers["cache-control"], "no-store");
    assert.equal(seen.headers["content-type"], "image/jpeg");
    assert.match(seen.headers["content-disposition"], /^inline; filename="attachment-1.jpg"$/);
    assert.doesNotMatch(seen.latin, /GPS|Canary/);
    const saved = await bytesOf(await advocate.getByRole("link", { name: "Save the original" }).getAttribute("href"));
    assert.equal(saved.latin, original.toString("latin1"));
    assert.match(saved.headers["content-disposition"], /attachment-1\.jpg/);
    assert.doesNotMatch(saved.headers["content-disposition"], /Canary/);
    const viewer = await advocate.context().newPage();
    await viewer.goto(house.address + copy);
    assert.equal(await viewer.locator("img").evaluate((image) => image.naturalWidth), 320, "the clean copy is no picture");
    await viewer.close();
  });

  for (const size of ["phone", "desk"])
    test(`its page is accessible: ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      await signIn(page, house.address, "advocate");
      await unlock(page);
      for (const language of ["", "/es"]) {
        await page.goto(`${house.address}${language}${file}/attachments`);
        await page.locator("main details").first().evaluate((details) => (details.open = true));
        await picture(page, `attachments-${language.slice(1) || "en"}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
      await page.context().close();
    });

  test("shredded after a fresh confirmation, it is gone", async () => {
    const shred = async () => {
      await advocate.goto(`${house.address}${file}/attachments`);
      await advocate.getByText("attachment-1.jpg").first().click();
      await advocate.getByRole("button", { name: "Shred it" }).click();
      await press(advocate, advocate.locator("dialog").getByRole("button").first());
      await advocate.waitForLoadState();
    };
    await shred();
    if (/confirm$/.test(new URL(advocate.url()).pathname)) {
      await fillProof(advocate);
      await press(advocate, advocate.getByRole("button", { name: "Confirm" }));
      await shred();
    }
    await advocate.getByText("Nothing of it is left but this line").waitFor();
  });
});
