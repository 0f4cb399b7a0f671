// Adds what only works with script: printing, and reading aloud with the browser's own voice, a sentence at a time.
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
  var RATES = [0.9, 0.65];
  var sentences = null, at = 0, turn = 0, slow = 0, reader = null, pause = null, pace = null;

  function voice() {
    return synth.getVoices().filter(function (v) { return /^(zh|cmn)/i.test(v.lang); })[0];
  }
  // The pieces of a block's text in order, each with the number of the sentence it belongs to.
  function cut(block) {
    var walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), nodes = [], found = [], open = null;
    while (walker.nextNode()) nodes.push(walker.currentNode);
    nodes.forEach(function (node) {
      var parts = node.nodeValue.match(/[^。！？；]+[。！？；]*[”’」』）]*|[。！？；]+[”’」』）]*/g) || [];
      var shell = document.createDocumentFragment();
      parts.forEach(function (part) {
        var piece = document.createElement("span");
        piece.textContent = part;
        shell.appendChild(piece);
        if (!open) { open = { words: "", pieces: [] }; found.push(open); }
        open.words += part;
        open.pieces.push(piece);
        if (/[。！？；][”’」』）]*$/.test(part)) open = null;
      });
      if (parts.length) node.parentNode.replaceChild(shell, node);
    });
    return found;
  }
  function prepare() {
    var blocks = Array.prototype.slice.call(text.querySelectorAll("h2, h3, p, li, dt, dd"));
    sentences = [];
    blocks.forEach(function (block) {
      if (block.querySelector("p, li, dd")) return;
      cut(block).forEach(function (one) { if (/\S/.test(one.words)) sentences.push(one); });
    });
  }
  function mark(one, on) {
    if (one) one.pieces.forEach(function (piece) { piece.classList.toggle("reading", on); });
  }
  function say() {
    var mine = ++turn, one = sentences[at];
    if (!one) { stop(); return; }
    mark(one, true);
    one.pieces[0].scrollIntoView({ block: "center" });
    var speech = new SpeechSynthesisUtterance(one.words);
    speech.voice = voice();
    speech.lang = "zh-CN";
    speech.rate = RATES[slow];
    speech.onend = function () {
      if (mine !== turn) return;
      mark(one, false);
      at += 1;
      say();
    };
    synth.speak(speech);
  }
  // Stopping the voice ends its sentence; the number of the turn keeps that end from going on to the next.
  function hush() {
    turn += 1;
    synth.cancel();
    mark(sentences[at], false);
  }
  function stop() {
    hush();
    at = 0;
    reader.textContent = box.dataset.read;
    pause.hidden = pace.hidden = true;
  }
  function start() {
    if (!pause.hidden) { stop(); return; }
    if (!sentences) prepare();
    reader.textContent = box.dataset.stop;
    pause.textContent = box.dataset.pause;
    pause.hidden = pace.hidden = false;
    say();
  }
  function rest() {
    if (pause.textContent === box.dataset.pause) { hush(); mark(sentences[at], true); pause.textContent = box.dataset.goOn; }
    else { pause.textContent = box.dataset.pause; say(); }
  }
  function change() {
    slow = 1 - slow;
    pace.textContent = slow ? box.dataset.quicker : box.dataset.slower;
    if (pause.textContent === box.dataset.pause) { hush(); say(); }
  }
  function offer() {
    if (reader || !voice()) return;
    reader = button(box.dataset.read, start);
    pause = button(box.dataset.pause, rest);
    pace = button(box.dataset.slower, change);
    pause.hidden = pace.hidden = true;
  }
  offer();
  if (synth.addEventListener) synth.addEventListener("voiceschanged", offer);
  window.addEventListener("pagehide", function () { synth.cancel(); });
})();
