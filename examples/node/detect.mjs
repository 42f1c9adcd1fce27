// Find words in a WAV file with a model of `specnet export --to onnx`, in Node:
//
//     npm ci --ignore-scripts
//     node detect.mjs welcome.onnx party.wav [--threshold 0.8]
//
// prints what `specnet detect --format jsonl` prints. The sound is taken in pieces of 80 ms, as from a microphone.

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import ort from "onnxruntime-node";
import { Detector } from "../../specnet/app/export/web/detector.mjs";
import { readWav } from "./wav.mjs";

const PIECE = 0.08; // seconds

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threshold: { type: "string" } } });
const [model, file] = positionals;
if (positionals.length !== 2) fail("usage: node detect.mjs MODEL.onnx FILE.wav [--threshold SCORE]");
try {
  const detector = await Detector.load(ort, await readFile(model), { intraOpNumThreads: 1 });
  const { samples, sampleRate } = readWav(await readFile(file));
  const wanted = detector.card.sampleRate;
  if (sampleRate !== wanted) fail(`${file} has ${sampleRate} samples a second: the model hears ${wanted}`);
  const stream = detector.stream(values.threshold && { threshold: Number(values.threshold) });
  const size = Math.round(PIECE * sampleRate);
  const found = [];
  for (let at = 0; at < samples.length; at += size) found.push(...(await stream.push(samples.subarray(at, at + size))));
  found.push(...(await stream.finish()));
  for (const segment of found) console.log(JSON.stringify({ file, ...tidy(segment) }));
} catch (error) {
  fail(error.message);
}

/** Milliseconds, and four digits of score. */
function tidy({ label, start, end, peak, score }) {
  const round = (value, digits) => Number(value.toFixed(digits));
  return { label, start: round(start, 3), end: round(end, 3), peak: round(peak, 3), score: round(score, 4) };
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
