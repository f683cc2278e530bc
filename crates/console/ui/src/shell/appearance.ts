// Light, dark, or as the system says.

import { Mode, applyMode } from "@cloudscape-design/global-styles";

export type Appearance = "system" | "light" | "dark";

const KEY = "thingstead-appearance";
const system = window.matchMedia("(prefers-color-scheme: dark)");

export function appearance(): Appearance {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function setAppearance(wanted: Appearance): void {
  window.localStorage.setItem(KEY, wanted);
  applyAppearance();
}

export function isDark(): boolean {
  const wanted = appearance();
  return wanted === "dark" || (wanted === "system" && system.matches);
}

export function applyAppearance(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
}

system.addEventListener("change", applyAppearance);
