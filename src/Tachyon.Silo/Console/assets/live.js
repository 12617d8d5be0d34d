// Keeps an open page up to date: the silo sends the page again whenever it changed, and what differs is put in place, so that focus,
// selection and scrolling stay where they are. Without this script the pages work, and show the moment at which they were asked for.
"use strict";

(() => {
  const SILENCE_MS = 8_000;
  const RETRY_MS = 3_000;
  const CHECK_MS = 1_000;

  let source = null;
  let heardAt = Date.now();
  let retryAt = 0;
  let lost = false;

  const clock = () => new Date().toISOString().slice(11, 19) + " UTC";

  function sayLink(text) {
    const link = document.getElementById("link");
    if (link.textContent !== text) {
      link.textContent = text;
    }

    link.hidden = text === "";
    document.body.classList.toggle("stale", text !== "");
  }

  function heard() {
    heardAt = Date.now();
    if (lost) {
      lost = false;
      sayLink("");
    }

    document.getElementById("seen").textContent = `As of ${clock()}.`;
  }

  function follow() {
    source?.close();
    source = new EventSource(location.href);
    source.addEventListener("same", heard);
    source.addEventListener("page", (event) => {
      heard();
      const next = new DOMParser().parseFromString(`<!doctype html><body>\n${event.data}\n</body>`, "text/html");
      morphChildren(document.body, next.body);
      document.dispatchEvent(new Event("tachyon:changed"));
    });
    source.addEventListener("error", () => {
      source.close();
      retryAt = Date.now() + RETRY_MS;
    });
  }

  function check() {
    const now = Date.now();
    if (!lost && now - heardAt > SILENCE_MS) {
      lost = true;
      sayLink(`The silo cannot be reached. What you see is as of ${new Date(heardAt).toISOString().slice(11, 19)} UTC; this page keeps trying.`);
    }

    // A page in the background is followed again as soon as somebody looks at it.
    if (document.visibilityState === "visible" && source.readyState === EventSource.CLOSED && now >= retryAt) {
      retryAt = now + RETRY_MS;
      follow();
    }
  }

  function morph(have, want) {
    if (have.isEqualNode(want)) {
      return;
    }

    if (have.nodeType !== Node.ELEMENT_NODE) {
      have.nodeValue = want.nodeValue;
      return;
    }

    // What a reader or a script changed is theirs.
    if (!have.hasAttribute("data-keep")) {
      morphAttributes(have, want);
      morphChildren(have, want);
    } else if (want.hasAttribute("aria-label")) {
      have.setAttribute("aria-label", want.getAttribute("aria-label"));
    }
  }

  function morphAttributes(have, want) {
    for (const { name } of [...have.attributes]) {
      if (!want.hasAttribute(name) && name !== "open") {
        have.removeAttribute(name);
      }
    }

    for (const { name, value } of want.attributes) {
      if (have.getAttribute(name) !== value) {
        have.setAttribute(name, value);
      }
    }
  }

  function morphChildren(have, want) {
    const known = new Map([...have.children].filter((child) => child.id).map((child) => [child.id, child]));
    let next = have.firstChild;
    for (const wanted of [...want.childNodes]) {
      let match = wanted.id ? known.get(wanted.id) : null;
      if (!match && next && next.nodeType === wanted.nodeType && next.nodeName === wanted.nodeName && !next.id && !wanted.id) {
        match = next;
      }

      if (!match) {
        have.insertBefore(document.importNode(wanted, true), next);
      } else {
        if (match === next) {
          next = next.nextSibling;
        } else {
          have.insertBefore(match, next);
        }

        morph(match, wanted);
      }
    }

    while (next) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
  }

  if (document.body.dataset.live === "yes") {
    follow();
    setInterval(check, CHECK_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") {
        check();
      } else {
        source.close();
        heardAt = Date.now();
      }
    });
  }
})();
