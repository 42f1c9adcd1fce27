// The page: a file or the microphone is listened to and drawn, and what is found can be heard.

import * as ort from "./ort.wasm.bundle.min.mjs";
import { thresholdFor } from "./card.mjs";
import { Detector } from "./detector.mjs";
import { Listener } from "./listener.mjs";
import { play } from "./player.mjs";
import { decode, Microphone } from "./sounds.mjs";
import { clock, View } from "./view.mjs";

const RATES = [0.1, 0.2, 0.5, 1, 2, 5, 10]; // false alarms per hour, as far as the model is calibrated
const SCORES = [0.3, 0.5, 0.7, 0.9]; // where it is not
const USUAL = 0.5; // of either
const [QUIETEST, LOUDEST] = [-13.8, 10]; // of the logarithm of mel power: nothing, and full scale
const PIECE = 2; // seconds of a file between two looks at the page

const [model, open, listen, choice, file, status, found] = ["model", "open", "listen", "choice", "file", "status", "found"].map(
  (id) => document.getElementById(id),
);
const area = document.getElementById("view");
const view = new View(area);
let detector;
let microphone; // what stops it, while it is open
let turn = 0; // counts what was opened: only the last is listened to

await attempt(start);

async function start() {
  ort.env.wasm.numThreads = 1; // more of them need headers that plain servers do not send
  const answer = await fetch("model.onnx");
  if (!answer.ok) throw new Error(`model.onnx: ${answer.status} ${answer.statusText}`);
  detector = await Detector.load(ort, new Uint8Array(await answer.arrayBuffer()));
  const { card } = detector;
  model.textContent = `Finds ${card.reported.map((label) => `“${label}”`).join(", ")} · model ${card.name}`;
  document.title = `${card.name} – specnet`;
  offer(card);
  open.onclick = () => file.click();
  file.onchange = () => attempt(() => hearFile(file.files[0]));
  listen.onclick = () => attempt(() => (microphone ? microphone() : hearMicrophone()));
  window.ondragover = (event) => {
    event.preventDefault();
    area.classList.add("dropping");
  };
  window.ondragleave = () => area.classList.remove("dropping");
  window.ondrop = (event) => {
    event.preventDefault();
    area.classList.remove("dropping");
    if (event.dataTransfer.files.length) attempt(() => hearFile(event.dataTransfer.files[0]));
  };
  for (const control of [open, listen, choice]) control.disabled = false;
}

/** Fill the choice of thresholds. */
function offer({ operatingPoints: points }) {
  const rates = RATES.filter((rate) => points.length && points[0].rate <= rate && rate <= points.at(-1).rate);
  const values = rates.length ? rates : SCORES;
  if (!rates.length) choice.labels[0].firstChild.textContent = "Least score ";
  choice.replaceChildren(...values.map((value) => new Option(value, value, value === USUAL, value === USUAL)));
  choice.dataset.calibrated = rates.length > 0;
}

function threshold() {
  const value = Number(choice.value);
  return choice.dataset.calibrated === "true" ? thresholdFor(detector.card, value) : value;
}

function begin(follow) {
  found.replaceChildren();
  view.clear(detector.card.sampleRate / detector.card.hop, follow);
  return new Listener(detector, threshold(), { found: show, drawn: (columns) => view.add(columns.map(bytes)) });
}

function bytes(column) {
  return Uint8ClampedArray.from(column, (value) => ((value - QUIETEST) / (LOUDEST - QUIETEST)) * 255);
}

async function hearFile(sound) {
  const mine = ++turn;
  await microphone?.();
  file.value = "";
  say(`${sound.name} is being read …`);
  const { sampleRate } = detector.card;
  const samples = await decode(sound, sampleRate);
  if (mine !== turn) return;
  const listener = begin(false);
  for (let at = 0; at < samples.length; at += PIECE * sampleRate) {
    await listener.feed(samples.subarray(at, at + PIECE * sampleRate));
    say(`${sound.name}: ${clock(listener.duration)} of ${clock(samples.length / sampleRate)}`);
    await new Promise((resolve) => setTimeout(resolve)); // lets the page be drawn
    if (mine !== turn) return;
  }
  await listener.finish();
  summarise(sound.name, listener);
}

async function hearMicrophone() {
  turn++;
  const listener = begin(true);
  const heard = (samples) => attempt(() => listener.feed(samples));
  const opened = await Microphone.open(detector.card.sampleRate, heard, () => attempt(() => microphone?.()));
  microphone = async () => {
    microphone = undefined;
    listen.setAttribute("aria-pressed", "false");
    listen.textContent = "Microphone";
    await opened.stop();
    await listener.finish();
    summarise("Microphone", listener);
  };
  listen.setAttribute("aria-pressed", "true");
  listen.textContent = "Stop";
  say("Listening …");
}

/** A box on the spectrogram and a line in the list, which both play the sound. */
function show(segment, samples) {
  const line = document.createElement("button");
  const box = view.mark(segment, hear);
  const parts = {
    label: segment.label,
    time: `${clock(segment.start, 3)} – ${clock(segment.end, 3)}`,
    score: segment.score.toFixed(2),
  };
  for (const [kind, text] of Object.entries(parts)) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    line.append(part);
  }
  line.title = "Play";
  line.onclick = () => {
    view.show(segment.start);
    hear();
  };
  const item = document.createElement("li");
  item.append(line);
  found.append(item);

  function hear() {
    for (const part of [line, box]) part.classList.add("playing");
    const over = () => [line, box].forEach((part) => part.classList.remove("playing"));
    attempt(() => play(samples, detector.card.sampleRate, over));
  }
}

function summarise(name, listener) {
  const count = found.children.length;
  say(`${name}: ${clock(listener.duration, 1)}, ${count || "nothing"} found`);
}

/** Do it, and say what went wrong if something does. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

function say(text) {
  status.textContent = text;
}
