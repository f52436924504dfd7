// SPDX-License-Identifier: AGPL-3.0-or-later
// One Daybreak on a free loopback port with a data directory of its own, for one test file.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build/release");
const DAYBREAK = process.env.DAYBREAK ?? join(build, "daybreak");
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
  execFileSync(DAYBREAK, ["init", "--demonstration", "--data", join(folder, "data")]);
  return serve(folder);
}

// `daybreak` with these words; what it printed.
export const daybreak = (...words) => execFileSync(DAYBREAK, words, { encoding: "utf8" });

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

async function serve(folder) {
  const server = spawn(DAYBREAK, ["serve", "--data", join(folder, "data"), "--port", "0", "--log", join(folder, "log")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const found = /serves (http:\/\/\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    server.on("exit", (code) => reject(new Error(`daybreak serve ended with ${code}: ${said}`)));
  });
  return {
    address,
    data: join(folder, "data"),
    async close() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
