// Keys and values are bytes: here they become what people can read and type, and come back.

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of UTF-8, or null where the bytes are none. */
export function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

export const bytesOfText = (text) => encoder.encode(text);

export function base64Of(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** @throws Error where it is no base64 */
export function bytesOfBase64(text) {
  const binary = atob(text.trim());
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** What the API writes for bytes: a string, or {base64} where they are no UTF-8. */
export function bytesOfJson(written) {
  return typeof written === "string" ? bytesOfText(written) : bytesOfBase64(written.base64);
}

const escaped = (byte) => "\\x" + byte.toString(16).toUpperCase().padStart(2, "0");

/** Bytes for people: text as it is, but for what cannot be seen, and \xFF for what is no text. */
export function shown(bytes) {
  const text = textOf(bytes);
  if (text === null) {
    return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : byte === 0x5c ? "\\\\" : escaped(byte))).join("");
  }
  return text.replace(/\\/g, "\\\\").replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) =>
    Array.from(bytesOfText(character), escaped).join(""));
}

/** The bytes of what shown() writes. @throws Error for a backslash that means nothing */
export function bytesTyped(text) {
  const bytes = [];
  const parts = text.split(/(\\\\|\\x[0-9a-fA-F]{2})/);
  parts.forEach((part, at) => {
    if (at % 2 === 1) {
      bytes.push(part === "\\\\" ? 0x5c : parseInt(part.slice(2), 16));
      return;
    }
    if (part.includes("\\")) throw new Error("A backslash is written \\\\, and a byte \\xFF.");
    bytes.push(...bytesOfText(part));
  });
  return Uint8Array.from(bytes);
}

/** For a path or a query. */
export const percentEncoded = (bytes) =>
  Array.from(bytes, (byte) => (/[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) && byte < 0x80 ? String.fromCharCode(byte) : "%" + byte.toString(16).toUpperCase().padStart(2, "0"))).join("");

/** Whether a textarea gives back what it is given. */
export function isEditableText(bytes) {
  const text = textOf(bytes);
  return text !== null && !/[\u0000\r]/.test(text);
}
