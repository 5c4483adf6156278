/** The script of the page, and of its worker: one text, so that the worker runs nothing but what the page's policy names. */
import { startPage } from "./page.ts";
import { startWorker } from "./worker.ts";

if (typeof document === "undefined") startWorker();
else startPage(document.currentScript?.textContent ?? "");
