// SPDX-License-Identifier: AGPL-3.0-or-later
// Warns before a form with unsaved changes is left: <form data-guard-changes>. The browser words the
// warning itself.
export function guardChanges(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-guard-changes]")) {
    let changed = false;
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (changed = false));
    addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }
}
