// What /metrics says, in Prometheus' text format, and what two looks at it say together.

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\.|[^"\\])*)"/g;

/** All samples: name, labels and value. Comments are passed over. */
export function parseMetrics(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const found = line.startsWith("#") ? null : sample.exec(line);
    if (!found) continue;
    const labels = Object.fromEntries([...(found[2] ?? "").matchAll(label)].map(([, name, value]) => [name, value]));
    samples.push({ name: found[1], labels, value: Number(found[3].replace("Inf", "Infinity")) });
  }
  return samples;
}

/** Requests in all, and how many took at most how long, over all routes. */
export function totals(text) {
  const buckets = new Map();
  let requests = 0;
  for (const { name, labels, value } of parseMetrics(text)) {
    if (name === "memstore_http_requests_total") requests += value;
    if (name !== "memstore_http_request_duration_seconds_bucket") continue;
    const bound = Number(labels.le.replace("Inf", "Infinity"));
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  return { requests, buckets };
}

/** How long that share of the requests between two looks took at most, in seconds; NaN where there were none. */
export function quantile(before, after, share) {
  const bounds = [...after.buckets.keys()].sort((a, b) => a - b);
  const grown = bounds.map((bound) => after.buckets.get(bound) - (before.buckets.get(bound) ?? 0));
  const all = grown.at(-1) ?? 0;
  if (!(all > 0)) return NaN;
  const wanted = all * share;
  const at = grown.findIndex((number) => number >= wanted);
  const lower = at === 0 ? 0 : bounds[at - 1];
  if (bounds[at] === Infinity) return lower;
  const below = at === 0 ? 0 : grown[at - 1];
  return lower + ((bounds[at] - lower) * (wanted - below)) / (grown[at] - below);
}
