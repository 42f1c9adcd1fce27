// Sound at another sample rate, in pieces of any size: a low-pass filter, looked at where the new samples are.

const ZEROS = 24; // of the sinc on either side: the more, the steeper
const PASS = 0.94; // of what the lower of the two rates can hold

/** From `from` to `to` samples a second. */
export class Resampler {
  #step; // of the input, from one new sample to the next, in units of 1 / phases
  #phases;
  #kernels;
  #half;
  #at = 0; // where the next new sample is, in the same units, counted from the first sample kept
  #kept;

  constructor(from, to) {
    const common = gcd(from, to);
    [this.#step, this.#phases] = [from / common, to / common];
    const cutoff = PASS * Math.min(1, to / from);
    this.#half = Math.ceil(ZEROS / cutoff);
    this.#kernels = Array.from({ length: this.#phases }, (_, phase) => this.#kernel(phase / this.#phases, cutoff));
    this.#kept = new Float32Array(this.#half - 1);
  }

  /** The new samples that `samples` complete; they are late by half a kernel, until `finish`. */
  push(samples) {
    if (this.#same) return samples;
    const heard = new Float32Array(this.#kept.length + samples.length);
    heard.set(this.#kept);
    heard.set(samples, this.#kept.length);
    const last = (heard.length - 2 * this.#half) * this.#phases;
    const count = Math.max(0, Math.floor((last - this.#at) / this.#step) + 1);
    const made = new Float32Array(count);
    for (let i = 0; i < count; i++, this.#at += this.#step) {
      const kernel = this.#kernels[this.#at % this.#phases];
      const first = Math.floor(this.#at / this.#phases);
      let sum = 0;
      for (let j = 0; j < kernel.length; j++) sum += kernel[j] * heard[first + j];
      made[i] = sum;
    }
    const done = Math.min(Math.floor(this.#at / this.#phases), heard.length);
    this.#at -= done * this.#phases;
    this.#kept = heard.slice(done);
    return made;
  }

  /** The rest, for which silence follows. */
  finish() {
    return this.push(new Float32Array(this.#same ? 0 : this.#half));
  }

  get #same() {
    return this.#step === this.#phases;
  }

  #kernel(phase, cutoff) {
    const taps = Array.from({ length: 2 * this.#half }, (_, i) => {
      const x = i - this.#half + 1 - phase;
      const window = Math.cos((Math.PI * x) / (2 * this.#half)) ** 2;
      return window * (x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x));
    });
    const sum = taps.reduce((a, b) => a + b);
    return Float32Array.from(taps, (tap) => tap / sum);
  }
}

function gcd(a, b) {
  return b ? gcd(b, a % b) : a;
}
