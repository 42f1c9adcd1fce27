// What an exported model says about itself: the metadata of its ONNX file, which onnxruntime keeps from JavaScript.

const METADATA_PROPS = 14; // of ModelProto, see onnx.proto
const BYTES = 2; // a wire type of protocol buffers, and the lengths in bytes of two others
const FIXED = { 1: 8, 5: 4 };

/** The card of the model in `bytes`, a Uint8Array: lengths in samples, times in seconds. */
export function readCard(bytes) {
  const said = {};
  for (const [field, value] of fields(bytes)) {
    if (field !== METADATA_PROPS) continue;
    const [key, text] = [...fields(value)].map(([, part]) => new TextDecoder().decode(part));
    said[key] = text;
  }
  if (said.specnet === undefined) throw new Error("no model that specnet export wrote: its metadata are missing");
  const points = JSON.parse(said.operating_points);
  return {
    name: said.name,
    labels: JSON.parse(said.labels),
    reported: JSON.parse(said.reported),
    sampleRate: Number(said.sample_rate),
    hop: Number(said.hop),
    stride: Number(said.stride),
    receptiveField: Number(said.receptive_field),
    offset: Number(said.offset),
    skip: Number(said.skip),
    leadOut: Number(said.lead_out),
    stateSize: Number(said.state_size),
    hasBounds: JSON.parse(said.bounds),
    operatingPoints: points.map((point) => ({ rate: point.false_alarms_per_hour, threshold: point.threshold })),
  };
}

/** The score that lets through so many false alarms per hour, interpolated over the logarithm of their rate. */
export function thresholdFor(card, rate) {
  const points = card.operatingPoints;
  const above = points.findIndex((point) => rate <= point.rate);
  if (above < 0 || rate < points[0].rate) {
    const range = points.length ? `from ${points[0].rate} to ${points.at(-1).rate}` : "for no rate";
    throw new Error(`${rate} false alarms per hour: model ${card.name} is calibrated ${range}`);
  }
  if (above === 0) return points[0].threshold;
  const [low, high] = [points[above - 1], points[above]];
  const part = Math.log(rate / low.rate) / Math.log(high.rate / low.rate);
  return low.threshold + part * (high.threshold - low.threshold);
}

/** The fields of a protocol buffer message in turn: their number, and their bytes or number. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (!(byte & 128)) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) {
      yield [field, varint()];
      continue;
    }
    const length = type === BYTES ? varint() : FIXED[type];
    if (!(at + length <= bytes.length)) throw new Error("no ONNX file, or a damaged one");
    yield [field, bytes.subarray(at, (at += length))];
  }
}
