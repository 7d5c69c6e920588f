/** The layers of the course, from the bottom: link and address, name, reach (IP and TCP or UDP), TLS, application. */
export const LAYERS: readonly Layer[] = ["link", "name", "reach", "tls", "application"];

/** A layer. */
export type Layer = "link" | "name" | "reach" | "tls" | "application";

/** Title of each layer, as tables and reports show it. */
export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  link: "link",
  name: "name",
  reach: "reach",
  tls: "TLS",
  application: "application",
};
