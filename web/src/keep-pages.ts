// SPDX-License-Identifier: AGPL-3.0-or-later
// "Keep the pages on this device", and the three questions of the tool picker where no server
// answers them.
const NO_ANSWER_MS = 60_000;

async function keepPages(holder: HTMLElement): Promise<string> {
  const { keep, pages, kept, failed } = holder.dataset;
  if (!("serviceWorker" in navigator) || !keep || !pages) return failed ?? "";
  try {
    await navigator.serviceWorker.register(keep, { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    const channel = new MessageChannel();
    const count = await new Promise<number>((resolve, reject) => {
      channel.port1.onmessage = (event) => resolve(event.data);
      setTimeout(() => reject(new Error("no answer")), NO_ANSWER_MS);
      active?.postMessage({ pages: [location.pathname, ...pages.trim().split(" ")] }, [channel.port2]);
    });
    return count > 0 ? (kept ?? "") : (failed ?? "");
  } catch {
    return failed ?? "";
  }
}

export function offerKeeping(): void {
  const holder = document.querySelector<HTMLElement>("[data-keep]");
  const button = holder?.querySelector("button");
  const status = holder?.querySelector<HTMLElement>("[role=status]");
  if (!holder || !button || !status) return;
  button.addEventListener("click", async () => {
    button.disabled = true;
    status.textContent = await keepPages(holder);
    button.disabled = false;
  });
}

// Whether a task force of the list covers the place that was asked for.
function covers(item: HTMLElement, where: string | null, county: string): boolean {
  if (where === "tribal") return item.dataset.model === "tribal";
  if (where && item.dataset.state !== where) return false;
  const names = item.dataset.counties ?? "";
  return !county || names === "*" || names.split("|").some((name) => name.toLowerCase().startsWith(county));
}

// A kept page shows every reference and task force; the answers stand in the address.
export function answerQuestions(): void {
  const all = document.querySelector<HTMLElement>("#fitting[data-all=yes]");
  const asked = new URLSearchParams(location.search);
  const who = asked.get("who"), what = asked.get("what"), where = asked.get("where");
  const county = (asked.get("county") ?? "").trim().toLowerCase();
  if (!all || !(who || what || where)) return;
  for (const group of all.querySelectorAll<HTMLElement>("[data-audience]")) {
    let any = false;
    for (const item of group.querySelectorAll<HTMLElement>("li")) {
      const own = group.dataset.audience === who;
      const fits =
        (!who || own) && (!what || item.dataset.topic === what) &&
        (!where || own || (where === "tribal") === (item.dataset.where === "tribal"));
      item.hidden = !fits;
      any ||= fits;
    }
    group.hidden = !any;
  }
  const list = document.getElementById("task-forces");
  if (!list || !where) return;
  for (const item of list.querySelectorAll("li")) item.hidden = !covers(item, where, county);
  list.closest("details")?.setAttribute("open", "");
}

// A kept page may be opened long after it was made: what has run out since says so.
export function markWhatRanOut(today = new Date()): void {
  const day = today.toISOString().slice(0, 10);
  for (const source of document.querySelectorAll<HTMLElement>("[data-holds-until]")) {
    if ((source.dataset.holdsUntil ?? day) >= day) continue;
    const words = document.createElement("strong");
    words.textContent = ` ${source.dataset.then ?? ""}`;
    source.append(words);
  }
}
