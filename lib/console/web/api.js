// Requests to the store that this page came from, with the token of this tab.

const tokenKey = "memstore.token";

export const token = {
  get: () => sessionStorage.getItem(tokenKey) ?? "",
  set(secret) {
    if (secret) sessionStorage.setItem(tokenKey, secret);
    else sessionStorage.removeItem(tokenKey);
    dispatchEvent(new Event("memstore-token"));
  },
};

/** An answer that is no success: what it says, its status and its code. */
export class Refusal extends Error {
  constructor(status, body, headers) {
    super(body?.error ?? `The server answered with status ${status}.`);
    this.status = status;
    this.code = body?.code ?? "";
    this.body = body;
    this.headers = headers;
  }

  /** For people, with what they can do about it. */
  get advice() {
    const more = {
      401: "Enter a token above.",
      403: "The token in use may not do this.",
      409: this.code === "layout_changing" ? "Try again when it is done." : "",
      503: "Try again in a moment.",
      507: "Free some memory, or raise memory.limit.",
    }[this.status];
    return more ? `${capitalised(this.message)}. ${more}` : capitalised(this.message);
  }
}

const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Nobody answered at all. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached.");
    this.status = 0;
  }
  get advice() {
    return this.message;
  }
}

/** What to tell people of any error. */
export const adviceOf = (error) => error.advice ?? error.message;

async function bodyOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** The response of a success. @throws Refusal, Unreachable, and AbortError where `signal` says so */
export async function ask(method, path, { body, headers = {}, signal } = {}) {
  const secret = token.get();
  const fields = secret ? { ...headers, Authorization: "Bearer " + secret } : headers;
  let response;
  try {
    response = await fetch(path, { method, body, headers: fields, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Unreachable();
  }
  if (response.ok) return response;
  const refusal = new Refusal(response.status, await bodyOf(response), response.headers);
  if (refusal.status === 401) dispatchEvent(new CustomEvent("memstore-unauthorized", { detail: refusal }));
  throw refusal;
}

/** The document in the answer. */
export async function askJson(method, path, options) {
  const response = await ask(method, path, options);
  return await response.json();
}
