/** Gives the reader a file that was made in the page. */
export function download(name: string, content: BlobPart, type = "application/octet-stream"): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: some browsers begin to read only after the click is over.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
