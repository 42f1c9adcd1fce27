// Which model, and what it reports.

const OWN = "own";

export class Settings {
  // `changed` is called when something else is chosen.
  constructor({ model, point, own, threshold, meaning }, changed) {
    Object.assign(this, { model, point, own, threshold, meaning, changed, models: [] });
    model.addEventListener("change", () => { this.#offer(); changed(); });
    point.addEventListener("change", () => { this.#explain(); changed(); });
    threshold.addEventListener("change", () => { if (threshold.checkValidity()) changed(); else threshold.reportValidity(); });
  }

  fill(models) {
    this.models = models;
    this.model.replaceChildren(...models.map(({ name, labels }) => {
      const words = labels.slice(0, 3).join(", ") + (labels.length > 3 ? ", …" : "");
      return new Option(words === name ? name : `${name} (${words})`, name);
    }));
    this.#offer();
  }

  get chosen() { return this.models.find(({ name }) => name === this.model.value); }

  // What the service is to be asked for.
  get wishes() {
    const { value } = this.point;
    const rate = value === OWN || value === "" ? {} : { false_alarms_per_hour: Number(value) };
    return { model: this.model.value, ...(value === OWN ? { threshold: Number(this.threshold.value) } : rate) };
  }

  #offer() {
    const { threshold, operating_points: points } = this.chosen;
    const near = points.find((point) => Math.abs(point.threshold - threshold) < 1e-9);
    this.point.replaceChildren(
      ...(near ? [] : [new Option(`what scores at least ${threshold.toFixed(2)}`, "")]),
      ...points.map(({ false_alarms_per_hour: rate }) => new Option(often(rate), String(rate))),
      new Option("what scores at least …", OWN),
    );
    this.point.value = near ? String(near.false_alarms_per_hour) : "";
    this.threshold.value = threshold.toFixed(2);
    this.#explain();
  }

  #explain() {
    const point = this.chosen.operating_points.find(({ false_alarms_per_hour: rate }) => String(rate) === this.point.value);
    this.own.hidden = this.point.value !== OWN;
    const missed = point?.false_reject_rate;
    this.meaning.textContent = point
      ? `Words count from a score of ${point.threshold.toFixed(3)}.` +
        (missed == null ? "" : ` In the scenes that the model was measured on, ${Math.round(100 * missed)} % were missed.`)
      : "";
  }
}

function often(rate) {
  if (rate >= 1) return `up to ${rate} false ${rate === 1 ? "alarm" : "alarms"} an hour`;
  return `one false alarm in ${Number((1 / rate).toPrecision(2))} hours`;
}
