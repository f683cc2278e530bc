// How the house is built: which room is in which zone, and what the template calls their devices.

/** The controller switches an air conditioner on above the one, and off below the other. */
export const ON_ABOVE = 35;
export const OFF_BELOW = 20;
/** From here on a reading is an artefact of its sensor. */
export const ARTEFACT_FROM = 40;

export interface Room {
  sensor: number;
  /** Its sensor in the template. */
  device: string;
}

export interface Zone {
  zone: number;
  rooms: Room[];
  /** Its air conditioner in the template. */
  device: string;
}

export const ZONES: readonly Zone[] = [
  {
    zone: 1,
    rooms: [
      { sensor: 1, device: "Temp1" },
      { sensor: 2, device: "Temp2" },
    ],
    device: "Ac1",
  },
  {
    zone: 2,
    rooms: [
      { sensor: 3, device: "Temp3" },
      { sensor: 4, device: "Temp4" },
    ],
    device: "Ac2",
  },
];

export type Warmth = "cool" | "calm" | "hot";

export function warmthOf(degrees: number): Warmth {
  if (degrees > ON_ABOVE) return "hot";
  return degrees < OFF_BELOW ? "cool" : "calm";
}

const DEGREES = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function degreesText(degrees: number | undefined): string {
  return degrees === undefined ? "–" : `${DEGREES.format(degrees)} °C`;
}
