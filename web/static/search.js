// Search as you type: an ARIA combobox with a list that is chosen from by hand, and "/" to get there.

const WAIT = 120; // milliseconds of quiet before asking
const PATIENCE = 300; // milliseconds before saying that an answer is on its way
const LEAST = 2; // characters worth asking about

class Combobox {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input");
    this.address = box.dataset.suggest;
    this.answers = new Map();
    this.active = -1;
    this.makeParts();
    this.listen();
  }

  makeParts() {
    this.list = document.createElement("ul");
    this.list.id = "fx-suggestions";
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.list.hidden = true;
    this.said = document.createElement("div");
    this.said.className = "unseen";
    this.said.setAttribute("aria-live", "polite");
    this.box.append(this.list, this.said);
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
  }

  listen() {
    this.input.addEventListener("input", (event) => event.isComposing || this.plan());
    this.input.addEventListener("compositionend", () => this.plan());
    this.input.addEventListener("keydown", (event) => event.isComposing || this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(option, event.ctrlKey || event.metaKey);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  plan() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < LEAST) this.close();
    else if (this.answers.has(text)) this.show(this.answers.get(text));
    else this.timer = setTimeout(() => this.ask(text), WAIT);
  }

  async ask(text) {
    const request = new AbortController();
    this.request = request;
    const slow = setTimeout(() => this.say("Searching"), PATIENCE);
    try {
      const response = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (!response.ok) throw new Error(String(response.status));
      const { suggestions } = await response.json();
      this.answers.set(text, suggestions);
      // An answer to what is no longer in the field is kept for later, not shown.
      if (request === this.request && text === this.input.value.trim()) this.show(suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // the form still works
    } finally {
      clearTimeout(slow);
    }
  }

  show(suggestions) {
    if (document.activeElement !== this.input) return;
    this.activate(-1);
    this.list.replaceChildren(...suggestions.map(makeOption));
    this.open(suggestions.length > 0);
    const count = suggestions.length;
    this.say(count ? `${count} ${count === 1 ? "suggestion" : "suggestions"}. Use the up and down arrows.` : "No suggestions. Press Enter to search.");
  }

  press(event) {
    const { key } = event;
    const last = this.options.length - 1;
    const moves = { ArrowDown: this.active < last ? this.active + 1 : -1, ArrowUp: this.active < 0 ? last : this.active - 1 };
    if (key in moves && event.altKey === false) {
      if (this.list.hidden) this.plan();
      else this.activate(moves[key]);
      event.preventDefault();
    } else if (key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.go(this.options[this.active], event.ctrlKey || event.metaKey);
    } else if (key === "Escape" && !this.list.hidden) {
      event.preventDefault(); // the first Escape closes the list, the next one empties the field
      this.close();
    } else if (key === "Home" || key === "End") {
      this.activate(-1); // the field itself moves its caret
    }
  }

  activate(index) {
    this.active = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.options[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  open(on) {
    this.list.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = undefined;
    this.open(false);
    this.activate(-1);
    this.say("");
  }

  say(words) {
    this.said.textContent = words;
  }

  go(option, aside) {
    if (aside) window.open(option.dataset.url, "_blank", "noopener");
    else location.assign(option.dataset.url);
    this.close();
  }
}

function makeOption({ text, topic, url }, index) {
  const option = document.createElement("li");
  option.id = `fx-suggestion-${index}`;
  option.className = "suggestion";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.url = url;
  const name = document.createElement("span");
  name.textContent = text;
  const where = document.createElement("span");
  where.className = "small";
  where.textContent = topic;
  option.append(name, " ", where);
  return option;
}

const box = document.querySelector("[data-suggest]");
if (box) {
  const { input } = new Combobox(box);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
