// Plays pieces of sound, one at a time.

let context;
let playing;

/** Play samples, and stop what is being played; `ended` is called when they are over, or cut off. */
export async function play(samples, sampleRate, ended) {
  playing?.stop();
  context ??= new AudioContext();
  await context.resume();
  const buffer = context.createBuffer(1, samples.length, sampleRate);
  buffer.copyToChannel(samples, 0);
  playing = new AudioBufferSourceNode(context, { buffer });
  playing.onended = ended;
  playing.connect(context.destination);
  playing.start();
}
