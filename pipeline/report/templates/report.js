"use strict";
(() => {
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
  const read = (element) => {
    if (!element) return "";
    const copy = element.cloneNode(true);
    find(".vh", copy).forEach((hidden) => hidden.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  // Filters: a card is shown when its theme fits, one of its links fits source and grade, and its text has the words.
  const bar = document.getElementById("filters");
  let reset = () => {};
  if (bar) {
    const [theme, grade, source, words] = ["theme", "grade", "source", "words"].map((n) => document.getElementById("f-" + n));
    const status = document.getElementById("shown");
    const cards = find(".card");
    const texts = new Map();
    const fits = (card, needles) => {
      if (theme.value && !card.dataset.themes.split(" ").includes(theme.value)) return false;
      if (grade.value || source.value) {
        const links = card.dataset.links.split(" ").map((link) => link.split("|"));
        if (!links.some(([who, how]) => (!source.value || who === source.value) && (!grade.value || how === grade.value))) return false;
      }
      if (!needles.length) return true;
      if (!texts.has(card)) texts.set(card, fold(card.textContent));
      return needles.every((needle) => texts.get(card).includes(needle));
    };
    const apply = () => {
      const needles = fold(words.value).split(" ").filter(Boolean);
      const active = Boolean(theme.value || grade.value || source.value || needles.length);
      const shown = new Set(cards.filter((card) => fits(card, needles)).map((card) => card.id));
      cards.forEach((card) => { card.hidden = !shown.has(card.id); });
      find("tr[data-card]").forEach((row) => { row.hidden = !shown.has(row.dataset.card); });
      find("section.theme").forEach((section) => {
        const rows = find("tr[data-card]", section);
        section.hidden = active && ((theme.value && section.id !== theme.value) || !rows.some((row) => !row.hidden));
      });
      const count = bar.dataset.shown.replace("{shown}", shown.size).replace("{all}", cards.length);
      status.textContent = shown.size ? count : bar.dataset.nothing;
      bar.classList.toggle("active", active);
    };
    let timer = 0;
    const later = () => { clearTimeout(timer); timer = setTimeout(apply, 150); };
    [theme, grade, source].forEach((choice) => choice.addEventListener("change", apply));
    words.addEventListener("input", later);
    reset = () => {
      [theme, grade, source, words].forEach((field) => { field.value = ""; });
      apply();
    };
    document.getElementById("f-clear").addEventListener("click", () => { reset(); words.focus(); });
    bar.hidden = false;
    if (theme.value || grade.value || source.value || words.value) apply(); // kept by the browser over a reload
  }

  // Copying: what may be said, the quote with its citation, and the clause with its place.
  const note = document.getElementById("copied");
  const compose = (voice) => {
    const card = voice.closest(".card");
    const part = (root, name) => read(root.querySelector(`[data-copy="${name}"]`));
    const say = part(voice, "say") || read(card.querySelector(".say.main [data-copy]"));
    const quote = part(voice, "quote");
    const from = `${note.dataset.source}: ${quote ? `“${quote}” (${part(voice, "cite")})` : part(voice, "cite")}`;
    return [say, from, `${note.dataset.clause}: “${part(card, "clause")}” (${part(card, "place")})`].filter(Boolean).join("\n\n");
  };
  const copyOld = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "vh";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copy = async (button) => {
    const text = compose(button.closest(".voice"));
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch { done = copyOld(text); }
    button.focus();
    note.textContent = "";
    requestAnimationFrame(() => { note.textContent = done ? note.dataset.done : note.dataset.failed; });
    clearTimeout(copy.timer);
    copy.timer = setTimeout(() => { note.textContent = ""; }, 6000);
  };
  find("button.copy").forEach((button) => { button.hidden = false; });

  // The image of a page opens over the text; without this script the link leads to it.
  const dialog = document.getElementById("page-image");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
    const link = event.target.closest("a.scan-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
    event.preventDefault();
    const figures = find(`[data-scan="${link.hash.slice(1)}"]`).map((figure) => {
      const copied = figure.cloneNode(true);
      copied.removeAttribute("id");
      find("a", copied).forEach((back) => back.remove());
      return copied;
    });
    dialog.querySelector("div").replaceChildren(...figures);
    dialog.showModal();
  });
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("button")) dialog.close();
  });

  // A link into something folded opens it; printing opens everything.
  const reveal = () => {
    let target = null;
    try { target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!target) return;
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    if (target.closest("[hidden]")) reset();
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = find("details:not([open])");
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
})();
