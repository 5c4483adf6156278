/**
 * A second implementation: Go's own sumdb/note and sumdb/tlog, asked by way of test/go/oracle.go. Both come from Debian
 * (golang-go, golang-golang-x-mod-dev).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ENTRIES, TILE_WIDTH, type Tile, tilePath, tileWidth } from "../../core/ledger/tree/tiles.ts";
import { ROOT } from "../harness/bundle.ts";

const GO = "/usr/bin/go";
const GO_PATH = "/usr/share/gocode";
const MODULE = join(GO_PATH, "src/golang.org/x/mod/sumdb/tlog/tlog.go");

/** Whether Go is there: without it a test is left out loudly, and in CI that is a failure. */
export function hasGo(what: string): boolean {
  if (existsSync(GO) && existsSync(MODULE)) return true;
  const cure = "`apt-get install golang-go golang-golang-x-mod-dev` brings it.";
  if (process.env.CI) throw new Error(`No Go at ${GO}. ${cure} CI may not go without this test.`);
  console.warn(`\n*** NOT TESTED: ${what}, with Go's own packages. ${cure} ***\n`);
  return false;
}

/** Hashes and roots in base64; sizes and indexes as numbers. */
export type GoRequest =
  | { readonly op: "note"; readonly note: string; readonly vkeys: readonly string[] }
  | {
      readonly op: "tlog-proof";
      readonly proof: string;
      readonly entry: string;
      readonly vkeys: readonly string[];
    }
  | {
      readonly op: "inclusion";
      readonly path: readonly string[];
      readonly size: number;
      readonly root: string;
      readonly index: number;
      readonly entry: string;
    }
  | {
      readonly op: "consistency";
      readonly path: readonly string[];
      readonly size: number;
      readonly root: string;
      readonly oldSize: number;
      readonly oldRoot: string;
    }
  /** Proofs that Go makes from the tiles in `dir`, of the entries that stand at `indexes`. */
  | {
      readonly op: "tiles";
      readonly dir: string;
      readonly size: number;
      readonly root: string;
      readonly indexes: readonly number[];
      readonly entries: readonly string[];
      readonly oldSizes: readonly number[];
    };

export interface GoAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly text?: string;
  readonly names?: readonly string[];
  readonly inclusion?: readonly (readonly string[])[];
  readonly consistency?: readonly (readonly string[])[];
  readonly roots?: readonly string[];
}

export interface GoOracle {
  /** One answer for each, in order. */
  ask(requests: readonly GoRequest[]): GoAnswer[];
}

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** Builds the program into `folder`. */
export function buildOracle(folder: string): GoOracle {
  const program = join(folder, "oracle");
  const source = join(import.meta.dirname, "oracle.go");
  const env = {
    ...process.env,
    // No module, hence nothing that it could want to fetch.
    GO111MODULE: "off",
    GOPATH: GO_PATH,
    GOFLAGS: "",
    GOCACHE: join(ROOT, "dist", "go-build"),
  };
  const built = spawnSync(GO, ["build", "-o", program, source], { env, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`The oracle could not be built.\n${built.stderr}`);
  return {
    ask(requests) {
      const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
      const run = spawnSync(program, [], { input, encoding: "utf8", maxBuffer: ANSWER_BYTES_MAX });
      if (run.status !== 0) throw new Error(`The oracle failed.\n${run.stderr}`);
      const answers = run.stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as GoAnswer);
      if (answers.length !== requests.length)
        throw new Error(`${answers.length} answers to ${requests.length} requests`);
      return answers;
    },
  };
}

/** Every tile of hashes that a log of `size` entries has, full ones and those at the right edge. */
export function tilesOf(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; tileWidth(level, 0, size) > 0; level++) {
    for (let index = 0; tileWidth(level, index, size) > 0; index++)
      tiles.push({ level, index, width: tileWidth(level, index, size) });
  }
  return tiles;
}

/** As a file server would have it, https://c2sp.org/tlog-tiles. */
export function writeTile(folder: string, tile: Tile, bytes: Uint8Array): void {
  if (tile.level === ENTRIES || tile.width > TILE_WIDTH) throw new RangeError("no tile of hashes");
  const file = join(folder, tilePath(tile));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
