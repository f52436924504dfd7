// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs the browser tests and closes with one line of counts. Installs the npm packages when they
// are not there (scripts/install-deps does the same).
//   node run.mjs [name…]     only the files whose name holds one of the words
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
if (!existsSync(join(here, "node_modules/.package-lock.json"))) {
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: here, stdio: "inherit" });
}
const words = process.argv.slice(2);
const files = readdirSync(here).filter((file) => file.endsWith(".test.mjs") && (words.length === 0 || words.some((word) => file.includes(word))));
const run = spawnSync(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], { cwd: here, encoding: "utf8" });
process.stdout.write(run.stdout);
process.stderr.write(run.stderr);
const count = (what) => Number(new RegExp(`^ℹ ${what} (\\d+)`, "m").exec(run.stdout)?.[1] ?? 0);
console.log(`browser tests: ${count("pass")} passed, ${count("fail")} failed, ${count("skipped")} skipped, in ${files.length} files`);
process.exit(run.status === 0 && count("pass") > 0 ? 0 : 1);
