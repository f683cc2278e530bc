// Modules that the build makes up: `dev/licences.ts` says of what.

declare module "virtual:licences" {
  export interface Licensed {
    kind: "crate" | "package";
    name: string;
    version: string;
    licence: string;
    /** Places in `texts`. */
    texts: number[];
  }
  export const texts: string[];
  const licensed: Licensed[];
  export default licensed;
}
