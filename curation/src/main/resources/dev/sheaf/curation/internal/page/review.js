"use strict";
(() => {
  document.documentElement.classList.add("js");
  const articles = [...document.querySelectorAll("article")];
  const sections = [...document.querySelectorAll("section")];
  const find = document.getElementById("find");
  const hide = document.getElementById("hide");
  const progress = document.getElementById("progress");
  const store = "sheaf-review " + document.body.dataset.review;
  const box = article => article.querySelector("input");

  // What was viewed is remembered in this browser, where it lets pages remember.
  let viewed = new Set();
  try { viewed = new Set(JSON.parse(localStorage.getItem(store) || "[]")); } catch (e) { viewed = new Set(); }
  function remember() {
    try { localStorage.setItem(store, JSON.stringify([...viewed])); } catch (e) { return; }
  }

  function update() {
    const text = find.value.trim().toLowerCase();
    let seen = 0;
    for (const article of articles) {
      const is = viewed.has(article.id);
      seen += is;
      box(article).checked = is;
      article.classList.toggle("seen", is);
      article.hidden = (is && hide.checked) || (text !== "" && !article.textContent.toLowerCase().includes(text));
    }
    progress.textContent = articles.length ? seen + " of " + articles.length + " viewed" : "";
  }

  function view(article, is) {
    if (is) viewed.add(article.id); else viewed.delete(article.id);
    remember();
    update();
  }

  function go(list, step) {
    const shown = list.filter(one => !one.hidden);
    if (!shown.length) return;
    const active = document.activeElement;
    let at = shown.indexOf(active.closest ? active.closest(list === sections ? "section" : "article") : null);
    if (at < 0) {
      const below = shown.findIndex(one => one.getBoundingClientRect().bottom > 120);
      at = step > 0 ? (below < 0 ? shown.length - 1 : below) - 1 : below < 0 ? shown.length : below;
    }
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + step))];
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  }

  for (const article of articles) box(article).addEventListener("change", event => view(article, event.target.checked));
  find.addEventListener("input", update);
  hide.addEventListener("change", update);
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === find) {
      if (event.key === "Escape") find.blur();
      return;
    }
    const article = document.activeElement.closest("article");
    if (event.key === "j") go(articles, 1);
    else if (event.key === "k") go(articles, -1);
    else if (event.key === "]") go(sections, 1);
    else if (event.key === "[") go(sections, -1);
    else if (event.key === "/") find.focus();
    else if (event.key === "v" && article) { const is = !viewed.has(article.id); view(article, is); if (is) go(articles, 1); }
    else return;
    event.preventDefault();
  });
  update();
})();
