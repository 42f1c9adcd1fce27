"use strict";
const page = JSON.parse(document.getElementById("data").textContent);
const sound = document.getElementById("sound");
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Tabs: a click or an arrow key shows one panel of several.
function show(tab) {
  for (const other of all('[role="tab"]', tab.parentElement)) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", chosen);
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (tab.parentElement.id === "layers") forget();
}
function step(tablist, by) {
  const tabs = all('[role="tab"]', tablist);
  const next = tabs[(tabs.findIndex((tab) => tab.ariaSelected === "true") + by + tabs.length) % tabs.length];
  show(next);
  return next;
}
for (const tablist of all('[role="tablist"]')) {
  tablist.addEventListener("click", (event) => event.target.role === "tab" && show(event.target));
  tablist.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(tablist, by).focus();
  });
}

// The cursor runs over everything that has the same time.
function moved() {
  document.body.style.setProperty("--now", clamp(sound.currentTime / page.duration, 0, 1));
  if (!sound.paused) requestAnimationFrame(moved);
}
if (sound) {
  for (const event of ["play", "seeked", "timeupdate"]) sound.addEventListener(event, moved);
  for (const plot of all("[data-seek]"))
    plot.addEventListener("click", (event) => {
      const at = plot.getBoundingClientRect();
      sound.currentTime = clamp((event.clientX - at.left) / at.width, 0, 1) * page.duration;
    });
}

// A unit: a place on a map. What it sees is framed on the input.
const unit = document.getElementById("unit");
const [back, box] = [document.querySelector(".box.back"), document.querySelector(".box:not(.back)")];
let chosen = null;
function forget() {
  for (const mark of [back, box]) if (mark) mark.hidden = true;
  if (chosen) chosen.map.querySelector(".spot").hidden = true;
  if (chosen) chosen.map.removeAttribute("aria-current");
  chosen = null;
}
function place(mark, left, top, width, height) {
  mark.hidden = !(width > 0);
  for (const [side, part] of Object.entries({ left, top, width, height })) mark.style[side] = `${100 * part}%`;
}
function rows(layer, row) {
  const [first, stride, span] = layer.rows;
  const low = clamp(first + stride * row, 0, page.edges.length - 1);
  return [low, clamp(first + stride * row + span, 0, page.edges.length - 1)];
}
function choose(map, row, column) {
  const layer = page.layers[map.closest("[data-layer]").dataset.layer];
  const [high, wide] = layer.shape;
  forget();
  chosen = { map, row: clamp(row, 0, high - 1), column: clamp(column, 0, wide - 1) };
  map.setAttribute("aria-current", "true");
  const spot = map.querySelector(".spot");
  spot.hidden = false;
  spot.style.left = `${(100 * (chosen.column + 0.5)) / wide}%`;
  spot.style.top = `${(100 * ((sound ? high - 1 - chosen.row : chosen.row) + 0.5)) / high}%`;
  const begin = layer.left + layer.step * chosen.column;
  const [left, right] = [clamp(begin, 0, 1), clamp(begin + layer.width, 0, 1)];
  const [low, end] = rows(layer, chosen.row);
  const [top, bottom] = [page.edges[low], page.edges[end]].sort((a, b) => a - b);
  place(box, left, top, right - left, bottom - top);
  if (back) place(back, clamp(begin - layer.back, 0, 1), top, left - clamp(begin - layer.back, 0, 1), bottom - top);
  unit.textContent = `Map ${map.dataset.channel}: ` + (sound ? inSeconds(layer, begin, low, end) : inPixels(layer, begin, low, end));
}
function inSeconds(layer, begin, low, end) {
  const s = (part) => (part * page.duration).toFixed(3);
  const hertz = (value) => (value < 1000 ? `${Math.round(value)} Hz` : `${(value / 1000).toFixed(2)} kHz`);
  const loudness = layer.back ? `, and their level from ${s(begin - layer.back)} s` : "";
  const long = Math.round(1000 * layer.width * page.duration);
  return `sees ${s(begin)} to ${s(begin + layer.width)} s (${long} ms), ${hertz(page.corners[low])} to ${hertz(page.corners[end + 1])}${loudness}`;
}
function inPixels(layer, begin, low, end) {
  const [left, right] = [begin, begin + layer.width].map((part) => clamp(Math.round(part * page.size[0]), 0, page.size[0]));
  return `sees columns ${left} to ${right - 1} and rows ${low} to ${end - 1} (${right - left} x ${end - low} pixels)`;
}
for (const map of all(".map")) {
  const row = Number(map.dataset.row), column = Number(map.dataset.column);
  map.addEventListener("click", (event) => {
    if (!event.detail) return choose(map, row, column); // by the keyboard: the largest activation
    const at = map.querySelector(".strip").getBoundingClientRect();
    const [high, wide] = page.layers[map.closest("[data-layer]").dataset.layer].shape;
    const down = Math.floor(((event.clientY - at.top) / at.height) * high);
    choose(map, sound ? high - 1 - down : down, Math.floor(((event.clientX - at.left) / at.width) * wide));
  });
  map.addEventListener("keydown", (event) => {
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [sound ? 1 : -1, 0], ArrowDown: [sound ? -1 : 1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    if (!chosen || chosen.map !== map) choose(map, row, column);
    else choose(map, chosen.row + by[0], chosen.column + by[1]);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const layers = document.getElementById("layers");
  if (layers && (event.key === "]" || event.key === "[")) step(layers, event.key === "]" ? 1 : -1);
  if (!sound || event.target.closest("button, audio")) return;
  if (event.key === " ") {
    event.preventDefault();
    sound.paused ? sound.play() : sound.pause();
  }
  if (event.key === "," || event.key === ".") sound.currentTime += event.key === "." ? 0.1 : -0.1;
});
