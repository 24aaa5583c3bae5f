/** The development venue, for tests and for whoever embeds it. */

export { type DrillReport, drillText, runDrill } from "../drill/drill.ts";
export { startAnvil } from "./anvil.ts";
export { HostProcess, type HostReady } from "./host-process.ts";
export { markets, ticksOf } from "./markets.ts";
export { developmentOptions, expiryAfter, smileOf } from "./options.ts";
export { Random } from "./random.ts";
export { type ConnectedTrader, connectTrader, trustOf, untilCredited } from "./trader.ts";
export { ValidityDevnet, type ValidityReady, type ValidityVenueParts } from "./validity-venue.ts";
export { enclaveLibrary, Venue, type VenueOptions } from "./venue.ts";
