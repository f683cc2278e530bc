/** What a server says in lower case, as a sentence. */
export function sentence(text: string): string {
  const whole = text.trim();
  if (whole === "") return "";
  const end = /[.!?:]$/.test(whole) ? "" : ".";
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${end}`;
}
