// The spectrogram that one scrolls, with a box around every word.

import { clock, draw } from "./spectrogram.js";

const [NARROWEST, WIDEST] = [10, 640]; // pixels a second

export class View {
  // `hear` is called with the segment whose box was chosen.
  constructor({ scroller, track, canvas, boxes, playhead }, hear) {
    Object.assign(this, { scroller, track, canvas, boxes, playhead, hear, scale: 120, columns: null, words: new Map() });
    scroller.addEventListener("scroll", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(scroller);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    boxes.addEventListener("keydown", (event) => this.#walk(event));
    boxes.addEventListener("focusin", ({ target }) => this.#stop(target));
  }

  // Begin anew with these columns; what lasts `duration` seconds should fit, if it can.
  show(columns, duration) {
    this.columns = columns;
    this.words.clear();
    this.boxes.replaceChildren();
    this.move(null);
    if (duration) this.scale = Math.max(80, Math.min(320, this.scroller.clientWidth / duration));
    this.scroller.scrollLeft = 0;
    this.redraw();
  }

  add(segment) {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "word";
    box.tabIndex = this.words.size ? -1 : 0;
    box.setAttribute("aria-label", `${segment.label}, from ${clock(segment.start, 2)} to ${clock(segment.end, 2)}, score ${segment.score.toFixed(2)}: hear it`);
    const tag = document.createElement("span");
    tag.textContent = `${segment.label} ${segment.score.toFixed(2)}`;
    box.append(tag);
    box.addEventListener("click", () => this.hear(segment));
    this.words.set(segment, box);
    this.boxes.append(box);
    this.redraw();
  }

  remove(segment) {
    this.words.get(segment)?.remove();
    this.words.delete(segment);
  }

  // Show where the sound is that is heard; null for nowhere.
  move(time) {
    this.playhead.hidden = time === null;
    if (time !== null) this.playhead.style.transform = `translateX(${(time - this.columns.start) * this.scale}px)`;
  }

  reveal(segment) {
    const middle = ((segment.start + segment.end) / 2 - this.columns.start) * this.scale;
    const { scrollLeft, clientWidth } = this.scroller;
    if (middle < scrollLeft || middle > scrollLeft + clientWidth) this.scroller.scrollLeft = middle - clientWidth / 2;
  }

  zoom(factor) {
    const middle = (this.scroller.scrollLeft + this.scroller.clientWidth / 2) / this.scale;
    this.scale = Math.max(NARROWEST, Math.min(WIDEST, this.scale * factor));
    this.#layOut();
    this.scroller.scrollLeft = middle * this.scale - this.scroller.clientWidth / 2;
    this.redraw();
  }

  // Once a frame, however often it is asked for.
  redraw() {
    if (this.waiting || !this.columns) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.#layOut();
      draw(this.canvas, this.columns, this.columns.start + this.scroller.scrollLeft / this.scale, this.scale);
    });
  }

  #layOut() {
    const { scroller, columns, scale } = this;
    const follows = scroller.scrollLeft + scroller.clientWidth >= scroller.scrollWidth - 8;
    const length = Math.ceil((columns.end - columns.start) * scale);
    this.track.style.width = `${length}px`;
    this.canvas.style.width = `${scroller.clientWidth}px`;
    for (const [segment, box] of this.words) {
      box.style.left = `${(segment.start - columns.start) * scale}px`;
      box.style.width = `${Math.max(6, (segment.end - segment.start) * scale)}px`;
    }
    if (follows && this.live) scroller.scrollLeft = scroller.scrollWidth;
  }

  // One tab stop for all boxes; arrows go from one to the next.
  #walk(event) {
    const boxes = [...this.boxes.children];
    const at = boxes.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    boxes[Math.max(0, Math.min(boxes.length - 1, next))].focus();
  }

  #stop(box) {
    for (const each of this.boxes.children) each.tabIndex = each === box ? 0 : -1;
  }
}
