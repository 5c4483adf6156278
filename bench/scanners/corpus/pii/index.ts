import { DOCUMENTS } from "./documents.ts";
import { EUROPE } from "./europe.ts";
import { FINANCE } from "./finance.ts";
import { NETWORK } from "./network.ts";
import { PERSONS } from "./persons.ts";
import { US } from "./us.ts";
import { WORLD } from "./world.ts";

export const PII = [...US, ...FINANCE, ...PERSONS, ...NETWORK, ...EUROPE, ...WORLD, ...DOCUMENTS];
