// Saves a registration while it is typed, so that a dropped connection loses nothing; the save button does the same.
(function () {
  "use strict";
  var form = document.querySelector("[data-autosave]");
  if (!form || !window.fetch) return;
  var waiting = null, handed = false, again = false, busy = false;
  function save() {
    waiting = null;
    if (handed) return;
    if (busy) { again = true; return; }
    busy = true;
    var data = new FormData(form);
    ["password", "password_again", "id_number", "consent"].forEach(function (name) { data.delete(name); });
    data.set("save", "1");
    fetch(location.href, { method: "POST", body: data, headers: { "X-Autosave": "1" }, credentials: "same-origin" })
      .then(after, function () { after(); later(); });
  }
  function after() {
    busy = false;
    if (again) { again = false; later(); }
  }
  function later() {
    if (waiting === null) waiting = setTimeout(save, 2000);
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", function () { handed = true; });
})();
