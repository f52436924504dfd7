// SPDX-License-Identifier: AGPL-3.0-or-later
// The files of the whole nation, invented: 370,000 WHD cases, 5 million OSHA rows and the jobs and
// establishments of every county; taken in, linked and assessed by the program.
//   node benchmarks/threat_scale.mjs [CASES OSHA_ROWS]
// Prints time, CPU seconds and peak memory of each step. Exits 1 when a step needs more than 2 GiB,
// the region more than 10 s or the nation more than 2 minutes.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, used, using } from "./served.mjs";

const [cases = "370000", osha = "5000000"] = process.argv.slice(2);
const mostMemory = 2048; // MiB

// Runs the program: { seconds, cpu, peak }, CPU and memory as seen just before it ended.
async function step(name, words, mostSeconds = Infinity) {
  const begun = process.hrtime.bigint();
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "", seen = { cpu: 0, peak: 0 };
  child.stderr.on("data", (text) => (said = (said + text).slice(-2000)));
  const look = setInterval(() => {
    try {
      seen = used(child.pid);
    } catch {
      // It ended.
    }
  }, 50);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(look);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const good = code === 0 && seen.peak <= mostMemory && seconds <= mostSeconds;
  console.log(`${name}: ${seconds.toFixed(1)} s, ${seen.cpu.toFixed(1)} CPU s, peak ${seen.peak.toFixed(0)} MiB${good ? "" : "  MISSED"}${code === 0 ? "" : `\n${said}`}`);
  return good;
}

const good = await using(mkdtempSync(join(tmpdir(), "daybreak-bench-")), (folder) => rmSync(folder, { recursive: true, force: true }), async (folder) => {
  const files = join(folder, "files"), data = ["--data", join(folder, "data")];
  const results = [await step("synthesize", ["threat", "synthesize", files, "--counties", "us", "--cases", cases, "--osha", osha, "--excess", "112120:NY:2019-2021:6"])];
  const tables = readdirSync(files).filter((name) => name.endsWith(".csv") && !name.startsWith("truth")).map((name) => join(files, name));
  results.push(await step(`import of ${tables.length} files`, ["threat", "import", "any", ...tables, ...data]));
  results.push(await step("link", ["threat", "link", "--threads", "2", ...data]));
  results.push(await step("assess 17 counties", ["threat", "assess", "--counties", "wny", "--from", "2015-01-01", "--to", "2024-12-31", ...data], 10));
  results.push(await step("assess the nation, 199 copies", ["threat", "assess", "--counties", "us", "--replications", "199", "--threads", "2", "--from", "2015-01-01", "--to", "2024-12-31", ...data], 120));
  return results.every(Boolean);
});
process.exit(good ? 0 : 1);
