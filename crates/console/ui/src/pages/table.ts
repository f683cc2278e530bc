// Every page of the console: one row each. The navigation, the routes and the breadcrumbs follow from it.

import { type ComponentType, lazy } from "react";

export interface PageProps {
  /** Of the path: `/things/:name` gives `name`. */
  parameters: Record<string, string>;
}

export interface Page {
  path: string;
  title: string;
  section: (typeof SECTIONS)[number];
  /** The page that this one is below; such a page is not in the navigation. */
  home?: string;
  View: ComponentType<PageProps>;
}

export const SECTIONS = ["", "Devices", "Messages", "Data", "Code", "House"] as const;

export const PAGES: readonly Page[] = [
  {
    path: "/",
    title: "Home",
    section: "",
    View: lazy(() => import("./home/Home")),
  },
  {
    path: "/connect",
    title: "Connect a device",
    section: "Devices",
    View: lazy(() => import("./connect/Connect")),
  },
  {
    path: "/things",
    title: "Things",
    section: "Devices",
    View: lazy(() => import("./things/Things")),
  },
  {
    path: "/things/:name",
    title: "Thing",
    section: "Devices",
    home: "/things",
    View: lazy(() => import("./things/ThingPage")),
  },
  {
    path: "/thing-types",
    title: "Thing types",
    section: "Devices",
    View: lazy(() => import("./types/ThingTypes")),
  },
  {
    path: "/thing-groups",
    title: "Thing groups",
    section: "Devices",
    View: lazy(() => import("./groups/ThingGroups")),
  },
  {
    path: "/thing-groups/:name",
    title: "Thing group",
    section: "Devices",
    home: "/thing-groups",
    View: lazy(() => import("./groups/GroupPage")),
  },
  {
    path: "/policies",
    title: "Policies",
    section: "Devices",
    View: lazy(() => import("./policies/Policies")),
  },
  {
    path: "/policies/:name",
    title: "Policy",
    section: "Devices",
    home: "/policies",
    View: lazy(() => import("./policies/PolicyPage")),
  },
  {
    path: "/denials",
    title: "Denials",
    section: "Devices",
    View: lazy(() => import("./denials/Denials")),
  },
  {
    path: "/denials/:id",
    title: "Denial",
    section: "Devices",
    home: "/denials",
    View: lazy(() => import("./denials/DenialPage")),
  },
  {
    path: "/jobs",
    title: "Jobs",
    section: "Devices",
    View: lazy(() => import("./jobs/Jobs")),
  },
  {
    path: "/jobs/new",
    title: "Create a job",
    section: "Devices",
    home: "/jobs",
    View: lazy(() => import("./jobs/NewJob")),
  },
  {
    path: "/jobs/:id",
    title: "Job",
    section: "Devices",
    home: "/jobs",
    View: lazy(() => import("./jobs/JobPage")),
  },
  {
    path: "/mqtt-client",
    title: "MQTT client",
    section: "Messages",
    View: lazy(() => import("./mqtt/MqttClient")),
  },
  {
    path: "/messages",
    title: "Messages",
    section: "Messages",
    View: lazy(() => import("./messages/Messages")),
  },
  {
    path: "/messages/:id",
    title: "Message",
    section: "Messages",
    home: "/messages",
    View: lazy(() => import("./messages/MessagePage")),
  },
  {
    path: "/rules",
    title: "Rules",
    section: "Messages",
    View: lazy(() => import("./rules/Rules")),
  },
  {
    path: "/rules/new",
    title: "Make a rule",
    section: "Messages",
    home: "/rules",
    View: lazy(() => import("./rules/NewRule")),
  },
  {
    path: "/rules/:name",
    title: "Rule",
    section: "Messages",
    home: "/rules",
    View: lazy(() => import("./rules/RulePage")),
  },
  {
    path: "/dashboards",
    title: "Dashboards",
    section: "Data",
    View: lazy(() => import("./dashboards/Dashboards")),
  },
  {
    path: "/dashboards/:name",
    title: "Dashboard",
    section: "Data",
    home: "/dashboards",
    View: lazy(() => import("./dashboards/DashboardPage")),
  },
  {
    path: "/series",
    title: "Series",
    section: "Data",
    View: lazy(() => import("./series/Series")),
  },
  {
    path: "/tables",
    title: "Tables",
    section: "Data",
    View: lazy(() => import("./tables/Tables")),
  },
  {
    path: "/tables/:name",
    title: "Table",
    section: "Data",
    home: "/tables",
    View: lazy(() => import("./tables/TablePage")),
  },
  {
    path: "/objects",
    title: "Objects",
    section: "Data",
    View: lazy(() => import("./objects/Objects")),
  },
  {
    path: "/objects/:bucket",
    title: "Bucket",
    section: "Data",
    home: "/objects",
    View: lazy(() => import("./objects/BucketPage")),
  },
  {
    path: "/queues",
    title: "Queues",
    section: "Data",
    View: lazy(() => import("./queues/Queues")),
  },
  {
    path: "/queues/:name",
    title: "Queue",
    section: "Data",
    home: "/queues",
    View: lazy(() => import("./queues/QueuePage")),
  },
  {
    path: "/parameters",
    title: "Parameters",
    section: "Data",
    View: lazy(() => import("./parameters/Parameters")),
  },
  {
    path: "/functions",
    title: "Functions",
    section: "Code",
    View: lazy(() => import("./functions/Functions")),
  },
  {
    path: "/functions/:name",
    title: "Function",
    section: "Code",
    home: "/functions",
    View: lazy(() => import("./functions/FunctionPage")),
  },
  {
    path: "/logs",
    title: "Logs",
    section: "Code",
    View: lazy(() => import("./logs/Logs")),
  },
  {
    path: "/logs/*",
    title: "Log",
    section: "Code",
    home: "/logs",
    View: lazy(() => import("./logs/LogGroupPage")),
  },
  {
    path: "/schedules",
    title: "Schedules",
    section: "Code",
    View: lazy(() => import("./schedules/Schedules")),
  },
  {
    path: "/stacks",
    title: "Stacks",
    section: "Code",
    View: lazy(() => import("./stacks/Stacks")),
  },
  {
    path: "/stacks/new",
    title: "Deploy a template",
    section: "Code",
    home: "/stacks",
    View: lazy(() => import("./stacks/Deploy")),
  },
  {
    path: "/stacks/:name",
    title: "Stack",
    section: "Code",
    home: "/stacks",
    View: lazy(() => import("./stacks/StackPage")),
  },
  {
    path: "/settings",
    title: "Settings",
    section: "House",
    View: lazy(() => import("./settings/Settings")),
  },
  {
    path: "/settings/:tab",
    title: "Settings",
    section: "House",
    home: "/settings",
    View: lazy(() => import("./settings/Settings")),
  },
  {
    path: "/applications",
    title: "Applications",
    section: "House",
    View: lazy(() => import("./applications/Applications")),
  },
  {
    path: "/applications/:name",
    title: "Application",
    section: "House",
    home: "/applications",
    View: lazy(() => import("./applications/ApplicationPage")),
  },
];
