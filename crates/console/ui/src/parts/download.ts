/** Gives the reader a file that was made in the page. */
export function download(name: string, content: BlobPart, type = "text/plain"): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address when the click returns; the content is kept until it has read it.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
