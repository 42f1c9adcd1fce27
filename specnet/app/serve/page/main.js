// The page: what is chosen, what is heard, and what was found.

import { Microphone } from "./microphone.js";
import { FileSound, LiveSound, Player } from "./player.js";
import { Service, TokenWanted } from "./service.js";
import { Settings } from "./settings.js";
import { Columns, clock } from "./spectrogram.js";
import { View } from "./view.js";

const KEPT = 300; // seconds of a microphone's sound, and of what was found in it
const element = (id) => document.getElementById(id);
const service = new Service();
const player = new Player((time) => heard(time), (why) => complain(why));
const view = new View(
  { scroller: element("scroller"), track: element("track"), canvas: element("picture"), boxes: element("boxes"), playhead: element("playhead") },
  (segment) => hear(segment),
);
const settings = new Settings(
  { model: element("model"), point: element("point"), own: element("own"), threshold: element("threshold"), meaning: element("meaning") },
  () => { if (file) search(file); },
);
let file = null; // what was dropped, to be searched again when something else is chosen
let sound = null; // what can be heard
let listening = null; // the microphone and its stream
let searching = null; // what ends a search that is under way
const rows = new Map(); // of segments, in the list

function say(text) { element("status").textContent = text; }

function complain(text) {
  element("problem").textContent = text;
  element("problem").hidden = !text;
  if (text) say("");
}

function seconds(duration) { return duration < 60 ? `${duration.toFixed(1)} s` : `${clock(duration, 0)} min`; }

function words(count) { return count === 0 ? "No words found" : count === 1 ? "1 word found" : `${count} words found`; }

async function begin() {
  try {
    const { models, largest_upload: largest } = await service.models();
    service.largest = largest;
    settings.fill(models);
    element("key").hidden = true;
    for (const id of ["settings", "file", "microphone"]) element(id).disabled = false;
    complain("");
  } catch (problem) {
    askForToken(problem) || complain(problem.message);
  }
}

function askForToken(problem) {
  if (!(problem instanceof TokenWanted)) return false;
  element("key").hidden = false;
  element("token").focus();
  complain(problem.message);
  return true;
}

function present(name, columns, duration, from) {
  player.stop();
  sound?.forget();
  sound = from;
  rows.clear();
  element("found").replaceChildren();
  element("name").textContent = name;
  element("result").hidden = false;
  view.show(columns, duration);
  count();
}

function add(segment) {
  view.add(segment);
  const [row, button, label, score, times] = ["li", "button", "b", "i", "small"].map((tag) => document.createElement(tag));
  button.type = "button";
  label.textContent = segment.label;
  score.textContent = segment.score.toFixed(2);
  score.title = "score";
  times.textContent = `${clock(segment.start, 2)} – ${clock(segment.end, 2)}`;
  button.setAttribute("aria-label", `Hear ${segment.label}, from ${clock(segment.start, 2)} to ${clock(segment.end, 2)}, score ${segment.score.toFixed(2)}`);
  button.append(label, score, times);
  button.addEventListener("click", () => { view.reveal(segment); hear(segment); });
  row.append(button);
  rows.set(segment, row);
  element("found").append(row);
  count();
}

function count() { element("count").textContent = words(rows.size); }

function hear(segment) {
  complain("");
  player.play(sound, segment.start, segment.end);
  mark(segment);
}

function mark(segment) {
  for (const [each, row] of rows) {
    row.firstChild.classList.toggle("playing", each === segment);
    view.words.get(each).classList.toggle("playing", each === segment);
  }
}

function heard(time) {
  view.move(time);
  element("play").textContent = time === null ? "Play" : "Stop";
  if (time === null) mark(null);
}

async function search(wanted) {
  complain("");
  if (wanted.size > service.largest) {
    return complain(`${wanted.name} has ${(wanted.size / 1e6).toFixed(0)} MB: this service takes at most ${service.largest / 1e6} MB.`);
  }
  searching?.abort();
  const ending = (searching = new AbortController());
  const before = file;
  file = wanted;
  say(`Searching ${wanted.name} …`);
  element("source").setAttribute("aria-busy", "true");
  try {
    const { files: [found], spectrogram } = await service.detect(wanted, settings.wishes, ending.signal);
    const columns = new Columns(spectrogram);
    columns.push(spectrogram.bytes);
    present(wanted.name, columns, found.duration, new FileSound(wanted));
    found.segments.forEach(add);
    say(`${words(found.segments.length)} in ${seconds(found.duration)} of ${wanted.name}.`);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    file = before;
    askForToken(problem) || complain(problem.message);
  } finally {
    if (searching === ending) element("source").removeAttribute("aria-busy");
  }
}

async function listen() {
  complain("");
  searching?.abort();
  file = null;
  element("microphone").disabled = element("settings").disabled = element("file").disabled = true;
  try {
    const microphone = await Microphone.open(
      (samples) => { sound.push(samples); stream.push(samples); },
      () => { complain("The microphone was taken away."); stop(); },
    );
    const stream = service.stream(microphone.rate, settings.wishes, told, ended);
    listening = { microphone, stream };
  } catch (problem) {
    complain(problem.message);
    rest();
  }
}

function told(message) {
  if (message.type === "ready") {
    present("Microphone", new Columns(message.spectrogram), 0, new LiveSound(listening.microphone.rate, KEPT));
    view.live = true;
    listening.microphone.start();
    element("microphone").disabled = false;
    element("microphone").textContent = "Stop listening";
    element("microphone").setAttribute("aria-pressed", "true");
    say(`Listening for ${message.labels.join(", ")}.`);
  } else if (message.type === "columns") {
    view.columns.push(message.bytes);
    view.columns.keep(KEPT);
    for (const segment of rows.keys()) {
      if (segment.start >= view.columns.start) break;
      forget(segment);
    }
    view.redraw();
  } else if (message.type === "segment") {
    add(message);
    say(`${message.label} at ${clock(message.start, 1)}, score ${message.score.toFixed(2)}.`);
  }
}

function forget(segment) {
  view.remove(segment);
  rows.get(segment).remove();
  rows.delete(segment);
  count();
}

function stop() {
  listening.microphone.close();
  listening.stream.finish();
}

function ended(why) {
  listening?.microphone.close();
  rest();
  if (why) complain(why);
  else say(`${words(rows.size)} in ${seconds(view.columns.end - view.columns.start)} from the microphone.`);
}

function rest() {
  listening = null;
  view.live = false;
  const button = element("microphone");
  button.textContent = "Use the microphone";
  button.setAttribute("aria-pressed", "false");
  button.disabled = element("settings").disabled = element("file").disabled = false;
}

element("key").addEventListener("submit", (event) => {
  event.preventDefault();
  service.token = element("token").value;
  begin();
});
element("file").addEventListener("change", ({ target }) => {
  if (target.files[0]) search(target.files[0]);
  target.value = ""; // the same file may be chosen again
});
element("microphone").addEventListener("click", () => (listening ? stop() : listen()));
element("play").addEventListener("click", () => {
  if (player.playing) player.stop();
  else player.play(sound, view.columns.start, view.columns.end);
});
element("closer").addEventListener("click", () => view.zoom(1.5));
element("wider").addEventListener("click", () => view.zoom(1 / 1.5));

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); element("source").classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) element("source").classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  element("source").classList.remove("over");
  const [dropped] = event.dataTransfer.files;
  if (!dropped) complain("That is no file: drop a recording, or choose one.");
  else if (listening) complain("Stop listening first.");
  else if (!element("file").disabled) search(dropped);
});

begin();
