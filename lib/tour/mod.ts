/**
 * `toucan tour`: both ends of every tool on loopback, one leg each. Not part of the library.
 * @module
 */
export type { StageEvent } from "./stage.ts";
export { tourPage } from "./tour_page.ts";
export {
  exitCodeOfTour,
  HAND,
  type Leg,
  TOUR_RECORDS,
  TOUR_TOOLS,
  type TourOptions,
  type TourOutput,
  walkTour,
} from "./walk.ts";
