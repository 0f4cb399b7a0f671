// Adds what only works with script: printing, and reading aloud with the browser's own voice.
(function () {
  "use strict";
  var box = document.querySelector("[data-script-actions]");
  if (!box) return;
  function button(label, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn--second";
    made.textContent = label;
    made.addEventListener("click", act);
    box.appendChild(made);
    return made;
  }
  button(box.dataset.print, function () { window.print(); });

  var synth = window.speechSynthesis;
  var text = document.querySelector("[data-read]");
  if (!synth || !text) return;
  var blocks = [], at = 0, reader = null;
  function voice() {
    return synth.getVoices().filter(function (v) { return /^(zh|cmn)/i.test(v.lang); })[0];
  }
  function next() {
    if (at > 0 && blocks[at - 1]) blocks[at - 1].classList.remove("reading");
    if (at >= blocks.length) { stop(); return; }
    var block = blocks[at];
    at += 1;
    block.classList.add("reading");
    block.scrollIntoView({ block: "center" });
    var speech = new SpeechSynthesisUtterance(block.textContent);
    speech.voice = voice();
    speech.lang = "zh-CN";
    speech.rate = 0.9;
    speech.onend = next;
    synth.speak(speech);
  }
  function stop() {
    blocks.forEach(function (block) { block.classList.remove("reading"); });
    reader.textContent = box.dataset.read;
    at = 0;
  }
  function offer() {
    if (reader || !voice()) return;
    reader = button(box.dataset.read, function () {
      if (synth.speaking) { at = blocks.length; synth.cancel(); stop(); return; }
      // Of a block within a block only the inner one, or its words would be read twice.
      blocks = Array.prototype.filter.call(text.querySelectorAll("h2, h3, p, li"), function (block) {
        return !block.querySelector("h2, h3, p, li");
      });
      at = 0;
      reader.textContent = box.dataset.stop;
      next();
    });
  }
  offer();
  if (synth.addEventListener) synth.addEventListener("voiceschanged", offer);
})();
