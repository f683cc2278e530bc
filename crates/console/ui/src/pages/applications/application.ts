// What an application says of itself, in `applications/*/page/application.ts`.

import type { ComponentType } from "react";
import type { Stack } from "../stacks/calls";

export interface ApplicationProps {
  stack: Stack;
  /** What the resources of the stack are called, by their names in the template. */
  names: Record<string, string>;
}

export interface Application {
  /** As in the path of its page. */
  name: string;
  title: string;
  about: string;
  /** The application is there if this stack is. */
  stack: string;
  /** Lines that bring it. */
  start: string[];
  /** Loaded when it is looked at. */
  View: ComponentType<ApplicationProps>;
}

/** Whether what the template names can be used. */
export function isStanding(status: string): boolean {
  return status === "CREATE_COMPLETE" || status.startsWith("UPDATE_") || status.startsWith("IMPORT_");
}
