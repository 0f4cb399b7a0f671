// A button that prints; without script the browser's own menu does.
(function () {
  var hint = document.getElementById("paper-how");
  if (!hint || !window.print) return;
  var button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = document.querySelector("script[data-label]").dataset.label;
  button.addEventListener("click", function () { window.print(); });
  hint.replaceWith(button);
})();
