/** The page's inputs, its worker, and what is done with the result. It keeps nothing: a reload forgets all. */
import { ENGINE_ID } from "../../evaluate/host.ts";
import type { Outcome, Refusal, WorkerMessage } from "../report.ts";
import { reportText } from "../report-text.ts";
import { byId, element, foreign } from "./dom.ts";
import { takeHandedOver } from "./handed-over.ts";
import { outcomeView, sizeText } from "./view.ts";
import type { Job } from "./worker.ts";

/** The picked files of one of the page's fields; later picks are added, the same name replaces. */
class Files {
  readonly #list: HTMLElement;
  #files: readonly File[] = [];

  constructor(field: string) {
    const input = byId(field, HTMLInputElement);
    const drop = input.closest("label");
    this.#list = byId(`${field}-files`, HTMLUListElement);
    input.addEventListener("change", () => {
      this.add([...(input.files ?? [])]);
      input.value = "";
    });
    drop?.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop?.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop?.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  get all(): readonly File[] {
    return this.#files;
  }

  add(files: readonly File[]): void {
    const names = new Set(files.map(({ name }) => name));
    this.#show([...this.#files.filter(({ name }) => !names.has(name)), ...files]);
  }

  clear(): void {
    this.#show([]);
  }

  #show(files: readonly File[]): void {
    this.#files = files;
    this.#list.replaceChildren(
      ...files.map((file) => {
        const remove = element("button", { type: "button", class: "plain" }, "Remove");
        remove.setAttribute("aria-label", `Remove ${file.name}`);
        remove.addEventListener("click", () => this.#show(this.#files.filter((one) => one !== file)));
        const size = element("span", { class: "size" }, sizeText(file.size));
        return element("li", {}, foreign(file.name), size, remove);
      }),
    );
  }
}

const FIELDS = ["evidence", "keys", "extras", "browser"] as const;

export function startPage(script: string): void {
  const evidence = new Files("evidence");
  const keyFiles = new Files("keys");
  const extras = new Files("extras");
  const keyText = byId("key-text", HTMLTextAreaElement);
  const quorum = byId("quorum", HTMLInputElement);
  const form = byId("form", HTMLFormElement);
  const go = byId("go", HTMLButtonElement);
  const working = byId("working", HTMLElement);
  const result = byId("result", HTMLElement);
  const builtin = byId("carried", HTMLScriptElement).textContent ?? "";
  let worker: Worker | null = null;
  byId("engine", HTMLElement).textContent = ENGINE_ID;
  // From a disk it is there already.
  byId("save-page", HTMLAnchorElement).hidden = location.protocol === "file:";

  const handedOver = takeHandedOver(location, history);
  if (handedOver !== null) {
    evidence.add([handedOver.file]);
    const note = byId("handed-over", HTMLElement);
    note.replaceChildren(handedOver.note);
    note.hidden = false;
  }
  // A file that misses its field must not replace the page.
  for (const event of ["dragover", "drop"]) addEventListener(event, (missed) => missed.preventDefault());

  const stop = () => {
    worker?.terminate();
    worker = null;
    working.hidden = true;
    go.disabled = false;
  };
  const told = ({ data }: MessageEvent<WorkerMessage>) => {
    if (data.kind === "progress") return showProgress(data.step, data.done, data.total);
    stop();
    if (data.kind === "refused") showFault(data);
    else showOutcome(result, data);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stop();
    clearFaults();
    result.hidden = true;
    go.disabled = true;
    working.hidden = false;
    showProgress("Starting", 0, null);
    const job: Job = {
      evidence: evidence.all,
      keyFiles: keyFiles.all,
      keyText: keyText.value,
      quorumText: quorum.value,
      extras: extras.all,
      builtin,
    };
    worker = new Worker(ownScript(script));
    worker.addEventListener("message", told);
    worker.addEventListener("error", ({ message }) => {
      stop();
      showFault({ kind: "refused", field: "browser", message: `The page failed: ${message}` });
    });
    worker.postMessage(job);
  });
  byId("stop", HTMLButtonElement).addEventListener("click", stop);
  byId("clear", HTMLButtonElement).addEventListener("click", () => {
    stop();
    clearFaults();
    for (const files of [evidence, keyFiles, extras]) files.clear();
    keyText.value = "";
    quorum.value = "";
    result.hidden = true;
    result.replaceChildren();
    byId("handed-over", HTMLElement).hidden = true;
  });
}

/** The types know no Trusted Types yet (w3.org/TR/trusted-types). */
interface ScriptUrlPolicies {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(text: string): string },
    ): { createScriptURL(text: string): URL };
  };
}

let scriptUrl: string | URL | null = null;

/** Made once: the page's policy allows one maker of script addresses, and this is all that it makes. */
function ownScript(script: string): string | URL {
  if (scriptUrl !== null) return scriptUrl;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { trustedTypes } = globalThis as ScriptUrlPolicies;
  const policy = trustedTypes?.createPolicy("countersign-verify", { createScriptURL: () => url });
  scriptUrl = policy?.createScriptURL("") ?? url;
  return scriptUrl;
}

function showProgress(step: string, done: number, total: number | null): void {
  const words = byId("working-step", HTMLElement);
  const text = total === null ? `${step} …` : `${step}: ${Math.floor((100 * done) / Math.max(total, 1))} %`;
  if (words.textContent !== text) words.textContent = text;
  const bar = byId("working-bar", HTMLProgressElement);
  if (total === null) bar.removeAttribute("value");
  else {
    bar.max = Math.max(total, 1);
    bar.value = done;
  }
}

function clearFaults(): void {
  for (const field of FIELDS) byId(`${field}-fault`, HTMLElement).hidden = true;
}

function showFault({ field, message }: Refusal): void {
  const fault = byId(`${field}-fault`, HTMLElement);
  if (field === "extras") byId("extras-step", HTMLDetailsElement).open = true;
  fault.replaceChildren(foreign(message));
  fault.hidden = false;
  if (field !== "browser") byId(field, HTMLInputElement).focus();
}

function showOutcome(result: HTMLElement, outcome: Outcome): void {
  result.replaceChildren(...outcomeView(outcome, saveButtons(outcome, new Date().toISOString())));
  result.hidden = false;
  result.focus();
  result.scrollIntoView();
}

// --- taking the report away ------------------------------------------------------

function saveButtons(outcome: Outcome, time: string): HTMLElement {
  const text = () => reportText(outcome, time);
  const json = () => `${JSON.stringify({ time, ...outcome, kind: undefined }, null, 2)}\n`;
  const said = element("span", { role: "status", class: "quiet" });
  const button = (label: string, act: () => unknown) => {
    const made = element("button", { type: "button", class: "plain" }, label);
    made.addEventListener("click", act);
    return made;
  };
  const copy = async (content: string) => {
    try {
      await navigator.clipboard.writeText(content);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser did not allow copying: save it instead.";
    }
  };
  return element(
    "div",
    { class: "save" },
    button("Copy report as text", () => copy(text())),
    button("Copy as JSON", () => copy(json())),
    button("Save as JSON", () => save("countersign-verification.json", json())),
    said,
  );
}

function save(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  const link = element("a", { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
