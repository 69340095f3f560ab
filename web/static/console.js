/* 开发区改革推进系统 · console.js: what scripts add. Every page works without it. */
"use strict";
document.addEventListener("alpine:init", () => {
  /* 办理结果: goes away by itself, stays while the pointer is on it */
  window.Alpine.data("toast", () => ({
    init() {
      let timer = setTimeout(() => this.$el.remove(), 8000);
      this.$el.addEventListener("mouseenter", () => clearTimeout(timer));
    },
  }));
  /* 全选: one box for all of its table */
  window.Alpine.data("checkall", () => ({
    all(event) {
      const boxes = event.target.closest("table").querySelectorAll("tbody input[type=checkbox]");
      for (const box of boxes) box.checked = event.target.checked;
    },
  }));
});

/* 键盘: / search, j k up and down a list, Enter opens; never while something is typed */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const find = document.querySelector(".find input");
    if (find) { event.preventDefault(); find.focus(); }
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("table a.t")];
    const at = links.indexOf(document.activeElement);
    const next = links[at + (event.key === "j" ? 1 : -1)] || (at < 0 ? links[0] : null);
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
});

/* 本人菜单: closes with Escape and with a click elsewhere */
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.who[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.who[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

/* 打印 */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* 换过的内容: a refusal that was swapped in takes the focus */
document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.target.querySelector(".box.refuse, .box.clash");
  if (box) box.focus();
});

/* 提交前再看一遍: the answers stand beside the form as they are given; with them in view one press is enough */
for (const form of document.querySelectorAll("form[data-answers]")) {
  const told = (name) => {
    const of = form.elements[name];
    if (!of) return "";
    if (of instanceof RadioNodeList) {
      const on = [...of].find((each) => each.checked);
      const label = on && (form.querySelector(`label[for="${on.id}"]`) || on.nextElementSibling);
      return label ? label.firstChild.textContent.trim() : "";
    }
    return of.tagName === "SELECT" ? (of.value ? of.selectedOptions[0].textContent : "") : of.value;
  };
  const tell = () => {
    for (const place of form.querySelectorAll("[data-answer]")) {
      const name = place.dataset.answer;
      const medium = [...form.elements.medium].find((each) => each.checked);
      if (name === "number") place.textContent = medium ? told(`number_${medium.value}`) : "";
      else if (name === "decided_by") place.textContent = form.elements.by_name.value || told(name);
      else place.textContent = told(name);
    }
  };
  form.addEventListener("input", tell);
  form.querySelector("[data-seen]").value = "1";
  tell();
}
