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

const bytesOf = (address, page = advocate) =>
  page.evaluate(async (from) => {
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

describe("retention", () => {
  const hold = async () => {
    await advocate.goto(`${house.address}${file}/retention`);
    await advocate.getByLabel("Why it must be kept").selectOption({ label: "Subpoena" });
    await advocate.getByLabel("In words").fill("Case 12-Example");
    await press(advocate, advocate.getByRole("button", { name: "Hold it" }));
  };

  test("a file is held with its reason, and the hold lifted", async () => {
    await hold();
    await advocate.getByText("Case 12-Example").waitFor();
    assert.match(await advocate.textContent("main"), /Held: nothing is purged/);
    await press(advocate, advocate.getByRole("button", { name: "Lift this hold" }));
    await advocate.getByText("Only a closed file is purged").waitFor();
    await hold();
  });

  test("what is due stands in a list, and who has to do it", async () => {
    await advocate.goto(`${house.address}/vault/retention`);
    assert.match(await advocate.textContent("main"), /C-101/);
    assert.match(await advocate.textContent("main"), /365 days/);
  });

  for (const size of ["phone", "desk"])
    test(`its pages are accessible: ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      await signIn(page, house.address, "advocate");
      await unlock(page);
      for (const path of ["/vault/retention", `${file}/retention`])
        for (const language of ["", "/es"]) {
          await page.goto(house.address + language + path);
          await picture(page, `retention-${path.length > 20 ? "file" : "list"}-${language.slice(1) || "en"}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      await page.context().close();
    });
});

describe("a release", () => {
  // The box itself lies outside of the screen: people click its label.
  const tick = async (name) => {
    const id = await advocate.getByLabel(name, { exact: typeof name === "string" }).first().getAttribute("id");
    await advocate.locator(`label[for="${id}"]`).click();
  };
  const go = (name = "Go on") => press(advocate, advocate.getByRole("button", { name, exact: true }));
  let release;

  test("is for one person, until an event, and signed on paper", async () => {
    await advocate.goto(`${house.address}${file}/releases`);
    await go("Talk about a new release");
    await advocate.getByLabel("One organization on this site").selectOption({ label: "Demonstration County Sheriff" });
    await advocate.getByLabel(/Or one person there/).fill("nobody@example.org");
    await go();
    await advocate.getByText("Nobody with this address is at this organization.").waitFor();
    await advocate.getByLabel("One organization on this site").selectOption({ label: "Demonstration County Sheriff" });
    await advocate.getByLabel(/Or one person there/).fill("detective@demonstration.example.org");
    await go();
    await tick("Phone");
    await go();
    await advocate.getByLabel("What is it for, in her or his words?").fill("So that he can call me.");
    await advocate.getByLabel("What other ways did you talk about?").fill("She would rather not call.");
    await tick("We talked about what could go wrong");
    await tick(/right to say no/);
    await go();
    await advocate.getByLabel(/Or until this happens/).fill("the hearing is over");
    await go();
    await advocate.getByLabel("Signature: the name, as she or he signs").fill("Zoraida Ejemplo_");
    await advocate.locator("input[type=file]").setInputFiles({ name: "scan.jpg", mimeType: "image/jpeg", buffer: await photograph() });
    await picture(advocate, "release-sign");
    await go("Sign");
    await advocate.getByText("In force").first().waitFor();
    release = new URL(advocate.url()).pathname;
    assert.match(await advocate.textContent("main"), /or until this happens: the hearing is over/);
    const paper = await bytesOf(await advocate.getByRole("link", { name: "On paper: open it" }).getAttribute("href"));
    assert.equal(paper.headers["content-type"], "image/jpeg");
    assert.doesNotMatch(paper.latin, /Canary/);
  });

  for (const size of ["phone", "desk"])
    test(`its pages are accessible: ${size}`, async () => {
      const page = await openPage(browser, house.address, { size });
      await signIn(page, house.address, "advocate");
      await unlock(page);
      for (const [name, path] of [["file", file], ["list", `${file}/releases`], ["one", release], ["record", `${file}/record`]])
        for (const language of ["", "/es"]) {
          await page.goto(house.address + language + path);
          await picture(page, `release-${name}-${language.slice(1) || "en"}-${size}`);
          await assertAccessible(page);
          await assertQuiet(page);
        }
      await page.context().close();
    });

  test("is stopped in one tap on her page, and talked about again", async () => {
    await advocate.goto(house.address + file);
    await go("She or he said stop");
    await advocate.getByText("Stopped").first().waitFor();
    await go("Talk about it again");
    await advocate.getByText("It is issued again for the same recipient").waitFor();
    await go();
    assert.equal(await advocate.getByLabel("Preferred name").count(), 0, "more is offered than the first one had");
    await advocate.getByLabel("Phone", { exact: true }).waitFor();
  });

  test("of a file reaches the detective without its place, and is gone when it is stopped", async () => {
    await advocate.goto(`${house.address}${file}/attachments`);
    await advocate.locator("input[type=file]").setInputFiles({ name: "Canaryname_.jpg", mimeType: "image/jpeg", buffer: await photograph() });
    await go("Take it in");
    await advocate.goto(`${house.address}${file}/releases`);
    await go("Talk about a new release");
    await advocate.getByLabel("One organization on this site").selectOption({ label: "Demonstration County Sheriff" });
    await advocate.getByLabel("Who there").selectOption({ label: "Investigators" });
    await go();
    await picture(advocate, "release-what-file");
    await tick(/^\s*File attachment-\d+\.jpg: Canaryname_/);
    await go();
    await advocate.getByLabel("What is it for, in her or his words?").fill("So that he sees the room.");
    await advocate.getByLabel("What other ways did you talk about?").fill("She has no copy of her own.");
    await tick("We talked about what could go wrong");
    await tick(/right to say no/);
    await go();
    await go();
    await advocate.getByLabel("Signature: the name, as she or he signs").fill("Zoraida Ejemplo_");
    await go("Sign");
    const release = new URL(advocate.url()).pathname;
    await tick(/A file, without place/);
    await go("Tell it");
    if (/Confirm that it is you/.test(await advocate.textContent("h1"))) {
      await fillProof(advocate);
      await go("Confirm");
    }
    await advocate.getByText("A file, without place, device and author").first().waitFor();

    const detective = await openPage(browser, house.address);
    await signIn(detective, house.address, "detective");
    await unlock(detective);
    await detective.goto(`${house.address}/vault/inbox`);
    const item = await detective.locator("main table tbody a").first().getAttribute("href");
    const link = detective.getByRole("link", { name: /^Open the picture/ });
    for (const language of ["", "/es"]) {
      await detective.goto(house.address + language + item);
      await picture(detective, `released-file-${language.slice(1) || "en"}`);
      await assertAccessible(detective);
      await assertQuiet(detective);
    }
    await detective.goto(house.address + item);
    const href = await link.getAttribute("href");
    const seen = await bytesOf(href, detective);
    assert.equal(seen.status, 200);
    assert.equal(seen.headers["cache-control"], "no-store");
    assert.equal(seen.headers["content-type"], "image/jpeg");
    assert.match(seen.headers["content-disposition"], /^inline; filename="released-\d+-1.jpg"$/);
    assert.doesNotMatch(seen.latin, /GPS|Canary/);

    await advocate.goto(house.address + release);
    await go("She or he said stop");
    assert.equal((await bytesOf(href, detective)).status, 404);
    await detective.context().close();
    await advocate.goto(`${house.address}${file}/record`);
    assert.match(await advocate.textContent("main"), /Opened a file that was released/);
  });
});
