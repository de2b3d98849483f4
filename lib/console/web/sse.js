// Server-sent events over fetch: an EventSource can send no token.

/** Takes text as it comes, and tells of whole events. */
export class EventParser {
  #rest = "";
  #fields = {};
  #tell;
  lastId = null;
  retry = 1000;

  constructor(tell) {
    this.#tell = tell;
  }

  feed(text) {
    this.#rest += text;
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) this.#take(line);
  }

  #take(line) {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data" && this.#fields.data !== undefined) this.#fields.data += "\n" + value;
    else this.#fields[name] = value;
  }

  #dispatch() {
    const fields = this.#fields;
    this.#fields = {};
    if (fields.id !== undefined) this.lastId = fields.id;
    if (/^\d+$/.test(fields.retry ?? "")) this.retry = Number(fields.retry);
    if (fields.data !== undefined) this.#tell({ kind: fields.event ?? "message", data: fields.data });
  }
}
