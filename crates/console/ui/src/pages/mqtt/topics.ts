// Topic filters, as far as the page itself must know them: for colours, and to refuse early what is none.

/** Whether a filter matches a topic. */
export function matches(filter: string, topic: string): boolean {
  const shared = /^\$share\/[^/]+\/(.*)$/.exec(filter)?.[1];
  const [wanted, levels] = [(shared ?? filter).split("/"), topic.split("/")];
  // What begins with $ is the server's own, and not meant by a wildcard.
  if (topic.startsWith("$") && /^[+#]/.test(wanted[0] ?? "")) return false;
  for (const [place, level] of wanted.entries()) {
    if (level === "#") return true;
    if (place >= levels.length) return false;
    if (level !== "+" && level !== levels[place]) return false;
  }
  return wanted.length === levels.length;
}

/** What is wrong with a filter, if something is. */
export function filterMistake(filter: string): string | undefined {
  if (filter === "") return "Give a filter, such as sensor/#.";
  const levels = filter.split("/");
  if (levels.some((level) => level.length > 1 && /[+#]/.test(level))) return "+ and # stand alone between slashes.";
  return levels.slice(0, -1).includes("#") ? "# is the last level." : undefined;
}

export function topicMistake(topic: string): string | undefined {
  if (topic === "") return "Give a topic.";
  return /[+#]/.test(topic) ? "A message has one topic: + and # are for filters." : undefined;
}
