// What the page asks of a service, answered in the browser: the model lies beside the page, and no sound leaves it.

import * as ort from "./ort.wasm.bundle.min.mjs";
import { thresholdFor } from "./card.mjs";
import { Detector } from "./detector.mjs";
import { Resampler } from "./resampler.mjs";

const FALSE_ALARMS_PER_HOUR = 0.5;
const LEAST_SCORE = 0.5; // where a model is not calibrated
const [QUIETEST, LOUDEST] = [-13.8, 10]; // of the logarithm of mel power: nothing, and full scale
const PIECE = 5; // seconds of a file between two looks at the page

export class TokenWanted extends Error {} // never: whoever has the page has the model

export class Service {
  async models() {
    ort.env.wasm.numThreads = 1; // more of them need headers that plain servers do not send
    const answer = await fetch("model.onnx");
    if (!answer.ok) throw new Error(`The model cannot be fetched: ${answer.status} ${answer.statusText}.`);
    this.detector = await Detector.load(ort, new Uint8Array(await answer.arrayBuffer()));
    const { name, reported: labels, operatingPoints: operating_points } = this.detector.card;
    return { models: [{ name, labels, threshold: this.#threshold({}), operating_points }], largest_upload: Infinity };
  }

  async detect(file, wishes, signal) {
    const { sampleRate } = this.detector.card;
    const samples = await decode(file, sampleRate);
    const columns = [];
    const stream = this.#listen(wishes, (bytes) => columns.push(bytes));
    const segments = [];
    for (let at = 0; at < samples.length; at += PIECE * sampleRate) {
      segments.push(...(await stream.push(samples.subarray(at, at + PIECE * sampleRate))));
      await new Promise((resolve) => setTimeout(resolve)); // the page has its turn
      signal.throwIfAborted();
    }
    segments.push(...(await stream.finish()));
    const bytes = new Uint8Array(await new Blob(columns).arrayBuffer());
    return { files: [{ duration: samples.length / sampleRate, segments }], spectrogram: { ...this.#layout, bytes } };
  }

  stream(rate, wishes, told, ended) {
    const { card } = this.detector;
    const stream = this.#listen(wishes, (bytes) => told({ type: "columns", bytes }));
    const resampler = new Resampler(rate, card.sampleRate);
    const tell = (segments) => segments.forEach((segment) => told({ type: "segment", ...segment }));
    let work = Promise.resolve();
    const next = (step) => {
      work = work.then(step); // one after the other, and none after one that failed
      work.catch((problem) => ended(problem.message));
    };
    next(() => told({ type: "ready", labels: card.reported, spectrogram: this.#layout }));
    return {
      push(samples) {
        const heard = resampler.push(Float32Array.from(samples, (sample) => sample / 32768));
        next(async () => tell(await stream.push(heard)));
      },
      finish() {
        const rest = resampler.finish();
        next(async () => tell([...(await stream.push(rest)), ...(await stream.finish())]));
        next(() => ended(null));
      },
    };
  }

  // Where columns of the spectrogram are: see Columns.
  get #layout() {
    const { bands, hop, nFft, carried, sampleRate } = this.detector.card;
    return { bands, hop: hop / sampleRate, first: -carried / sampleRate, window: nFft / sampleRate };
  }

  #listen(wishes, drawn) {
    return this.detector.stream({
      threshold: this.#threshold(wishes),
      drawn: (features) => drawn(Uint8ClampedArray.from(features, loudness)),
    });
  }

  #threshold({ threshold, false_alarms_per_hour: rate = FALSE_ALARMS_PER_HOUR }) {
    const { card } = this.detector;
    return threshold ?? (card.operatingPoints.length ? thresholdFor(card, rate) : LEAST_SCORE);
  }
}

function loudness(feature) {
  return (255 * (feature - QUIETEST)) / (LOUDEST - QUIETEST);
}

// The samples of a file at this rate, as one channel.
async function decode(file, sampleRate) {
  const bytes = await file.arrayBuffer();
  let sound;
  try {
    sound = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes);
  } catch {
    throw new Error(`${file.name}: this browser cannot read it as sound.`);
  }
  const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i));
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}
