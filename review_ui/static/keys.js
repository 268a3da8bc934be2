// Keys of the desk. Everything here is a short cut: each page works without it.
"use strict";
(() => {
  const $ = (query, from = document) => from.querySelector(query);
  const $$ = (query, from = document) => [...from.querySelectorAll(query)];
  const STORE = "gatehouse.keys";
  const on = () => { try { return localStorage.getItem(STORE) !== "off"; } catch { return true; } };
  const shown = (element) => element.offsetParent !== null;

  const help = () => {
    const dialog = $("#keys");
    if (!dialog || dialog.open) return;
    $("[data-keys-switch]").checked = on();
    dialog.showModal();
  };

  const move = (step) => {
    const links = $$("[data-open]");
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  };

  const choose = (key) => {
    const radio = $(`[data-verb="${key}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const panel = $(`[data-panel="${radio.value}"]`);
    const target = radio.value === "edit" ? $(".edit select, .edit input") : $("input:checked", panel) || $("input", panel);
    (target || radio).focus({ focusVisible: true });
    return true;
  };

  const reason = (digit) => {
    const options = $$(".options input[type=radio]").filter(shown);
    const option = options[digit - 1];
    if (!option) return false;
    option.checked = true;
    option.focus({ focusVisible: true });
    return true;
  };

  const typing = (target) => target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

  const plain = {
    j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
    "/": () => $("#search")?.focus(), "?": help,
    n: () => { const note = $("#note"); if (note && shown(note)) note.focus(); },
    q: () => $("[data-queue]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey && key === "Enter" && target.matches("#note")) return void target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    if (key === "Escape" && typing(target)) return void target.blur();
    if (typing(target) || (!on() && key !== "?")) return;
    const radio = target.matches("input[type=radio]");
    if (key.startsWith("Arrow") && (radio || !$("[data-open]") || target.closest("[tabindex='0']"))) return;
    let used = true;
    if (/^[1-9]$/.test(key)) used = reason(Number(key));
    else if ("aerx".includes(key)) used = choose(key);
    else if (Object.hasOwn(plain, key)) plain[key]();
    else used = false;
    if (used) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
    const jump = event.target.closest("a[href^='#fact-row-']");
    if (jump) setTimeout(() => $(jump.hash)?.focus(), 0);
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    try { localStorage.setItem(STORE, event.target.checked ? "on" : "off"); } catch { /* private window: for this page only */ }
  });

  // After a page or a part of it came: focus what must be read first, else stay where the person was.
  const settle = () => $("[data-focus]")?.focus();
  document.addEventListener("DOMContentLoaded", settle);
  document.addEventListener("htmx:afterSettle", (event) => {
    const what = event.detail.target;
    if (what.id === "live" || what.id === "list" || what.id === "more") return;
    const first = $("[data-focus]");
    if (first) first.focus();
    else if (document.activeElement === document.body) $("#main")?.focus({ preventScroll: true });
  });
})();
