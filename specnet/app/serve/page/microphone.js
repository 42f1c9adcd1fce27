// Sound from the microphone, as 16-bit samples of one channel at the rate of the sound card.

export class Microphone {
  // Raises an error whose message is for people. `heard` is given an Int16Array some twenty times a second; `lost` is
  // called when the microphone is taken away.
  static async open(heard, lost) {
    if (!navigator.mediaDevices) {
      throw new Error("A browser gives the microphone only to pages of this machine, or over https.");
    }
    const context = new AudioContext();
    const exact = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    let stream;
    try {
      await context.audioWorklet.addModule("pcm-worklet.js");
      stream = await navigator.mediaDevices.getUserMedia({ audio: exact });
    } catch (problem) {
      context.close();
      throw new Error(REASONS[problem.name] ?? `The microphone cannot be opened: ${problem.message}`);
    }
    const node = new AudioWorkletNode(context, "pcm", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => heard(data);
    stream.getTracks()[0].addEventListener("ended", lost);
    return new Microphone(stream, context, node);
  }

  constructor(stream, context, node) { Object.assign(this, { stream, context, node, rate: context.sampleRate }); }

  start() {
    this.context.createMediaStreamSource(this.stream).connect(this.node);
    this.context.resume(); // a browser may hold it until somebody has clicked
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.node.port.onmessage = null;
    if (this.context.state !== "closed") this.context.close();
  }
}

const REASONS = {
  AbortError: "The service does not answer. Is it still running?",
  NotAllowedError: "The browser was not allowed to use the microphone: allow it beside the address of this page.",
  NotFoundError: "There is no microphone on this machine.",
  NotReadableError: "The microphone is in use by another program.",
};
