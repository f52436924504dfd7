// SPDX-License-Identifier: AGPL-3.0-or-later
// The real program as a server of its own: for benchmarks over a made-up directory of many services,
// and for the tests that go through its pages.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const program = process.env.DAYBREAK ?? fileURLToPath(new URL("../build/release/daybreak", import.meta.url));

// A data directory with so many services; remove it with remove(folder).
export function makeDirectory(services) {
  const folder = mkdtempSync(join(tmpdir(), "daybreak-bench-"));
  execFileSync(program, ["directory", "synthesize", "--services", String(services), "--data", folder], { stdio: "ignore" });
  return folder;
}
export const remove = (folder) => rmSync(folder, { recursive: true, force: true });

// Starts `daybreak serve` on a free loopback port: { address, process, stop() }. stop() ends only
// this process and gives its exit code.
export async function serve(folder, ...words) {
  const server = spawn(program, ["serve", "--data", folder, "--port", "0", "--log", join(folder, "log"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      const found = /serves (http:\/\/\S+)/.exec((said += text));
      if (found) resolve(found[1]);
    });
    server.once("exit", (code) => reject(new Error(`daybreak serve ended with ${code}: ${said}`)));
  });
  return { address, process: server, stop: () => (server.kill("SIGTERM"), ended) };
}

// A loopback port that nobody used a moment ago, for what must be told its port.
export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// CPU seconds and memory in megabytes of a process.
export function used(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  const memory = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, resident: memory("VmRSS"), peak: memory("VmHWM") };
}

// A value that `use` gives for the thing; the thing is always put away.
export async function using(thing, putAway, use) {
  try {
    return await use(thing);
  } finally {
    await putAway(thing);
  }
}
