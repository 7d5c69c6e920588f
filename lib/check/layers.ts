/** The layers of the course, from the bottom: link and address, name, reach (IP and TCP or UDP), TLS, application. */
export const LAYERS = ["link", "name", "reach", "tls", "application"] as const;

/** A layer. */
export type Layer = (typeof LAYERS)[number];

/** Title of each layer, as tables and reports show it. */
export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  link: "link",
  name: "name",
  reach: "reach",
  tls: "TLS",
  application: "application",
};
