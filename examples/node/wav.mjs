// The sound of a WAV file: PCM of 16 bits or floats of 32, any number of channels, which become one.

const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];

/** {samples, sampleRate} of the bytes of a file (a Buffer): a Float32Array in [-1, 1], the mean of the channels. */
export function readWav(bytes) {
  const name = (at) => bytes.toString("latin1", at, at + 4);
  if (name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("no WAV file");
  let format;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [chunk, size, begin] = [name(at), bytes.readUInt32LE(at + 4), at + 8];
    if (chunk === "fmt ") format = readFormat(bytes.subarray(begin, begin + size));
    if (chunk === "data" && format) return readSamples(bytes.subarray(begin, begin + size), format);
    at = begin + size + (size % 2);
  }
  throw new Error("a WAV file without sound in it");
}

function readFormat(bytes) {
  const kind = bytes.readUInt16LE(0) === EXTENSIBLE ? bytes.readUInt16LE(24) : bytes.readUInt16LE(0);
  const bits = bytes.readUInt16LE(14);
  if (!(kind === PCM && bits === 16) && !(kind === FLOAT && bits === 32)) {
    throw new Error(`a WAV file of kind ${kind} and ${bits} bits: should be PCM of 16 bits or floats of 32`);
  }
  return { isFloat: kind === FLOAT, channels: bytes.readUInt16LE(2), sampleRate: bytes.readUInt32LE(4), bits };
}

function readSamples(bytes, { isFloat, channels, sampleRate, bits }) {
  const width = bits / 8;
  const value = (i) => (isFloat ? bytes.readFloatLE(i * width) : bytes.readInt16LE(i * width) / 32768);
  const samples = new Float32Array(Math.floor(bytes.length / width / channels));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += value(i * channels + channel);
    samples[i] = sum / channels;
  }
  return { samples, sampleRate };
}
