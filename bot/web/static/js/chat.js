// The chat page: own bubbles at once, the bot's as they come, always at the newest.
(() => {
  "use strict";

  const root = document.documentElement;
  const log = document.getElementById("log");
  const talk = document.getElementById("talk");
  const typing = document.getElementById("typing");
  const newest = document.getElementById("newest");
  const offline = document.getElementById("offline");
  const composer = document.getElementById("composer");
  const field = document.getElementById("field");
  const pending = document.getElementById("pending");

  const TYPING = 10_000; // ms until we stop to pretend that an answer is near
  const PATIENCE = 2_500; // ms without a connection before we say so
  const APART = 3_000; // ms between bubbles that do not belong together
  const CLOSE = 240; // px from the end that still count as being there

  // ---- where the eye is ----

  // What was said last by the person, or begins what the bot says by itself: it stays in sight.
  let anchor = null;
  let lastBubbleAt = 0;
  let held = 0; // where we scrolled to; elsewhere means that the person scrolled

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < CLOSE;

  const showNewest = () => {
    const end = log.scrollHeight - log.clientHeight;
    const offset = anchor && anchor.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
    log.scrollTop = anchor ? Math.min(end, log.scrollTop + offset) : end;
    held = log.scrollTop;
  };
  const untouched = () => Math.abs(log.scrollTop - held) < 8;

  // Pictures and letters need their room when they are there.
  talk.addEventListener("load", () => { if (untouched()) showNewest(); }, true);

  log.addEventListener("scroll", () => { newest.hidden = atEnd(); }, { passive: true });
  newest.addEventListener("click", () => {
    anchor = null;
    showNewest();
    field.focus({ preventScroll: true });
  });

  // ---- the bot is busy ----

  let busy = 0;
  const idle = () => {
    clearTimeout(busy);
    busy = 0;
    typing.hidden = true;
  };
  const wait = () => {
    clearTimeout(busy);
    busy = setTimeout(idle, TYPING);
    typing.hidden = false;
  };

  // ---- what the person says ----

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const clock = () => new Date().toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });

  const pendingBubble = (words) => {
    const bubble = pending.content.firstElementChild.cloneNode(true);
    bubble.querySelector(".words").textContent = words;
    bubble.querySelector("time").textContent = clock();
    bubble.classList.add("arriving");
    talk.append(bubble);
    return bubble;
  };

  // One after the other: they arrive in the order in which they were said.
  let line = Promise.resolve();
  const post = (bubble, path, values) => {
    const again = bubble.querySelector(".failed");
    const before = bubble.previousElementSibling;
    again.hidden = true;
    bubble.classList.remove("broken");
    wait();
    line = line
      .then(() => htmx.ajax("POST", path, { source: bubble, target: bubble, swap: "outerHTML", values }))
      .catch(() => {})
      .then(() => {
        if (!bubble.isConnected) {
          if (anchor === bubble) anchor = before ? before.nextElementSibling : talk.firstElementChild;
          return;
        }
        idle();
        again.hidden = false;
        bubble.classList.add("broken");
        again.querySelector("button").onclick = () => {
          anchor = bubble;
          post(bubble, path, values);
        };
        anchor = null;
        showNewest();
      });
  };

  const tell = (path, words, values) => {
    const bubble = pendingBubble(words);
    anchor = bubble;
    post(bubble, path, { ...values, id: newId() });
    showNewest();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("hx-post")) {
      // Sent by htmx and no part of the talk; what the bot says next begins something new.
      anchor = null;
      lastBubbleAt = 0;
      showNewest();
      return;
    }
    event.preventDefault();
    if (form === composer) {
      const text = field.value.trim();
      if (!text) return;
      field.value = "";
      grow();
      tell("/chat/say", text, { text });
    } else if (event.submitter) {
      const { value, dataset, textContent } = event.submitter;
      const label = `${dataset.pictogram ?? ""} ${textContent}`.replace(/\s+/g, " ").trim();
      tell("/chat/choose", label, { data: value, label });
    }
  });

  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // The cookie is gone, and with it the talk: a new page begins a new one.
    if (detail.xhr.status === 401) location.reload();
    // What asked is not on the page any more, so something newer is.
    const { verb, elt } = detail.requestConfig;
    if (verb === "get" && !elt.isConnected) detail.shouldSwap = false;
  });

  // ---- the field ----

  const grow = () => {
    // An empty field takes the direction of the page, for the sake of its placeholder.
    field.value ? field.setAttribute("dir", "auto") : field.removeAttribute("dir");
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  // ---- what the bot says ----

  // Our own source, so that a new one begins behind the newest bubble.
  htmx.createEventSource = () => {
    const bots = talk.querySelectorAll(".bot");
    const after = bots.length ? bots[bots.length - 1].dataset.number : talk.dataset.last;
    const source = new EventSource(`/chat/events?after=${after}&language=${root.lang}`);
    source.addEventListener("language", (event) => speak(JSON.parse(event.data)));
    return source;
  };

  const speak = ({ language, direction, words }) => {
    root.lang = language;
    root.dir = direction;
    for (const part of [document, pending.content]) {
      for (const name in words) {
        for (const element of part.querySelectorAll(`[data-words="${name}"]`)) element.textContent = words[name];
        for (const element of part.querySelectorAll(`[data-label="${name}"]`)) element.setAttribute("aria-label", words[name]);
        for (const element of part.querySelectorAll(`[data-placeholder="${name}"]`)) element.placeholder = words[name];
      }
    }
  };

  let following = false;
  talk.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (document.getElementById(`line-${event.detail.lastEventId}`)) event.preventDefault();
    following = busy !== 0 || atEnd() || untouched();
  });
  talk.addEventListener("htmx:sseMessage", () => {
    const bubble = talk.lastElementChild;
    const now = Date.now();
    if (!busy && now - lastBubbleAt > APART) anchor = bubble;
    lastBubbleAt = now;
    idle();
    if (following) showNewest();
    else newest.hidden = false;
  });

  // ---- the connection ----

  let lost = 0;
  document.body.addEventListener("htmx:sseOpen", () => {
    clearTimeout(lost);
    lost = 0;
    offline.hidden = true;
  });
  document.body.addEventListener("htmx:sseError", () => {
    lost ||= setTimeout(() => { offline.hidden = false; }, PATIENCE);
  });

  // ---- the screen ----

  // Where a keyboard covers the page instead of shrinking it, the page ends above it.
  const view = window.visualViewport;
  const fit = () => {
    const near = atEnd() || untouched();
    root.style.setProperty("--seen", `${Math.round(view.height * view.scale)}px`);
    if (near) showNewest();
  };
  view?.addEventListener("resize", fit);

  if (matchMedia("(min-width: 48rem) and (pointer: fine)").matches) field.focus({ preventScroll: true });
  if (!talk.querySelector(".bot")) wait();
  showNewest();
  document.fonts?.ready.then(showNewest);
})();
