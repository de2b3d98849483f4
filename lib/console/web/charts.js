// Lines over time, drawn by Chart.js in the colours of the page.

const shownSeconds = 120;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A chart of some series over the last two minutes. */
export class TimeChart {
  #chart;
  #series;

  /** @param series  names and variables of their colours; @param format  of a value, for people; @param least  how much is shown where there is less */
  constructor(canvas, series, format, least) {
    this.#series = series;
    this.#chart = new Chart(canvas, {
      type: "line",
      data: { datasets: series.map(({ name }) => ({ label: name, data: [], borderWidth: 1.5, pointRadius: ({ dataset }) => (dataset.data.length === 1 ? 2 : 0), pointHitRadius: 8, tension: 0.2 })) },
      options: {
        animation: false,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: { type: "linear", min: -shownSeconds, max: 0, ticks: { stepSize: 30, maxRotation: 0, callback: (value) => (value === 0 ? "now" : value + " s") } },
          y: { beginAtZero: true, suggestedMax: least, ticks: { maxTicksLimit: 5, callback: format } },
        },
        plugins: {
          legend: { display: series.length > 1, align: "end", labels: { boxWidth: 10, boxHeight: 2 } },
          tooltip: { callbacks: { title: ([item]) => Math.round(-item.parsed.x) + " s ago", label: (item) => `${item.dataset.label}: ${format(item.parsed.y)}` } },
        },
      },
    });
    this.paint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  paint() {
    const chart = this.#chart;
    this.#series.forEach(({ colour: name }, at) => {
      chart.data.datasets[at].borderColor = colour(name);
      chart.data.datasets[at].backgroundColor = colour(name);
    });
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = colour("--muted");
      axis.grid = { color: colour("--line"), borderColor: colour("--line") };
    }
    chart.options.plugins.legend.labels.color = colour("--text");
    chart.update();
  }

  /** @param points  each a moment in seconds and one value a series */
  draw(points, now) {
    this.#chart.data.datasets.forEach((dataset, at) => {
      dataset.data = points.map((point) => ({ x: point.at - now, y: point.values[at] })).filter(({ x, y }) => x >= -shownSeconds && Number.isFinite(y));
    });
    this.#chart.update();
  }

  rename(names) {
    names.forEach((name, at) => (this.#chart.data.datasets[at].label = name));
  }
}

/** Drops what is too old to be drawn. */
export const recent = (points, now) => points.filter(({ at }) => now - at <= shownSeconds + 5);
