// SPDX-License-Identifier: AGPL-3.0-or-later
// Asks before a button does what cannot be undone: <button data-confirm="Archive this record?">.
// The browser's own <dialog>, so focus, Escape and screen readers work as people expect.
function words(): { go: string; stay: string } {
  return document.documentElement.lang === "es" ? { go: "Sí, continuar", stay: "No, volver" } : { go: "Yes, go on", stay: "No, go back" };
}

function ask(question: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  const text = document.createElement("p");
  text.id = "confirm-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "button-row";
  for (const [value, label, css] of [
    ["go", words().go, "usa-button"],
    ["stay", words().stay, "usa-button usa-button--outline"],
  ] as const) {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = label;
    button.className = css;
    form.append(button);
  }
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "go");
    });
  });
}

export function confirmActions(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-confirm]");
    if (!button?.form || button.dataset["confirmed"]) return;
    event.preventDefault();
    void ask(button.dataset["confirm"] ?? "").then((yes) => {
      if (!yes) return;
      button.dataset["confirmed"] = "yes";
      button.form?.requestSubmit(button);
      delete button.dataset["confirmed"];
    });
  });
}
