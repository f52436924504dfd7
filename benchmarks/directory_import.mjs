// SPDX-License-Identifier: AGPL-3.0-or-later
// Taking in a directory of another system: 50,000 services with their organizations and locations
// as HSDS NDJSON, into an empty data directory.
//   node benchmarks/directory_import.mjs [SERVICES]
// Exits 1 when fewer than 5,000 services a second are taken in, reading and writing included.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { makeDirectory, program, remove, using } from "./served.mjs";

const services = Number(process.argv[2] ?? 50_000);
const run = (...words) => execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

const good = await using(makeDirectory(services), remove, (folder) => {
  const files = join(folder, "exported");
  run("directory", "export", files, "--format", "ndjson", "--audience", "staff", "--data", folder);
  const begun = process.hrtime.bigint();
  const report = JSON.parse(run("directory", "import", files, "--source", "benchmark", "--licence", "CC0-1.0", "--json", "--data", join(folder, "fresh")));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(`${services} services in ${seconds.toFixed(1)} s: ${(services / seconds).toFixed(0)} services/s; ${JSON.stringify(report)}`);
  return services / seconds >= 5000;
});
process.exit(good ? 0 : 1);
