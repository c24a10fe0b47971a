// Keeps the regions of a page as they would be if it were loaded now: follows what they follow, and
// fetches afresh those that are concerned. Without this, a page is as it was when it was loaded.
"use strict";

(() => {
  const swapMs = 250;
  const lookMs = 1000;
  const graceMs = 2000;
  const readyMs = 10000;
  const pauseMsMax = 60000;
  const pollSecondsMax = 25;
  const pollRestMs = 4000;
  const markMs = 1500;
  const announceMs = 5000;

  const words = (text) => text.split(" ").filter(Boolean);
  const delay = (ms) => new Promise((done) => setTimeout(done, ms));

  const regions = new Map(
    [...document.querySelectorAll("[data-follow]")].map(({ id, dataset }) => [id, {
      topics: words(dataset.follow),
      types: words(dataset.types),
      source: dataset.source,
      everyMs: Number(dataset.seconds) * 1000,
      askedAt: performance.now(),
    }]),
  );
  const each = (name) => new Set([...regions.values()].flatMap((region) => region[name]));
  const types = each("types");
  const topics = each("topics");
  const notice = document.getElementById("connection");
  const announcer = document.getElementById("announce");
  const stale = new Set();
  // The id of the last event that was heard; the page was made knowing all up to the first.
  let place = document.getElementById("main").dataset.cursor;
  let isOver = false;

  // A connection that is away for a moment is not spoken of.
  const troubles = new Set();
  let grace = 0;
  let isSaid = false;

  const say = (text, link) => {
    notice.textContent = text;
    notice.hidden = !text;
    announcer.textContent = text;
    if (!link) return;
    const way = document.createElement("a");
    way.href = location.href;
    way.textContent = link;
    notice.append(" ", way);
  };

  const lose = (what) => {
    troubles.add(what);
    grace ||= setTimeout(() => {
      isSaid = true;
      say("Connection lost. What you see may be old.");
    }, graceMs);
  };

  const regain = (what) => {
    troubles.delete(what);
    if (troubles.size || isOver) return;
    clearTimeout(grace);
    grace = 0;
    if (!isSaid) return;
    isSaid = false;
    say("Connected again.");
    setTimeout(() => isSaid || isOver || say(""), 2 * graceMs);
  };

  // There is nothing more to follow: the page's own address leads to the sign-in, and back.
  const leave = (status) => {
    isOver = true;
    clearTimeout(grace);
    if (status === 401) say("Your session has ended.", "Sign in to go on");
    else say("This page has changed.", "Load it again");
  };

  // A row is about what its first link leads to, or what its first cell says.
  const about = (row) => row.querySelector("a")?.getAttribute("href") ?? row.cells[0].textContent;
  const rows = (table) => [...table.tBodies[0].rows];
  const differs = (cell, other) => !cell.isEqualNode(other) && !cell.querySelector("time");

  // A table is put there anew: its columns may be wider now, and what stayed would be seen to move.
  const replaceTable = (old, fresh, changed) => {
    const known = new Map(rows(old).map((row) => [about(row), row]));
    for (const row of rows(fresh)) {
      const was = known.get(about(row));
      if (was) changed.push(...[...row.cells].filter((cell, n) => differs(cell, was.cells[n])));
      else changed.push(row);
    }
    old.replaceWith(fresh);
  };

  // Makes `old` like `fresh` and leaves alone what is: so focus, scroll and what is open stay.
  const settle = (old, fresh, changed) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType === Node.TEXT_NODE) {
      old.data = fresh.data;
      changed.push(old);
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const children = [...fresh.childNodes];
    for (const [index, child] of children.entries()) {
      const was = old.childNodes[index];
      if (was?.nodeName !== child.nodeName) {
        if (was) was.replaceWith(child);
        else old.append(child);
        changed.push(child);
      } else if (child.nodeName === "TABLE" && !was.isEqualNode(child)) {
        replaceTable(was, child, changed);
      } else {
        settle(was, child, changed);
      }
    }
    while (old.childNodes.length > children.length) old.lastChild.remove();
  };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // Time passes everywhere: that is not worth a mark.
  const mark = (changed) => {
    const places = changed.map((node) => node.parentElement.closest("time") ? null
      : (node.closest ? node : node.parentElement).closest("tr, td, dd"));
    for (const place of new Set(places)) {
      place?.animate(
        { backgroundColor: ["var(--mark)", "transparent"] },
        { duration: markMs, easing: calm.matches ? "steps(1, end)" : "ease-out" },
      );
    }
  };

  const news = new Set();
  let telling = 0;

  const tell = (region) => {
    news.add(region.querySelector("h1, h2, caption")?.textContent ?? region.ariaLabel);
    telling ||= setTimeout(() => {
      announcer.textContent = `Updated: ${[...news].join(", ")}`;
      news.clear();
      telling = 0;
    }, announceMs);
  };

  const show = (fresh) => {
    const old = document.getElementById(fresh.id);
    const focused = old.contains(document.activeElement) && document.activeElement;
    const copy = focused && focused.cloneNode(true);
    const changed = [];
    if (old.nodeName === fresh.nodeName) settle(old, fresh, changed);
    else old.replaceWith(fresh);
    // Focus stays with what it was on, also when that is in another row by now.
    if (copy && !copy.isEqualNode(document.activeElement)) {
      const like = [...document.getElementById(fresh.id).querySelectorAll(copy.localName)];
      like.find((each) => each.isEqualNode(copy))?.focus({ preventScroll: true });
    }
    if (!changed.length) return;
    mark(changed);
    tell(document.getElementById(fresh.id));
  };

  // Somebody is about to click there, or selects what stands there.
  let isPressed = false;
  const isHeld = (id) => {
    const selection = getSelection();
    const region = document.getElementById(id);
    return (isPressed && region.matches(":hover"))
      || (!selection.isCollapsed && selection.containsNode(region, true));
  };

  // The regions as they are now; nothing when that cannot be told.
  const ask = async (source, ids) => {
    const address = new URL(source, location.href);
    for (const id of ids) address.searchParams.append("region", id);
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.redirected) leave(401);
      else if (answer.status === 403 || answer.status === 404) leave(answer.status);
      else if (answer.ok) return await answer.text();
    } catch {
      // As when the server is too busy: they are asked for again.
    }
    return null;
  };

  let waiting = 0;
  let isAsking = false;
  let swapAt = 0;

  // Asks for what is stale, at most four times a second, and no more than half of the time.
  const swap = async () => {
    waiting = 0;
    const ids = [...stale].filter((id) => !isHeld(id));
    if (document.hidden || isOver) return;
    if (!ids.length) return wake(lookMs);
    const { source } = regions.get(ids[0]);
    const asked = ids.filter((id) => regions.get(id).source === source);
    const began = performance.now();
    for (const id of asked) {
      stale.delete(id);
      regions.get(id).askedAt = began;
    }
    isAsking = true;
    const text = await ask(source, asked);
    isAsking = false;
    const now = performance.now();
    swapAt = Math.max(began + swapMs, now + (text === null ? graceMs : now - began));
    if (text === null) {
      for (const id of asked) stale.add(id);
      lose("regions");
    } else {
      const page = new DOMParser().parseFromString(text, "text/html");
      for (const region of page.querySelectorAll("[data-follow]")) {
        if (isHeld(region.id)) stale.add(region.id);
        else show(region);
      }
      regain("regions");
    }
    if (stale.size) wake();
  };

  const wake = (ms = 0) => {
    if (waiting || isAsking) return;
    waiting = setTimeout(swap, Math.max(ms, swapAt - performance.now()));
  };

  const hear = (type, eventId) => {
    place = eventId;
    for (const [id, region] of regions) {
      if (region.types.includes(type)) stale.add(id);
    }
    if (stale.size) wake();
  };

  const reset = (cursor) => {
    place = cursor;
    for (const id of regions.keys()) stale.add(id);
    wake();
  };

  // Without a topic, everything is followed.
  const address = (path, more) => {
    const query = new URLSearchParams(more);
    if (!topics.has("*")) for (const topic of topics) query.append("topic", topic);
    return `${path}?${query}`;
  };

  // One stream, until it ends or the page is hidden; tells whether it had begun.
  const stream = () => new Promise((done) => {
    const from = place ? { lastEventId: place } : {};
    const source = new EventSource(address("/api/v1/stream", from));
    let hasBegun = false;
    const end = () => {
      clearTimeout(late);
      removeEventListener("visibilitychange", end);
      source.close();
      done(hasBegun);
    };
    // Something between here and there may hold back what it should pass on.
    const late = setTimeout(end, readyMs);
    addEventListener("visibilitychange", end);
    source.addEventListener("error", end);
    source.addEventListener("ready", (event) => {
      clearTimeout(late);
      hasBegun = true;
      place = JSON.parse(event.data).cursor;
      regain("stream");
    });
    source.addEventListener("reset", (event) => reset(JSON.parse(event.data).cursor));
    for (const type of types) {
      source.addEventListener(type, (event) => hear(type, event.lastEventId));
    }
  });

  // Polls for a while, where streams do not get through.
  const polls = async (ms) => {
    const end = performance.now() + ms;
    // The first is answered at once: that polls get through is known then, also while all is quiet.
    for (let wait = 0; !isOver && !document.hidden && performance.now() < end;) {
      const answer = await fetch(address("/api/v1/poll", { after: place, wait }));
      if (answer.status === 401 || answer.status === 403) return leave(answer.status);
      if (!answer.ok) throw new Error(`poll answered ${answer.status}`);
      const told = await answer.json();
      regain("stream");
      for (const event of told.events) hear(event.type, event.id);
      if (told.reset) reset(told.cursor);
      place = told.cursor;
      if (wait) await delay(pollRestMs);
      wait = Math.min(Math.ceil((end - performance.now()) / 1000), pollSecondsMax);
    }
  };

  const shown = async () => {
    while (document.hidden) {
      await new Promise((done) => addEventListener("visibilitychange", done, { once: true }));
    }
  };

  // All come back at once when a hub goes: each after a while of its own.
  const follow = async () => {
    for (let failures = 0; !isOver;) {
      await shown();
      failures = await stream() ? 0 : failures + 1;
      if (isOver || document.hidden) continue;
      lose("stream");
      const pauseMs = Math.min(lookMs * 2 ** failures, pauseMsMax) * (0.5 + Math.random());
      const rest = delay(pauseMs);
      if (failures) await polls(pauseMs).catch(() => {});
      await rest;
    }
  };

  addEventListener("pointerdown", () => { isPressed = true; });
  addEventListener("pointerup", () => { isPressed = false; });
  addEventListener("pointercancel", () => { isPressed = false; });
  setInterval(() => {
    const now = performance.now();
    for (const [id, region] of regions) {
      if (now - region.askedAt >= region.everyMs) stale.add(id);
    }
    if (stale.size && !document.hidden) wake();
  }, lookMs);
  if (topics.size) follow();
})();
