// One sound that is being listened to: what is found in it, each with its own piece of the sound.

const KEPT = 20; // seconds: longer than any word, and than it takes to be certain of one
const AROUND = 0.15; // seconds of a piece before and after what was found

export class Listener {
  #stream;
  #sampleRate;
  #found;
  #waiting = [];
  #work = Promise.resolve();
  #kept = new Float32Array(0);
  #end = 0; // samples heard

  /** `found` is called with each segment and its sound, `drawn` with the columns of the spectrogram. */
  constructor(detector, threshold, { found, drawn }) {
    this.#stream = detector.stream({ threshold, drawn });
    this.#sampleRate = detector.card.sampleRate;
    this.#found = found;
  }

  /** How many seconds were heard. */
  get duration() {
    return this.#end / this.#sampleRate;
  }

  /** Listen to samples as well; what comes while others are worked on waits, and is then taken at once. */
  feed(samples) {
    this.#waiting.push(samples);
    return this.#next(() => this.#take());
  }

  /** Find the rest: nothing more will come. */
  finish() {
    return this.#next(async () => this.#report(await this.#stream.finish()));
  }

  #next(step) {
    this.#work = this.#work.then(step);
    return this.#work;
  }

  async #take() {
    if (!this.#waiting.length) return;
    const samples = joined(this.#waiting.splice(0));
    this.#kept = joined([this.#kept, samples]).slice(-KEPT * this.#sampleRate);
    this.#end += samples.length;
    this.#report(await this.#stream.push(samples));
  }

  #report(segments) {
    for (const segment of segments) this.#found(segment, this.#piece(segment.start - AROUND, segment.end + AROUND));
  }

  #piece(start, end) {
    const begin = this.#end - this.#kept.length;
    const [first, last] = [start, end].map((time) => Math.max(0, Math.round(time * this.#sampleRate) - begin));
    return this.#kept.slice(first, last);
  }
}

function joined(pieces) {
  const all = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
