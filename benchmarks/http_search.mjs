// SPDX-License-Identifier: AGPL-3.0-or-later
// Searching over HTTP with 50,000 services: the page and the same search as data, 16 connections.
//   node benchmarks/http_search.mjs [SERVICES] [SECONDS]
// wrk runs on the same processors; the CPU time of a request is what other work inflates least.
// Exits 1 when fewer than 5,000 requests a second are answered or the 99th percentile is over 5 ms.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { makeDirectory, remove, serve, used, using } from "./served.mjs";

const services = Number(process.argv[2] ?? 50_000);
const seconds = Number(process.argv[3] ?? 10);

function measure(address, pid, path) {
  const run = (time) => execFileSync("wrk", ["-t1", "-c16", `-d${time}s`, "-s", fileURLToPath(new URL("http_search.lua", import.meta.url)), address],
    { encoding: "utf8", env: { ...process.env, DAYBREAK_BENCH_PATH: path } });
  run(1);
  const before = used(pid).cpu;
  const [, requests, microseconds, refused, p50, p99] = /RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)/.exec(run(seconds)).map(Number);
  const cpu = (used(pid).cpu - before) / requests;
  const rate = requests / (microseconds / 1e6);
  console.log(`${path.padEnd(24)} ${rate.toFixed(0).padStart(7)} requests/s  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  ` +
    `server CPU ${(cpu * 1e6).toFixed(0)} us a request  ${refused} refused`);
  return rate >= 5000 && p99 <= 5 && refused === 0;
}

const good = await using(makeDirectory(services), remove, async (folder) =>
  using(await serve(folder), (server) => server.stop(), async ({ address, process: { pid } }) =>
    ["/services", "/services/results.json"].map((path) => measure(address, pid, path)).every(Boolean)));
process.exit(good ? 0 : 1);
