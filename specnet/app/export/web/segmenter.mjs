// Scores become segments, by the rules of specnet/detect/segmenter.py and gate.py: see there for why. Times are seconds.

const LEAST_SCORE = 0.01;
const SCORE_STEP = 2 ** -10;
const BOUNDS_REACH = 0.1;
const SUPPRESSION = 0.4;

/** The segments of `wanted` labels with a score of at least `threshold`, from frames that come bit by bit. */
export class Segmenter {
  #card;
  #gate;
  #reach;
  #near;
  #frames;
  #next = 0;

  constructor(card, threshold, wanted = card.reported) {
    const perSecond = card.sampleRate / card.stride;
    this.#card = card;
    this.#gate = new Gate(threshold, wanted);
    this.#reach = Math.max(1, roundEven(SUPPRESSION * perSecond));
    this.#near = Math.min(this.#reach, roundEven(BOUNDS_REACH * perSecond));
    this.#frames = this.#silence(2 * this.#reach);
  }

  /** What `frames`, [{scores, bounds}] that follow the last ones, make certain; cut to [0, duration]. */
  push(frames, duration = Infinity) {
    const known = [...this.#frames, ...frames];
    const first = this.#next - 2 * this.#reach;
    const found = [];
    for (let at = this.#reach; at < known.length - this.#reach; at++) {
      for (let label = 0; label < this.#card.labels.length; label++) {
        if (this.#isPeak(known, at, label)) found.push(this.#segment(known, at, label, first + at, duration));
      }
    }
    this.#frames = known.slice(frames.length);
    this.#next += frames.length;
    return found.filter((segment) => segment.start < segment.end && this.#gate.passes(segment));
  }

  /** The rest, as if the scores were 0 from here on. */
  finish(duration) {
    return this.push(this.#silence(this.#reach), duration);
  }

  #silence(count) {
    return Array(count).fill({ scores: this.#card.labels.map(() => 0), bounds: [0, 0] });
  }

  #isPeak(frames, at, label) {
    const steps = (frame) => roundEven(frame.scores[label] / SCORE_STEP);
    const value = steps(frames[at]);
    return (
      value >= LEAST_SCORE / SCORE_STEP &&
      frames.slice(at - this.#reach, at).every((frame) => value > steps(frame)) &&
      frames.slice(at + 1, at + this.#reach + 1).every((frame) => value >= steps(frame))
    );
  }

  #segment(frames, at, label, number, duration) {
    const around = frames.slice(at - this.#reach, at + this.#reach + 1);
    const score = Math.max(...around.map((frame) => frame.scores[label]));
    const place = this.#card.hasBounds ? this.#predicted : this.#run;
    const [start, end] = place.call(this, frames, at, label, number, score / 2);
    const shortest = this.#card.stride / this.#card.sampleRate;
    return {
      label: this.#card.labels[label],
      start: Math.max(0, Math.min(start, end - shortest)),
      end: Math.min(end, duration),
      peak: Math.min(Math.max(0, this.#end(number)), duration),
      score,
    };
  }

  /** Where the score stays at `least` or above around the peak, in the time of the windows' centres. */
  #run(frames, at, label, number, least) {
    const below = (by) => {
      let steps = 1;
      while (steps <= this.#reach && frames[at + by * steps].scores[label] >= least) steps++;
      return number + by * (steps - 1);
    };
    const { stride, receptiveField, sampleRate } = this.#card;
    const middle = (frame) => this.#end(frame) - receptiveField / sampleRate / 2;
    const half = stride / sampleRate / 2;
    return [middle(below(-1)) - half, middle(below(1)) + half];
  }

  /** The mean of what the frames near the peak say, each weighted by its score's excess over `least`. */
  #predicted(frames, at, label, number, least) {
    let [start, end, sum] = [0, 0, 0];
    for (let by = -this.#near; by <= this.#near; by++) {
      const { scores, bounds } = frames[at + by];
      const weight = Math.max(0, scores[label] - least);
      start += weight * (this.#end(number + by) - bounds[0]);
      end += weight * (this.#end(number + by) - bounds[1]);
      sum += weight;
    }
    return [start / sum, end / sum];
  }

  /** Where the window of a frame ends. */
  #end(number) {
    const { stride, offset, receptiveField, sampleRate } = this.#card;
    return (number * stride + offset + receptiveField) / sampleRate;
  }
}

/** Lets segments through so that those of one label never overlap, and cuts them where they would. */
class Gate {
  #threshold;
  #wanted;
  #ends = new Map();

  constructor(threshold, wanted) {
    this.#threshold = threshold;
    this.#wanted = new Set(wanted);
  }

  passes(segment) {
    if (!this.#wanted.has(segment.label) || segment.score < this.#threshold) return false;
    const free = Math.max(segment.start, this.#ends.get(segment.label) ?? 0);
    if (segment.end - free <= (segment.end - segment.start) / 2) return false;
    segment.start = free;
    this.#ends.set(segment.label, segment.end);
    return true;
  }
}

/** As Python and numpy round: a half goes to the even neighbour. */
function roundEven(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
