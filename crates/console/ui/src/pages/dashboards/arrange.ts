// Changes of a dashboard's panels: each gives new panels and leaves the old ones.

import { HEIGHT_MAX, type Panel, WIDTH_MAX } from "./body";

export type Change = "before" | "after" | "wider" | "narrower" | "taller" | "lower" | "copy" | "remove";

export function changed(panels: Panel[], id: string, change: Change, newId: () => string): Panel[] {
  const at = panels.findIndex((panel) => panel.id === id);
  const panel = panels[at];
  if (!panel) return panels;
  switch (change) {
    case "before":
      return moved(panels, at, at - 1);
    case "after":
      return moved(panels, at, at + 1);
    case "wider":
      return resized(panels, id, { width: Math.min(panel.width + 1, WIDTH_MAX) });
    case "narrower":
      return resized(panels, id, { width: Math.max(panel.width - 1, 1) });
    case "taller":
      return resized(panels, id, { height: Math.min(panel.height + 1, HEIGHT_MAX) });
    case "lower":
      return resized(panels, id, { height: Math.max(panel.height - 1, 1) });
    case "copy":
      return panels.toSpliced(at + 1, 0, { ...panel, id: newId() });
    case "remove":
      return panels.toSpliced(at, 1);
  }
}

/** In its place if it is there, at the end otherwise. */
export function withPanel(panels: Panel[], panel: Panel): Panel[] {
  const isThere = panels.some(({ id }) => id === panel.id);
  return isThere ? panels.map((other) => (other.id === panel.id ? panel : other)) : [...panels, panel];
}

/** An id that no panel has. */
export function freeId(panels: Panel[]): string {
  let number = panels.length + 1;
  while (panels.some(({ id }) => id === `panel-${number}`)) number += 1;
  return `panel-${number}`;
}

function moved(panels: Panel[], from: number, to: number): Panel[] {
  const panel = panels[from];
  if (!panel || to < 0 || to >= panels.length) return panels;
  return panels.toSpliced(from, 1).toSpliced(to, 0, panel);
}

function resized(panels: Panel[], id: string, size: Partial<Panel>): Panel[] {
  return panels.map((panel) => (panel.id === id ? { ...panel, ...size } : panel));
}
