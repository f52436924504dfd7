// SPDX-License-Identifier: AGPL-3.0-or-later
// One Daybreak on a free loopback port with a data directory of its own, for one test file.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, program, serve as start } from "../../benchmarks/served.mjs";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build/release");
const SEED = process.env.E2E_SEED ?? join(build, "tests/e2e/e2e_seed");

// A new house with one invited administrator: { address, setUpToken, data, close() }
export async function startHouse() {
  const folder = mkdtempSync(join(tmpdir(), "daybreak-e2e-"));
  const setUpToken = execFileSync(SEED, [join(folder, "data")], { encoding: "utf8" }).trim();
  return { ...(await serve(folder)), setUpToken };
}

// The fictional task force with its services and accounts: { address, data, close() }
export async function startDemonstration() {
  const folder = mkdtempSync(join(tmpdir(), "daybreak-e2e-"));
  execFileSync(program, ["init", "--demonstration", "--data", join(folder, "data")]);
  return serve(folder);
}

// The demonstration with its provider moved to a node of its own, both running and connected:
// { address of the node, data, cut(), close() }. cut(): the commons is gone, and the line with it.
export async function startVaultNode() {
  const folder = mkdtempSync(join(tmpdir(), "daybreak-e2e-")), besides = mkdtempSync(join(tmpdir(), "daybreak-e2e-"));
  const commons = join(folder, "data"), own = join(besides, "data");
  daybreak("init", "--demonstration", "--data", commons);
  cpSync(commons, own, { recursive: true });
  writeFileSync(join(own, "vault.role"), "vault\n");
  const provider = "Harbor Light Demonstration Services";
  const vaults = daybreak("vault", "list", "--json", "--data", own).trim().split("\n").map((line) => JSON.parse(line));
  const { organization } = vaults.find((one) => one.name === provider);
  for (const id of readdirSync(join(own, "vaults"))) if (id !== organization) rmSync(join(own, "vaults", id), { recursive: true });
  rmSync(join(commons, "vaults", organization), { recursive: true });
  const pin = daybreak("vault", "node-pin", "--data", own).trim();
  const said = daybreak("vault", "node-add", "Harbor_", "--organization", provider, "--pin", pin, "--data", commons);
  const door = `127.0.0.1:${await freePort()}`;
  const house = await serve(folder, "--node-listen", door);
  const node = await serve(besides, "--role", "vault", "--commons", door, "--commons-pin", /\n {2}([0-9a-f]{64})\n/.exec(said)[1]);
  let line = house;
  const cut = async () => {
    const ended = line;
    line = null;
    await ended?.close();
  };
  return {
    ...node,
    cut,
    async close() {
      await node.close();
      await cut();
    },
  };
}

// `daybreak` with these words; what it printed.
export const daybreak = (...words) => execFileSync(program, words, { encoding: "utf8" });

// Signs in as one of the demonstration's accounts ("coordinator").
export async function signIn(page, address, mailbox) {
  await page.goto(`${address}/sign-in`);
  await page.getByRole("textbox", { name: "E-mail" }).fill(`${mailbox}@demonstration.example.org`);
  await fillProof(page);
  await page.getByRole("button", { name: "Sign in" }).click();
}
export async function fillProof(page) {
  await page.getByRole("textbox", { name: "Password" }).fill("sunrise over four lakes");
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
}

async function serve(folder, ...words) {
  const data = join(folder, "data");
  const server = await start(data, ...words);
  return {
    address: server.address,
    data,
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
