// The log-mel frames that the network sees: kept as bytes, and drawn where one looks.

const AXIS = 22; // pixels under the picture, for the time
const TAGS = 28; // and above it, for the labels of the boxes

export class Columns {
  // `bands` bytes a column, the lowest band first; one every `hop` seconds, the first from `first` on, `window` long.
  constructor({ bands, hop, first, window }) {
    Object.assign(this, { bands, hop });
    this.centre = first + window / 2;
    this.bytes = new Uint8Array(bands * 1024);
    this.count = 0;
    this.dropped = 0;
    this.histogram = new Uint32Array(256);
  }

  push(bytes) {
    const filled = this.count * this.bands;
    if (filled + bytes.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (filled + bytes.length));
      larger.set(this.bytes.subarray(0, filled));
      this.bytes = larger;
    }
    this.bytes.set(bytes, filled);
    this.count += bytes.length / this.bands;
    for (const byte of bytes) this.histogram[byte]++;
  }

  // Forget all but the last `seconds`, some time after there are more.
  keep(seconds) {
    const most = Math.round(seconds / this.hop);
    if (this.count < 1.2 * most) return;
    const gone = this.count - most;
    this.bytes.copyWithin(0, gone * this.bands, this.count * this.bands);
    this.count = most;
    this.dropped += gone;
  }

  get start() { return this.dropped ? this.dropped * this.hop : 0; }
  get end() { return (this.dropped + this.count) * this.hop; }

  // Which column is seen at this time; it may not be there.
  at(time) { return Math.round((time - this.centre) / this.hop) - this.dropped; }

  // The bytes between which the picture has its contrast: all but the rarest.
  levels() {
    const total = this.count * this.bands + this.dropped * this.bands;
    const quantile = (part) => {
      let seen = 0;
      return this.histogram.findIndex((count) => (seen += count) >= part * total);
    };
    const low = quantile(0.1);
    return [low, Math.max(quantile(0.998), low + 60)];
  }
}

// 256 colours, as the numbers that ImageData holds, along the hexadecimal ones of a style sheet's "--ramp".
export function ramp(text) {
  const stops = text.trim().split(/\s+/).map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const place = (level / 255) * (stops.length - 1);
    const from = Math.min(Math.floor(place), stops.length - 2);
    const [red, green, blue] = stops[from].map((value, at) => value + (place - from) * (stops[from + 1][at] - value));
    return (255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red);
  });
}

// Draw what is heard from `from` seconds on, `scale` pixels a second; between tags and axis, where there is room for them.
export function draw(canvas, columns, from, scale) {
  const density = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * density);
  const height = Math.round(canvas.clientHeight * density);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  if (!width || !height) return;
  const style = getComputedStyle(canvas);
  const top = Math.round(TAGS * density);
  const bottom = height - Math.round(AXIS * density);
  const drawn = Math.min(width, Math.ceil((columns.end - from) * scale * density));
  if (drawn > 0) {
    const small = new OffscreenCanvas(drawn, columns.bands);
    small.getContext("2d").putImageData(image(columns, from, scale * density, drawn, ramp(style.getPropertyValue("--ramp"))), 0, 0);
    context.drawImage(small, 0, top, drawn, bottom - top);
  }
  axis(context, style, from, scale, density, width, bottom);
}

function image(columns, from, scale, width, colours) {
  const { bands, bytes, count } = columns;
  const pixels = new ImageData(width, bands);
  const target = new Uint32Array(pixels.data.buffer);
  const [low, high] = columns.levels();
  for (let x = 0; x < width; x++) {
    // A pixel that several columns share shows the loudest of them, or a short sound would vanish.
    const first = Math.max(0, columns.at(from + x / scale));
    const last = Math.min(count - 1, Math.max(first, columns.at(from + (x + 1) / scale) - 1));
    for (let band = 0; band < bands; band++) {
      let level = 0;
      for (let column = first; column <= last; column++) level = Math.max(level, bytes[column * bands + band]);
      const shade = Math.round((255 * (level - low)) / (high - low));
      target[(bands - 1 - band) * width + x] = colours[Math.max(0, Math.min(255, shade))];
    }
  }
  return pixels;
}

function axis(context, style, from, scale, density, width, top) {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((seconds) => seconds * scale >= 70) ?? 1800;
  context.fillStyle = style.getPropertyValue("--soft");
  context.font = `${12 * density}px ${style.fontFamily}`;
  context.textBaseline = "top";
  for (let tick = Math.ceil(from / step - 1e-9); ; tick++) {
    const x = Math.round((tick * step - from) * scale * density);
    if (x > width) break;
    context.fillRect(x, top, density, 5 * density);
    const text = clock(tick * step, step < 1 ? 1 : 0);
    const left = x + 4 * density;
    if (left + context.measureText(text).width < width) context.fillText(text, left, top + 4 * density);
  }
}

// Minutes and seconds.
export function clock(seconds, digits) {
  const whole = Number(seconds.toFixed(digits));
  return `${Math.floor(whole / 60)}:${(whole % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0")}`;
}
