/** Ordinary tool calls: full of ids, hashes, numbers and code, and nothing to be found in them. */
import type { Benign, Json } from "../model.ts";
import { CITIES, COMPANIES, FIRST_NAMES, PRODUCTS } from "../people.ts";
import type { Random } from "../random.ts";
import { fill } from "./slots.ts";

type Make = (random: Random) => Json;

const uuid = (random: Random): string => fill(random, "{uuid}");
const now = (random: Random): number => 1_700_000_000 + random.int(0, 90_000_000);
const stamp = (random: Random): string => new Date(now(random) * 1000).toISOString();

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** Bytes as an image has them: after PNG's head nothing is text. */
function image(random: Random): string {
  const body = Uint8Array.from({ length: random.int(60, 400) }, () => random.int(0, 255));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), body]).toString("base64");
}

const STACKS = [
  "Error: connect ECONNREFUSED 127.0.0.1:{id}\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16)\n    at run (/app/src/server.ts:{id}:17)",
  "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line {quantity}, in <module>\n    total = parse(row[{quantity}])\nValueError: invalid literal for int() with base 10: 'n/a'",
  'java.lang.NullPointerException: Cannot invoke "String.length()" because "name" is null\n\tat com.acme.orders.Parser.read(Parser.java:{quantity})\n\tat com.acme.orders.Main.main(Main.java:{quantity})',
  "panic: runtime error: index out of range [{quantity}] with length {quantity}\n\ngoroutine {quantity} [running]:\nmain.load(0xc000{sha})\n\t/src/main.go:{quantity} +0x1d",
];

const LOGS = [
  "[{time}:{quantity}] INFO  request_id={uuid} method=GET path=/v1/orders/{id} status=200 duration_ms={ms}",
  "#12 [build 4/9] RUN npm ci --ignore-scripts\n#12 {ms}ms DONE\n#13 exporting layers sha256:{sha}",
  "PASS test/orders.test.ts ({quantity} tests) {ms} ms\nTests: {quantity} passed, {quantity} total\nSnapshots: 0 total",
  '{date}T00:00:00Z level=warn msg="slow query" table=orders rows={id} took={ms}ms',
  "remote: Enumerating objects: {id}, done.\nReceiving objects: 100% ({id}/{id}), {ms} KiB | 4.00 MiB/s, done.",
  "npm warn deprecated glob@{version}: Glob versions prior to v9 are no longer supported",
  "kube-system   coredns-{sha}-x2x5q   1/1   Running   0   {quantity}d",
];

const CODE = [
  "SELECT o.id, o.total FROM orders o WHERE o.customer_id = {id} AND o.created_at >= '{date}' ORDER BY o.id LIMIT {quantity}",
  "UPDATE items SET stock = stock - {quantity} WHERE sku = '{sku}' AND warehouse_id = {id};",
  "export const COLORS = { primary: '#0a66c2', muted: '#6b7280', danger: '#dc2626' };\nexport const LIMIT = {id};",
  'def total(items):\n    """Sum of prices."""\n    return sum(item.price * item.count for item in items)\n',
  "const response = await fetch(`/api/orders/{variable}`, { headers: { authorization: `Bearer {variable}` } });\nif (!response.ok) throw new Error(response.statusText);",
  "password = getpass.getpass('Password: ')\nclient = Client(user, password)",
  'FROM node:{version}-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nEXPOSE 8080\nCMD ["node", "server.js"]',
  'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs-{id}"\n  tags = { env = "prod" }\n}',
  "DATABASE_URL={variable}\nAPI_KEY={variable}\nLOG_LEVEL=info",
  "git checkout {sha} && npm run build -- --mode production",
  "if (x > 0.5 && y < 1e-9) { z = 3.14159265358979; }",
];

const MAKERS: readonly (readonly [string, Make])[] = [
  [
    "database",
    (random) => ({
      query: fill(random, random.pick(CODE)),
      params: [random.int(1, 99_999), uuid(random)],
      timeout_ms: 5000,
    }),
  ],
  [
    "order",
    (random) => ({
      order_id: random.int(10_000, 99_999_999),
      customer_id: `cus_${random.shape("[A-Za-z0-9]{14}")}`,
      currency: random.pick(["usd", "eur", "gbp"]),
      amount: random.int(100, 99_999),
      items: Array.from({ length: random.int(1, 4) }, () => ({
        sku: fill(random, "{sku}"),
        name: random.pick(PRODUCTS),
        quantity: random.int(1, 40),
        unit_price: random.int(100, 9999) / 100,
      })),
      created: now(random),
    }),
  ],
  [
    "event",
    (random) => ({
      id: uuid(random),
      type: "invoice.paid",
      created_at: stamp(random),
      trace_id: random.hex(32),
      span_id: random.hex(16),
      version: fill(random, "{version}"),
      sequence: random.int(1, 2 ** 40),
    }),
  ],
  [
    "commit",
    (random) => ({
      repo: "acme/app",
      sha: random.hex(40),
      parents: [random.hex(40)],
      message: fill(
        random,
        random.pick(["fix: handle empty rows ({ticket})", "bump to {version}", "docs: typo in README"]),
      ),
      files: [
        {
          path: "src/index.ts",
          additions: random.int(1, 90),
          deletions: random.int(0, 30),
          blob: random.hex(40),
        },
      ],
    }),
  ],
  [
    "log",
    (random) => ({
      job: random.int(1, 99_999),
      log: Array.from({ length: random.int(2, 8) }, () => fill(random, random.pick(LOGS))).join("\n"),
    }),
  ],
  [
    "trace",
    (random) => ({
      title: "Unhandled error",
      stack: fill(random, random.pick(STACKS)),
      release: fill(random, "{version}"),
      fingerprint: [random.hex(32)],
    }),
  ],
  [
    "code",
    (random) => ({
      path: "src/main.ts",
      content: Array.from({ length: random.int(1, 3) }, () => fill(random, random.pick(CODE))).join("\n\n"),
    }),
  ],
  [
    "geo",
    (random) => ({
      place: random.pick(CITIES),
      lat: random.int(-90_000_000, 90_000_000) / 1e6,
      lng: random.int(-180_000_000, 180_000_000) / 1e6,
      zoom: 12,
      bbox: [random.int(-180, 180), 40.123456, 13.5, 52.0001],
    }),
  ],
  [
    "book",
    (random) => ({
      isbn: fill(random, "{isbn}"),
      title: "The Old Harbour",
      pages: random.int(90, 900),
      published: random.int(1950, 2025),
    }),
  ],
  [
    "image",
    (random) => ({
      name: "logo.png",
      content_type: "image/png",
      size: random.int(100, 99_999),
      data: random.chance(0.3) ? PIXEL : image(random),
    }),
  ],
  [
    "parcel",
    (random) => ({
      carrier: random.pick(["ups", "dhl", "usps"]),
      tracking_number: fill(random, "{tracking}"),
      weight_g: random.int(100, 30_000),
      parcels: random.int(1, 9),
    }),
  ],
  [
    "calendar",
    (random) => ({
      title: fill(random, "Call with {company}"),
      start: stamp(random),
      end: stamp(random),
      attendees: random.int(2, 9),
      room: fill(random, "{room}"),
      recurrence: "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10",
    }),
  ],
  [
    "search",
    (random) => ({
      q: fill(
        random,
        random.pick([
          "{product} {city}",
          "how to return {order}",
          "opening hours {company}",
          "error E{id} printer",
        ]),
      ),
      page: random.int(1, 20),
      filters: { price_min: 10, price_max: random.int(20, 900) },
    }),
  ],
  [
    "metrics",
    (random) => ({
      host: `web-${random.int(1, 40)}`,
      cpu: random.int(0, 1000) / 10,
      samples: Array.from({ length: random.int(4, 40) }, () => random.int(0, 100_000) / 1000),
      ts: now(random) * 1000,
    }),
  ],
  [
    "config",
    (random) => ({
      name: "theme",
      value: {
        background: `#${random.hex(6)}`,
        accent: `#${random.hex(3)}`,
        radius: "4px",
        font: "Inter, sans-serif",
      },
      etag: `W/"${random.hex(20)}"`,
    }),
  ],
  [
    "minified",
    (random) => ({
      body: JSON.stringify({
        a: random.int(1, 9),
        b: [random.hex(8), random.int(1, 1e9)],
        c: { d: random.chance(0.5), e: null, f: fill(random, "{date}") },
      }),
    }),
  ],
  [
    "csv",
    (random) => ({
      file: "stock.csv",
      content: `sku,name,stock,price\n${Array.from({ length: random.int(3, 12) }, () => fill(random, "{sku},{product},{quantity},{id}")).join("\n")}`,
    }),
  ],
  [
    "package",
    (random) => ({
      name: "left-pad",
      version: fill(random, "{version}"),
      integrity: `sha512-${Buffer.from(random.hex(128), "hex").toString("base64")}`,
      dependencies: { "is-odd": `^${fill(random, "{version}")}` },
    }),
  ],
  [
    "account",
    (random) => ({
      id: `acct_${random.shape("[A-Za-z0-9]{16}")}`,
      company: random.pick(COMPANIES),
      plan: "team",
      seats: random.int(2, 400),
      owner: random.pick(FIRST_NAMES),
      renews: fill(random, "{date}"),
    }),
  ],
  [
    "documentation",
    (random) => ({
      page: "Networking",
      text: `Bind the server to 127.0.0.1 or 0.0.0.0 on port ${random.int(1024, 65_000)}. The default gateway is 192.168.0.1 and the mask 255.255.255.0. Use version ${fill(random, "{version}")}.`,
    }),
  ],
  [
    "survey",
    (random) => ({
      question: "How satisfied are you?",
      answers: Array.from({ length: 5 }, () => random.int(0, 999)),
      share: `${random.int(40, 99)}% said yes`,
      sample: random.int(100, 5000),
    }),
  ],
  [
    "spreadsheet",
    (random) => ({
      range: "A1:D9",
      values: Array.from({ length: random.int(2, 9) }, () => [
        fill(random, "{date}"),
        random.int(1, 99_999),
        fill(random, "{money}"),
        fill(random, "{percent}"),
      ]),
    }),
  ],
];

export function toolCall(random: Random, index: number): Benign {
  const [name, make] = random.pick(MAKERS);
  return { id: `tool/${name}/${index}`, group: `tool: ${name}`, surface: "tool.call", payload: make(random) };
}
