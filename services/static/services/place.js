/* Fills the position of a form just before it is sent. Without it the form is sent with a written ground. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-place]");
  if (!form || !navigator.geolocation) { return; }
  var told = document.getElementById("place-status");
  var asked = false;

  function say(words) { if (told && words) { told.textContent = words; } }

  form.addEventListener("submit", function (event) {
    if (asked) { return; }
    asked = true;
    event.preventDefault();
    var button = event.submitter;
    say(form.dataset.searching);
    function send() {
      if (form.requestSubmit) { form.requestSubmit(button || undefined); } else { form.submit(); }
    }
    navigator.geolocation.getCurrentPosition(
      function (found) {
        form.elements.lat.value = found.coords.latitude;
        form.elements.lng.value = found.coords.longitude;
        form.elements.accuracy.value = found.coords.accuracy;
        say(form.dataset.found);
        send();
      },
      function () { say(form.dataset.lost); send(); },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 }
    );
  });
}());
