// Runs beside the page, where the sound is: hands the samples of the microphone to the page as they come.

class Capture extends AudioWorkletProcessor {
  process([channels]) {
    if (channels.length) this.port.postMessage(channels.map((channel) => channel.slice()));
    return true;
  }
}

registerProcessor("capture", Capture);
