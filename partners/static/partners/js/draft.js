// Saves a registration while it is typed, so that a dropped connection loses nothing; the save button does the same.
// What the server has not yet taken stays in this tab, is there again after a reload, and is taken to the server then.
(function () {
  "use strict";
  var NEVER = ["password", "password_again", "id_number", "consent", "version", "csrfmiddlewaretoken", "save"];
  var form = document.querySelector("[data-autosave]");
  var key = "draft:" + location.pathname;
  var waiting = null, handed = false, busy = false, typed = 0;

  function tab(work) {
    try { return work(window.sessionStorage); } catch (full) { return null; } // switched off, or full
  }
  function forget() {
    tab(function (kept) {
      Object.keys(kept).forEach(function (name) { if (name.indexOf("draft:") === 0) kept.removeItem(name); });
    });
  }
  if (document.querySelector("[data-draft-done]")) forget();
  if (!form || !window.fetch) return;

  function pairs() {
    var found = [];
    new FormData(form).forEach(function (value, name) {
      if (NEVER.indexOf(name) < 0 && typeof value === "string") found.push([name, value]);
    });
    return found;
  }
  function restore() {
    var kept = tab(function (store) { return JSON.parse(store.getItem(key)); });
    if (!kept) return;
    var left = kept.slice();
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || NEVER.indexOf(field.name) >= 0 || /^(file|submit|button)$/.test(field.type)) return;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = kept.some(function (pair) { return pair[0] === field.name && pair[1] === field.value; });
        return;
      }
      var place = left.findIndex(function (pair) { return pair[0] === field.name; });
      if (place >= 0) field.value = left.splice(place, 1)[0][1];
    });
    later();
  }
  function save() {
    waiting = null;
    if (handed) return;
    if (busy) { later(); return; }
    busy = true;
    var sent = typed, data = new FormData(form);
    NEVER.forEach(function (name) { if (name !== "csrfmiddlewaretoken") data.delete(name); });
    data.set("save", "1");
    fetch(location.href, { method: "POST", body: data, headers: { "X-Autosave": "1" }, credentials: "same-origin" })
      .then(function (answer) { busy = false; if (answer.ok && sent === typed) forget(); }, function () { busy = false; later(); });
  }
  function later() {
    if (waiting === null) waiting = setTimeout(save, 2000);
  }
  function note() {
    typed += 1;
    tab(function (store) { store.setItem(key, JSON.stringify(pairs())); });
    later();
  }
  restore();
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", function () { handed = true; });
})();
