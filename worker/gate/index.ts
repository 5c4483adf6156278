/** The gate's entry: the public Worker, and the class of the tenants' objects. */
import { app } from "./app.ts";

export { TenantObject } from "../../durable-objects/tenant.ts";
export { Evaluator } from "./evaluator.ts";
export default app;
