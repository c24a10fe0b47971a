// Makes pages quicker to use. Each works without this; nothing here is needed.
"use strict";

(() => {
  const root = document.documentElement;
  const announcer = document.getElementById("announce");

  const announce = (text) => {
    if (announcer) announcer.textContent = text;
  };

  const isTyping = (element) =>
    element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") != null;

  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  const store = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing still works for this page.
    }
  };

  // Theme: at once on this page, by cookie on the next, by storage in other windows.
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  };

  const choose = (theme) => {
    const age = theme ? 31536000 : 0;
    document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax; Secure`;
    store("theme", theme);
    show(theme);
  };

  addEventListener("storage", (event) => {
    if (event.key === "theme") show(event.newValue ?? "");
  });

  // A form that was sent says so, and is not sent twice.
  const send = (event) => {
    const form = event.target;
    const button = event.submitter;
    if (button?.name === "theme") {
      event.preventDefault();
      choose(button.value);
      button.closest("details").open = false;
      return;
    }
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Not before the form is read: a disabled button would not be sent with it.
    setTimeout(() => {
      for (const each of form.querySelectorAll("button:not([type=button])")) each.disabled = true;
      if (!button?.dataset.busy) return;
      button.dataset.idle = button.textContent;
      button.textContent = button.dataset.busy;
      announce(button.dataset.busy);
    });
  };

  // Back from the next page, a form may be sent again.
  const revive = (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button[disabled]")) {
        button.disabled = false;
        if (button.dataset.idle) button.textContent = button.dataset.idle;
      }
    }
  };

  // A question is shown over the page that it is about; when that fails, it is a page.
  const ask = async (link) => {
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const question = answer.ok && page.querySelector(".confirm");
      if (!question) throw new Error("no question");
      const dialog = document.createElement("dialog");
      dialog.className = "dialog confirm";
      dialog.setAttribute("aria-labelledby", "confirm-title");
      dialog.append(...question.childNodes);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
      // Enter must not do at once what was asked about.
      dialog.querySelector("[data-closes]")?.focus();
    } catch {
      location.assign(link.href);
    }
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      announce("Not copied: select it and copy it by the keyboard.");
      return;
    }
    button.classList.add("copied");
    announce("Copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  };

  const click = (event) => {
    const target = event.target;
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
    if (!target.closest(".search")) closeResults();
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!isPlain) return;
    const asking = target.closest("a[data-asks]");
    if (asking) {
      event.preventDefault();
      ask(asking);
    }
    const closing = target.closest("dialog [data-closes]");
    if (closing) {
      event.preventDefault();
      closing.closest("dialog").close();
    }
    const copying = target.closest("[data-copy]");
    if (copying) copy(copying);
    const opening = target.closest("[data-opens]");
    if (opening) document.getElementById(opening.dataset.opens)?.showModal();
  };

  // Search while typing: the newest answer counts, older ones are dropped.
  const search = document.querySelector("[data-search]");
  const field = search?.querySelector("input");
  const results = search?.querySelector(".results");
  let waiting = 0;
  let running = null;

  const closeResults = () => {
    clearTimeout(waiting);
    running?.abort();
    if (results) results.hidden = true;
  };

  const look = async () => {
    const text = field.value.trim();
    running?.abort();
    if (text.length < 2) return closeResults();
    running = new AbortController();
    try {
      const address = `${search.dataset.search}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, {
        headers: { Accept: "text/html" },
        signal: running.signal,
      });
      if (!answer.ok || answer.redirected) return closeResults();
      results.innerHTML = await answer.text();
      results.hidden = false;
      const count = results.querySelectorAll("a").length;
      announce(count === 1 ? "1 result" : `${count} results`);
    } catch {
      // The next letter asks again; Enter leads to the page of results.
    }
  };

  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || results.hidden) return;
    const places = [field, ...results.querySelectorAll("a")];
    const next = places[places.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  // Keys: `/` searches, `?` explains, g and a letter lead to a page.
  const explained = document.getElementById("shortcuts");
  const wish = explained?.querySelector("[data-shortcuts]");
  const goSeconds = 1.5;
  let wentAt = -Infinity;

  const press = (event) => {
    if (event.key === "Escape") {
      closeResults();
      const menu = document.querySelector(".menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (stored("shortcuts") === "off" || document.querySelector("dialog[open]")) return;
    const isGoing = event.timeStamp - wentAt < goSeconds * 1000;
    wentAt = -Infinity;
    if (isGoing) {
      const way = document.querySelector(`.way[data-key="${CSS.escape(event.key)}"]`);
      if (way) location.assign(way.href);
    } else if (event.key === "g") {
      wentAt = event.timeStamp;
    } else if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "?" && explained) {
      explained.showModal();
    }
  };

  if (wish) {
    wish.checked = stored("shortcuts") !== "off";
    wish.addEventListener("change", () => store("shortcuts", wish.checked ? "on" : "off"));
  }
  field?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 150);
  });
  search?.addEventListener("keydown", walk);
  addEventListener("submit", send);
  addEventListener("pageshow", revive);
  addEventListener("click", click);
  addEventListener("keydown", press);
})();
