// SPDX-License-Identifier: AGPL-3.0-or-later
// Leaving at once: the button, or Shift pressed three times within two seconds. The page is blanked
// before the next one loads and is replaced in the tab's history; the server then clears what the
// browser kept of this site and sends it to a neutral page.
const WITHIN_MS = 2000;

function leave(address: string): void {
  document.title = "…";
  document.body.hidden = true;
  location.replace(address);
}

export function quickExit(): void {
  const button = document.querySelector<HTMLAnchorElement>("a[data-quick-exit]");
  if (!button) return;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    leave(button.href);
  });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = []; // typing a capital letter is not leaving
      return;
    }
    if (event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= 3) leave(button.href);
  });
  // A page that the browser kept for its back button is asked for again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
