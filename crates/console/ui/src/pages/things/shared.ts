import type { DescribedThing } from "../../aws/iot/things";
import type { Device } from "../../aws/own";

/** What the tabs of a thing's page are given. */
export interface OfThing {
  thing: DescribedThing;
  /** Nothing until it has been asked. */
  device: Device | undefined;
}
