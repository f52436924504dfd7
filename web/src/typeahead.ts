// SPDX-License-Identifier: AGPL-3.0-or-later
// Suggestions while typing: <input data-suggestions="/address">. The text is sent in the body of a
// POST, never in an address, so it stays out of logs and history; the answer is a JSON list of
// strings. Follows the combobox pattern of WAI-ARIA: arrows, Enter, Escape.
const WAIT_MS = 120;
let lists = 0;

class Typeahead {
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("div");
  private active = -1;
  private timer = 0;
  private asked = 0;

  constructor(private readonly input: HTMLInputElement, private readonly address: string) {
    this.list.id = `suggestions-${++lists}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
    this.status.className = "usa-sr-only";
    this.status.setAttribute("role", "status");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.list.id],
      ["autocomplete", "off"],
    ] as const) {
      input.setAttribute(name, value);
    }
    const frame = document.createElement("div");
    frame.className = "suggestions-frame";
    input.replaceWith(frame);
    frame.append(input, this.list, this.status);
    input.addEventListener("input", () => this.schedule());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    const turn = ++this.asked;
    if (text.length < 2) return this.close();
    const body = new URLSearchParams({ text });
    const csrf = this.input.form?.elements.namedItem("csrf");
    if (csrf instanceof HTMLInputElement) body.set("csrf", csrf.value);
    try {
      const answer = await fetch(this.address, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== this.asked) return;
      this.show(((await answer.json()) as string[]).slice(0, 8));
    } catch {
      this.close(); // without suggestions the box is still a search box
    }
  }

  private show(suggestions: string[]): void {
    this.active = -1;
    this.list.replaceChildren(
      ...suggestions.map((suggestion, index) => {
        const item = document.createElement("li");
        item.id = `${this.list.id}-${index}`;
        item.setAttribute("role", "option");
        item.textContent = suggestion;
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          this.choose(suggestion);
        });
        return item;
      }),
    );
    this.list.hidden = suggestions.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const spanish = document.documentElement.lang === "es";
    this.status.textContent = suggestions.length === 0 ? "" : spanish ? `${suggestions.length} sugerencias` : `${suggestions.length} suggestions`;
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    const items = [...this.list.children] as HTMLElement[];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + items.length) % items.length;
      items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.active)));
      this.input.setAttribute("aria-activedescendant", items[this.active]?.id ?? "");
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(items[this.active]?.textContent ?? "");
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  private choose(text: string): void {
    this.input.value = text;
    this.close();
  }

  private close(): void {
    ++this.asked; // an answer that is still on its way comes too late
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function typeahead(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-suggestions]")) {
    new Typeahead(input, input.dataset["suggestions"] ?? "");
  }
}
