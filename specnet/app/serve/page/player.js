// Hearing a part of a sound: of a file, or of what a microphone gave.

const AROUND = 0.1; // seconds before and after what is asked for

export class FileSound {
  constructor(file) { this.url = URL.createObjectURL(file); }
  clip(from, to) { return { url: this.url, from, to }; }
  forget() { URL.revokeObjectURL(this.url); }
}

// The last `most` seconds of 16-bit samples at `rate`.
export class LiveSound {
  constructor(rate, most) {
    Object.assign(this, { rate, most, pieces: [], first: 0, length: 0, url: null });
  }

  push(samples) {
    this.pieces.push(samples);
    this.length += samples.length;
    while (this.length - this.pieces[0].length > this.most * this.rate) {
      const gone = this.pieces.shift().length;
      this.first += gone;
      this.length -= gone;
    }
  }

  clip(from, to) {
    this.forget();
    const begin = Math.max(0, Math.round(from * this.rate) - this.first);
    const end = Math.min(this.length, Math.round(to * this.rate) - this.first);
    const samples = new Int16Array(Math.max(0, end - begin));
    let at = 0;
    for (const piece of this.pieces) {
      const [left, right] = [Math.max(begin, at), Math.min(end, at + piece.length)];
      if (left < right) samples.set(piece.subarray(left - at, right - at), left - begin);
      at += piece.length;
    }
    this.url = URL.createObjectURL(wave(samples, this.rate));
    const offset = (begin + this.first) / this.rate;
    return { url: this.url, from: 0, to: samples.length / this.rate, offset };
  }

  forget() { if (this.url) URL.revokeObjectURL(this.url); }
}

export class Player {
  // `moved` hears of every place, in the sound's own time; null at the end. `failed` hears why nothing is heard.
  constructor(moved, failed) {
    Object.assign(this, { audio: new Audio(), moved, failed, clip: null });
    this.audio.addEventListener("error", () => this.clip && this.#fail());
    this.audio.addEventListener("ended", () => this.stop());
  }

  get playing() { return this.clip !== null; }

  async play(sound, from, to) {
    this.stop();
    const clip = sound.clip(Math.max(0, from - AROUND), to + AROUND);
    this.clip = { offset: 0, ...clip };
    if (this.audio.src !== clip.url) this.audio.src = clip.url;
    this.audio.currentTime = clip.from;
    try {
      await this.audio.play();
      this.#follow(this.clip);
    } catch (problem) {
      if (problem.name !== "AbortError") this.#fail();
    }
  }

  stop() {
    this.audio.pause();
    if (!this.clip) return;
    this.clip = null;
    this.moved(null);
  }

  #follow(clip) {
    if (this.clip !== clip) return;
    if (this.audio.currentTime >= clip.to) return this.stop();
    this.moved(this.audio.currentTime + clip.offset);
    requestAnimationFrame(() => this.#follow(clip));
  }

  #fail() {
    this.stop();
    this.failed("This browser cannot play this kind of file; what was found in it holds all the same.");
  }
}

// A WAV file of one channel. http://soundfile.sapp.org/doc/WaveFormat/
function wave(samples, rate) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at, letters) => [...letters].forEach((letter, by) => header.setUint8(at + by, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, 36 + samples.byteLength, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, samples.byteLength, true);
  return new Blob([header, samples], { type: "audio/wav" });
}
