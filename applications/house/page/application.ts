// What the console shows of the house.

import type { Application } from "console/pages/applications/application";
import { lazy } from "react";

const house: Application = {
  name: "house",
  title: "House",
  about: "Two zones of two rooms; a controller switches an air conditioner on above 35 °C and off below 20 °C.",
  stack: "house",
  start: [
    "thingstead demo house --speed 60",
    "thingstead deploy applications/house/template.yaml --capabilities CAPABILITY_NAMED_IAM --parameters house-keys/parameters.json",
  ],
  View: lazy(() => import("./HousePage")),
};

export default house;
