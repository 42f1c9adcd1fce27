// Where sound comes from: files, and the microphone. All of it at the model's rate, as one channel.

import { Resampler } from "./resampler.mjs";

/** The samples of a file, which the browser decodes. */
export async function decode(file, sampleRate) {
  const bytes = await file.arrayBuffer();
  try {
    return mono(channelsOf(await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes)));
  } catch {
    throw new Error(`${file.name}: this browser cannot read it as sound`);
  }
}

/** What the microphone hears, until `stop`. */
export class Microphone {
  #context;
  #stream;
  #resampler;
  #heard;

  /** Begin; `heard` is called with the samples as they come, and `ended` if the microphone is unplugged. */
  static async open(sampleRate, heard, ended) {
    if (!navigator.mediaDevices) throw new Error("The microphone is only for pages from https, or from localhost.");
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: plain }).catch((error) => {
      throw new Error(`No microphone: ${error.message}`);
    });
    stream.getAudioTracks()[0].onended = ended;
    const microphone = new Microphone(stream, sampleRate, heard);
    await microphone.#connect();
    return microphone;
  }

  constructor(stream, sampleRate, heard) {
    this.#context = new AudioContext();
    this.#stream = stream;
    this.#resampler = new Resampler(this.#context.sampleRate, sampleRate);
    this.#heard = heard;
  }

  async #connect() {
    await this.#context.audioWorklet.addModule(new URL("capture.js", import.meta.url));
    const capture = new AudioWorkletNode(this.#context, "capture", { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => this.#heard(this.#resampler.push(mono(data)));
    this.#context.createMediaStreamSource(this.#stream).connect(capture);
  }

  async stop() {
    this.#stream.getTracks().forEach((track) => track.stop());
    await this.#context.close();
    this.#heard(this.#resampler.finish());
  }
}

function channelsOf(buffer) {
  return Array.from({ length: buffer.numberOfChannels }, (_, i) => buffer.getChannelData(i));
}

function mono(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}
