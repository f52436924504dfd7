// SPDX-License-Identifier: AGPL-3.0-or-later
// The administrator keeps organisations and members, reads the audit log and looks after background
// work; nobody else can.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, SIZES, assertAccessible, assertKeyboard, assertQuiet, inLanguage, launch, openPage, picture } from "./browser.mjs";
import { fillProof, signIn, startDemonstration } from "./house.mjs";

const ROOM = "/administration";
let house, browser;
before(async () => {
  house = await startDemonstration();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

async function as(mailbox) {
  const page = await openPage(browser, house.address);
  await signIn(page, house.address, mailbox);
  return page;
}
const heading = (page) => page.locator("h1").innerText();

test("adds an organization, invites a member, changes roles, disables the account", async () => {
  const page = await as("administrator");
  await page.getByRole("link", { name: "Administration", exact: true }).click();
  await page.getByRole("link", { name: "Add an organization" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Example Harbor Clinic");
  await page.getByLabel("Kind").selectOption("health");
  await page.getByText("Member of the task force").click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  assert.ok(await page.getByRole("link", { name: "Example Harbor Clinic" }).isVisible());

  await page.goto(`${house.address}/confirm?return=${ROOM}/members/new`);
  await fillProof(page);
  await page.getByRole("button", { name: "Confirm" }).click();
  assert.equal(new URL(page.url()).pathname, `${ROOM}/members/new`);
  await page.getByRole("textbox", { name: "Name" }).fill("Nova Example");
  await page.getByRole("textbox", { name: "E-mail" }).fill("nova@example.org");
  await page.locator("select[name=organization]").selectOption({ label: "Example Harbor Clinic" });
  await page.locator("label", { hasText: "Advocate" }).click();
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.locator("code.long-code").innerText();
  assert.match(link, /\/set-up\?token=/);
  const newcomer = await openPage(browser, house.address);
  await newcomer.goto(link);
  assert.match(await heading(newcomer), /Set up your account/);
  await newcomer.context().close();

  await page.goto(`${house.address}${ROOM}/members?text=nova`);
  await page.getByRole("link", { name: "Nova Example" }).click();
  await page.locator("label", { hasText: "Analyst" }).click();
  await page.getByRole("button", { name: "Save the roles" }).click();
  assert.ok(await page.getByRole("checkbox", { name: /Analyst/ }).isChecked());
  await page.getByRole("button", { name: "Disable the account" }).click();
  assert.match(await page.locator("main").innerText(), /Disabled/);
  await page.context().close();
});

test("nobody changes the own roles", async () => {
  const page = await as("administrator");
  await page.goto(`${house.address}${ROOM}/members`);
  await page.getByRole("main").getByRole("link", { name: "Sam Administrator_" }).click();
  assert.equal(await page.getByRole("button", { name: "Save the roles" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Disable the account" }).count(), 0);
  await page.context().close();
});

test("the audit log says who did it, and that it is whole", async () => {
  const page = await as("auditor");
  await page.goto(`${house.address}${ROOM}/audit?action=member.invite`);
  assert.match(await page.locator("tbody tr").first().innerText(), /Sam Administrator_/);
  await page.getByRole("button", { name: "Check that the log is whole" }).click();
  assert.match(await page.getByRole("status").innerText(), /The log is whole/);
  await assertAccessible(page);
  await page.context().close();
});

test("a detective sees colleagues' organizations and nothing more", async () => {
  const page = await as("detective");
  await page.goto(`${house.address}${ROOM}/organizations`);
  assert.equal(await page.getByRole("link", { name: "Add an organization" }).count(), 0);
  for (const path of ["/organizations/new", "/audit", "/audit.csv", "/jobs", "/members/new"]) {
    await page.goto(house.address + ROOM + path);
    assert.match(await heading(page), /not here/, path);
  }
  await page.context().close();
});

test("every page of the administration", async () => {
  const page = await as("administrator");
  await page.goto(`${house.address}${ROOM}/members`);
  const member = await page.getByRole("link", { name: "Dana Detective_" }).getAttribute("href");
  await page.goto(`${house.address}${ROOM}/organizations`);
  const organization = await page.getByRole("link", { name: "Demonstration County Sheriff" }).getAttribute("href");
  await page.goto(`${house.address}/confirm`);
  await fillProof(page);
  await page.getByRole("button", { name: "Confirm" }).click();
  const paths = ["/organizations", "/organizations?text=nothing-like-it", "/organizations/new", "/members", "/members/new", "/audit", "/jobs"].map((path) => ROOM + path);
  for (const path of [...paths, member, organization]) {
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(house.address + inLanguage(language, path));
        assert.doesNotMatch(await heading(page), /not here|no está aquí/, path);
        await picture(page, `${path.replaceAll(/[/?=]/g, "-").slice(1, 40)}-${language}-${size}`);
        await assertAccessible(page);
        await assertQuiet(page);
      }
    }
    await page.goto(house.address + path);
    await assertKeyboard(page);
  }
  await page.context().close();
});
