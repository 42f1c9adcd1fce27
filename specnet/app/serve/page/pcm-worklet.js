// Gathers the 128 samples that come at a time, and hands them on as 16-bit ones.

const GATHERED = 2048;

class Pcm extends AudioWorkletProcessor {
  samples = new Int16Array(GATHERED);
  count = 0;

  process([[channel]]) {
    for (const sample of channel ?? []) {
      this.samples[this.count++] = Math.max(-32768, Math.min(32767, Math.round(32768 * sample)));
      if (this.count === GATHERED) {
        this.port.postMessage(this.samples, [this.samples.buffer]);
        this.samples = new Int16Array(GATHERED);
        this.count = 0;
      }
    }
    return true;
  }
}

registerProcessor("pcm", Pcm);
