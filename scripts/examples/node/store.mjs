// Asks a memstore. MEMSTORE_URL says where it is, MEMSTORE_TOKEN who asks.

const url = process.env.MEMSTORE_URL ?? "http://127.0.0.1:8080";
const token = process.env.MEMSTORE_TOKEN;

/** The answer, whatever its status. */
export function ask(method, path, body, headers = {}) {
  const fields = token ? { ...headers, Authorization: "Bearer " + token } : headers;
  return fetch(url + path, { method, body, headers: fields });
}

/** Status and document of one transaction. */
export async function execute(...commands) {
  const answer = await ask("POST", "/v1/execute", JSON.stringify({ commands }));
  return { status: answer.status, ...(await answer.json()) };
}

/** The results of a transaction that has nothing to fail by. */
export function expect({ status, results, error }) {
  if (status !== 200) throw new Error(`${status}: ${error}`);
  return results;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
