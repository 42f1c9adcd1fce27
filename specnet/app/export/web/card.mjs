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
  return {
    name: said.name,
    labels: JSON.parse(said.labels),
    reported: JSON.parse(said.reported),
    sampleRate: Number(said.sample_rate),
    bands: Number(said.bands),
    nFft: Number(said.n_fft),
    hop: Number(said.hop),
    stride: Number(said.stride),
    receptiveField: Number(said.receptive_field),
    offset: Number(said.offset),
    skip: Number(said.skip),
    leadOut: Number(said.lead_out),
    carried: Number(said.carried),
    stateSize: Number(said.state_size),
    hasBounds: said.bounds === "true",
    operatingPoints: JSON.parse(said.operating_points),
  };
}

/** The score that lets through so many false alarms per hour, interpolated over the logarithm of their rate. */
export function thresholdFor(card, rate) {
  const points = card.operatingPoints;
  const [rates, thresholds] = ["false_alarms_per_hour", "threshold"].map((key) => points.map((point) => point[key]));
  const above = rates.findIndex((known) => rate <= known);
  if (above < 0 || rate < rates[0]) {
    const range = points.length ? `from ${rates[0]} to ${rates.at(-1)}` : "for no rate: give a threshold";
    throw new Error(`${rate} false alarms per hour: model ${card.name} is calibrated ${range}`);
  }
  if (above === 0) return thresholds[0];
  const part = Math.log(rate / rates[above - 1]) / Math.log(rates[above] / rates[above - 1]);
  return thresholds[above - 1] + part * (thresholds[above] - thresholds[above - 1]);
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
