// The spectrogram as it grows, with a box for everything found in it: an hour is kept, and what is in sight is drawn.

const WIDTH = 100; // pixels a second
const KEPT = 3600; // seconds
const AXIS = 22; // pixels below the spectrogram
const COLOURS = ["#0d0a1a", "#2b1055", "#6a1f7a", "#b2385f", "#ee6a3a", "#fbb04c", "#fdf3c2"]; // quiet to loud

/** Draws into `element`, which scrolls: `add` what is heard, and `mark` what is found. */
export class View {
  #element;
  #canvas = document.createElement("canvas");
  #long = document.createElement("div"); // as wide as the sound is long
  #palette = palette(COLOURS);
  #columns = []; // bytes, the lowest band first
  #forgotten = 0; // columns, from the start
  #perSecond;
  #follows;
  #waiting = false;

  constructor(element) {
    this.#element = element;
    this.#long.className = "long";
    new ResizeObserver(() => this.#draw()).observe(element);
    element.addEventListener("scroll", () => this.#draw());
  }

  /** Begin anew, with so many columns a second; where it `follows`, the end stays in sight as long as it is. */
  clear(perSecond, follows) {
    this.#perSecond = perSecond;
    this.#follows = follows;
    this.#columns = [];
    this.#forgotten = 0;
    this.#long.replaceChildren(this.#canvas);
    this.#long.style.width = "0";
    this.#element.replaceChildren(this.#long);
    this.#draw();
  }

  /** Show columns as well: [bands] bytes each, from 0, which is quiet, to 255. */
  add(columns) {
    const atEnd = this.#element.scrollLeft + this.#element.clientWidth >= this.#element.scrollWidth - WIDTH;
    this.#columns.push(...columns);
    if (this.#columns.length > KEPT * this.#perSecond) this.#forget();
    this.#long.style.width = `${(this.#columns.length / this.#perSecond) * WIDTH}px`;
    if (this.#follows && atEnd) this.#element.scrollLeft = this.#element.scrollWidth;
    this.#draw();
  }

  /** A box around a segment, which calls `chosen` when it is clicked. */
  mark(segment, chosen) {
    const box = document.createElement("button");
    box.className = "box";
    box.tabIndex = -1; // the list of what was found is for the keyboard
    box.dataset.start = segment.start;
    box.style.width = `${Math.max(2, (segment.end - segment.start) * WIDTH)}px`;
    const name = document.createElement("span");
    name.textContent = `${segment.label} ${segment.score.toFixed(2)}`;
    box.append(name);
    box.addEventListener("click", chosen);
    this.#long.append(box);
    this.#place(box);
    return box;
  }

  /** Scroll to a time. */
  show(seconds) {
    this.#element.scrollLeft = this.#left(seconds) - this.#element.clientWidth / 2;
  }

  #left(seconds) {
    return (seconds - this.#forgotten / this.#perSecond) * WIDTH;
  }

  #place(box) {
    const left = this.#left(Number(box.dataset.start));
    if (left < 0) box.remove();
    box.style.left = `${left}px`;
  }

  #forget() {
    const count = Math.floor(this.#columns.length / 4);
    this.#columns.splice(0, count);
    this.#forgotten += count;
    this.#long.querySelectorAll(".box").forEach((box) => this.#place(box));
  }

  #draw() {
    if (this.#waiting || !this.#perSecond) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const [canvas, scale] = [this.#canvas, devicePixelRatio];
    const [width, height] = [this.#element.clientWidth, this.#element.clientHeight];
    [canvas.width, canvas.height] = [width * scale, height * scale];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const left = this.#element.scrollLeft;
    const perPixel = this.#perSecond / WIDTH;
    const first = Math.floor(left * perPixel);
    const columns = this.#columns.slice(first, Math.ceil((left + width) * perPixel) + 1);
    if (columns.length) {
      context.drawImage(this.#picture(columns), first / perPixel - left, 0, columns.length / perPixel, height - AXIS);
    }
    this.#drawSeconds(context, left, width, height);
  }

  #picture(columns) {
    const [width, height] = [columns.length, columns[0].length];
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    columns.forEach((column, x) => {
      column.forEach((value, band) => (pixels[(height - 1 - band) * width + x] = this.#palette[value]));
    });
    const picture = new OffscreenCanvas(width, height);
    picture.getContext("2d").putImageData(image, 0, 0);
    return picture;
  }

  #drawSeconds(context, left, width, height) {
    context.fillStyle = "#e9e4f0";
    context.font = "12px system-ui, sans-serif";
    const begin = this.#forgotten / this.#perSecond + left / WIDTH;
    for (let second = Math.ceil(begin); second <= begin + width / WIDTH; second++) {
      const x = (second - begin) * WIDTH;
      context.fillRect(x, height - AXIS, 1, 5);
      context.fillText(clock(second), x + 4, height - 6);
    }
  }
}

/** Minutes and seconds, with as many digits behind the point. */
export function clock(seconds, digits = 0) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0")}`;
}

/** 256 colours between those given, as pixels. */
function palette(colours) {
  const canvas = new OffscreenCanvas(256, 1);
  const context = canvas.getContext("2d");
  const gradient = context.createLinearGradient(0, 0, 256, 0);
  colours.forEach((colour, i) => gradient.addColorStop(i / (colours.length - 1), colour));
  context.fillStyle = gradient;
  context.fillRect(0, 0, 256, 1);
  return new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer);
}
