// Modules that `dev/` makes at build time.

declare module "virtual:licences" {
  export interface Licensed {
    name: string;
    version: string;
    licence: string;
    text?: string;
  }
  const packages: Licensed[];
  export default packages;
}
