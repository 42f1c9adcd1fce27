// An exported model at work, with onnxruntime for Node or for browsers: sound in pieces of any size, segments out.

import { readCard, thresholdFor } from "./card.mjs";
import { Segmenter } from "./segmenter.mjs";

const FALSE_ALARMS_PER_HOUR = 0.5;
const LONGEST_PIECE = 10; // seconds: what is worked on at once fits the cache

export class Detector {
  #ort;
  #session;

  /** The model in `bytes` of a file that `specnet export --to onnx` wrote; `ort` is onnxruntime-node or -web. */
  static async load(ort, bytes, options = {}) {
    const card = readCard(bytes);
    return new Detector(ort, await ort.InferenceSession.create(bytes, options), card);
  }

  constructor(ort, session, card) {
    this.#ort = ort;
    this.#session = session;
    this.card = card;
  }

  /** Listen to one sound at `card.sampleRate`. `threshold` is the least score that counts; `drawn` is called with the
   * log-mel features, `card.bands` numbers a hop, as far as there is sound. */
  stream({ threshold = thresholdFor(this.card, FALSE_ALARMS_PER_HOUR), drawn = () => {} } = {}) {
    return new Stream(this.card, (samples, state) => this.#run(samples, state), threshold, drawn);
  }

  async #run(samples, state) {
    const tensor = (data) => new this.#ort.Tensor("float32", data, [1, data.length]);
    const given = await this.#session.run({ samples: tensor(samples), state: tensor(state) });
    const bounds = this.card.hasBounds ? rows(given.bounds) : [];
    const frames = rows(given.scores).map((scores, i) => ({ scores, bounds: bounds[i] }));
    return { frames, features: given.features.data, state: given.next_state.data };
  }
}

/** One sound that is being listened to: `push` its samples as they come, one call after the other, then `finish`. */
class Stream {
  #card;
  #run;
  #segmenter;
  #drawn;
  #state;
  #skip;
  #rest = new Float32Array(0);
  #samples = 0;

  constructor(card, run, threshold, drawn) {
    this.#card = card;
    this.#run = run;
    this.#segmenter = new Segmenter(card, threshold);
    this.#drawn = drawn;
    this.#state = new Float32Array(card.stateSize); // zeros: nothing heard yet
    this.#skip = card.skip;
  }

  /** The segments that these samples, a Float32Array in [-1, 1], make certain: {label, start, end, peak, score}. */
  async push(samples) {
    this.#samples += samples.length;
    const { frames, features } = await this.#frames(samples);
    for (const piece of features) this.#drawn(piece);
    return this.#segmenter.push(frames);
  }

  /** The rest, now that nothing more will come. */
  async finish() {
    const duration = this.#samples / this.#card.sampleRate;
    const { frames } = await this.#frames(new Float32Array(this.#card.leadOut));
    return [...this.#segmenter.push(frames, duration), ...this.#segmenter.finish(duration)];
  }

  async #frames(samples) {
    const { stride, sampleRate } = this.#card;
    const heard = joined(this.#rest, samples);
    const whole = heard.length - (heard.length % stride);
    const longest = Math.ceil((LONGEST_PIECE * sampleRate) / stride) * stride;
    const [frames, features] = [[], []];
    for (let at = 0; at < whole; at += longest) {
      const found = await this.#run(heard.slice(at, Math.min(whole, at + longest)), this.#state);
      this.#state = found.state;
      frames.push(...found.frames.slice(this.#skip));
      features.push(found.features);
      this.#skip = Math.max(0, this.#skip - found.frames.length);
    }
    this.#rest = heard.slice(whole);
    return { frames, features };
  }
}

/** The rows of a tensor [1, rows, width]. */
function rows({ data, dims: [, count, width] }) {
  return Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width));
}

function joined(first, second) {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
