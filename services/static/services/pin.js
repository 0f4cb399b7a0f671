/* A click on the county's map fills in the two numbers. Without it they are typed, or the village's are taken. */
(function () {
  "use strict";
  var svg = document.getElementById("county");
  var form = document.getElementById("position");
  if (!svg || !form || !svg.createSVGPoint) { return; }
  var pin = document.getElementById("pin");
  var told = document.getElementById("pin-told");
  var data = svg.dataset;
  svg.parentNode.classList.add("county--live");

  svg.addEventListener("click", function (event) {
    var point = svg.createSVGPoint();
    point.x = event.clientX;
    point.y = event.clientY;
    var there = point.matrixTransform(svg.getScreenCTM().inverse());
    form.elements.lat.value = (Number(data.north) - there.y / Number(data.northM)).toFixed(5);
    form.elements.lng.value = (Number(data.west) + there.x / Number(data.eastM)).toFixed(5);
    form.elements.pinned.value = "pin";
    form.elements.datum.value = "wgs";
    form.querySelector("input[name=way][value=pin]").checked = true;
    pin.setAttribute("cx", there.x);
    pin.setAttribute("cy", there.y);
    pin.removeAttribute("visibility");
    told.textContent = form.dataset.told;
  });

  ["lat", "lng", "datum"].forEach(function (name) {
    form.elements[name].addEventListener("change", function () { form.elements.pinned.value = ""; });
  });

  function button(words, factor) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn--second";
    made.textContent = words;
    made.addEventListener("click", function () {
      var box = svg.viewBox.baseVal;
      var hidden = pin.getAttribute("visibility") === "hidden";
      var x = hidden ? box.x + box.width / 2 : Number(pin.getAttribute("cx"));
      var y = hidden ? box.y + box.height / 2 : Number(pin.getAttribute("cy"));
      var width = box.width * factor;
      var height = box.height * factor;
      svg.setAttribute("viewBox", [x - width / 2, y - height / 2, width, height].join(" "));
      Array.prototype.forEach.call(svg.querySelectorAll("circle"), function (each) {
        each.setAttribute("r", Number(each.getAttribute("r")) * factor);
      });
      Array.prototype.forEach.call(svg.querySelectorAll("text"), function (each) {
        ["font-size", "dx", "dy"].forEach(function (name) {
          each.setAttribute(name, Number(each.getAttribute(name)) * factor);
        });
      });
    });
    return made;
  }
  var row = document.createElement("p");
  row.className = "row";
  row.appendChild(button(form.dataset.in, 0.5));
  row.appendChild(button(form.dataset.out, 2));
  svg.parentNode.insertBefore(row, svg.nextSibling);
}());
