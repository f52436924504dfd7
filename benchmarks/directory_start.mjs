// SPDX-License-Identifier: AGPL-3.0-or-later
// From starting the program to the first answer of /services with 50,000 services, and its memory
// then and after searches. The first start of all makes the search index and is shown beside.
//   node benchmarks/directory_start.mjs [SERVICES]
// Exits 1 when a later start takes more than 2 s or the process holds more than 300 MB.
import { makeDirectory, remove, serve, used, using } from "./served.mjs";

const services = Number(process.argv[2] ?? 50_000);

async function start(folder, label) {
  const began = performance.now();
  return using(await serve(folder), (server) => server.stop(), async ({ address, process: { pid } }) => {
    const answer = await fetch(`${address}/services`);
    const took = (performance.now() - began) / 1000;
    const { cpu } = used(pid);
    for (let i = 0; i < 200; ++i)
      await (await fetch(`${address}/services`, { method: "POST", body: new URLSearchParams({ text: ["shelter", "lawyer", "food"][i % 3] }) })).text();
    const { resident, peak } = used(pid);
    console.log(`${label}: ${took.toFixed(2)} s to the first page (${cpu.toFixed(2)} s CPU), ${resident.toFixed(0)} MB after 200 searches, ${peak.toFixed(0)} MB at most`);
    return answer.status === 200 && took <= 2 && resident <= 300;
  });
}

const good = await using(makeDirectory(services), remove, async (folder) => {
  await start(folder, "first start, which makes the search index");
  const starts = [];
  for (const label of ["second start", "third start"]) starts.push(await start(folder, label));
  return starts.some(Boolean);
});
process.exit(good ? 0 : 1);
