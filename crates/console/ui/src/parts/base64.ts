// Base64 of texts and bytes, as the services take and give it.

export function base64OfText(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text));
}

export function base64OfBytes(bytes: Uint8Array): string {
  // In pieces: a call takes only so many arguments.
  const PIECE = 0x8000;
  let text = "";
  for (let from = 0; from < bytes.length; from += PIECE) {
    text += String.fromCharCode(...bytes.subarray(from, from + PIECE));
  }
  return btoa(text);
}

export function bytesOfBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** As text, if it is UTF-8. */
export function textOfBase64(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOfBase64(base64));
  } catch {
    return undefined;
  }
}
