/** Fills `{slots}` of a template with ordinary things of business: none of them is personal or secret. */
import { CITIES, COMPANIES, FIRST_NAMES, LAST_NAMES, MONTHS, PRODUCTS, WEEKDAYS } from "../people.ts";
import type { Random } from "../random.ts";

type Slot = (random: Random) => string;

const pad = (value: number): string => String(value).padStart(2, "0");
const money = (random: Random): string => {
  const whole =
    random.int(1, 1) * random.pick([random.int(5, 99), random.int(100, 999), random.int(1000, 9999)]);
  const cents = pad(random.int(0, 99));
  return random.pick([
    `$${whole}.${cents}`,
    `€${whole},${cents}`,
    `£${whole.toLocaleString("en-GB")}.${cents}`,
    `${whole.toLocaleString("de-DE")},${cents} EUR`,
    `USD ${whole.toLocaleString("en-US")}.${cents}`,
    `₹${whole}`,
  ]);
};

const date = (random: Random): string => {
  const [year, month, day] = [random.int(2023, 2027), random.int(1, 12), random.int(1, 28)];
  return random.pick([
    `${day} ${MONTHS[month - 1]} ${year}`,
    `${MONTHS[month - 1]} ${day}`,
    `${year}-${pad(month)}-${pad(day)}`,
    `${pad(day)}.${pad(month)}.${year}`,
    `${pad(month)}/${pad(day)}/${year}`,
    `${day}. ${MONTHS[month - 1]}`,
  ]);
};

const SLOTS: Readonly<Record<string, Slot>> = {
  first: (random) => random.pick(FIRST_NAMES),
  last: (random) => random.pick(LAST_NAMES),
  company: (random) => random.pick(COMPANIES),
  city: (random) => random.pick(CITIES),
  product: (random) => random.pick(PRODUCTS),
  weekday: (random) => random.pick(WEEKDAYS),
  month: (random) => random.pick(MONTHS),
  date,
  money,
  time: (random) => `${random.int(8, 18)}:${random.pick(["00", "15", "30", "45"])}`,
  quantity: (random) => String(random.int(2, 400)),
  percent: (random) => `${random.int(1, 19)}%`,
  order: (random) =>
    random.shape(
      random.pick([
        "#[1-9][0-9]{4}",
        "ORD-[0-9]{6}",
        "SO[0-9]{8}",
        "[0-9]{3}-[0-9]{7}-[0-9]{7}",
        "#[0-9]{10}",
        "A[0-9]{9}",
      ]),
    ),
  invoice: (random) =>
    random.shape(random.pick(["INV-20[12][0-9]-[0-9]{4}", "[0-9]{7}", "RE-[0-9]{5}", "INV[0-9]{6}"])),
  tracking: (random) =>
    random.shape(
      random.pick([
        "1Z[0-9A-Z]{6}0[1-3][0-9]{8}",
        "[1-9][0-9]{11}",
        "9400[0-9]{18}",
        "JD01[0-9]{14}",
        "RR[0-9]{9}DE",
        "00340[0-9]{15}",
      ]),
    ),
  ticket: (random) => random.shape(random.pick(["[A-Z]{2,4}-[1-9][0-9]{2,4}", "#[0-9]{6}", "CASE[0-9]{8}"])),
  sku: (random) =>
    random.shape(random.pick(["[A-Z]{3}-[0-9]{4}-[A-Z]{2}", "[0-9]{6}-[0-9]{2}", "SKU[0-9]{7}"])),
  version: (random) => `${random.int(0, 12)}.${random.int(0, 40)}.${random.int(0, 20)}`,
  room: (random) => `${random.int(1, 9)}.${random.padded(1, 30)}`,
  phone: (random) =>
    random.shape(
      random.pick(["\\+44 20 7946 0[0-9]{3}", "\\+1 (212|415) 555-01[0-9]{2}", "\\+49 30 [0-9]{7}"]),
    ),
  site: (random) =>
    random.pick([
      "www.northwind.example",
      "https://acme-robotics.com/orders",
      "globex.io/status",
      "https://example.com/terms",
    ]),
  uuid: (random) => random.shape("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
  sha: (random) => random.hex(random.pick([7, 8, 40])),
  id: (random) => String(random.int(1, 9_999_999)),
  ms: (random) => String(random.int(1, 4000)),
  isbn: (random) => random.shape("978-[0-9]-[0-9]{2}-[0-9]{6}-[0-9]"),
  /** A variable of a shell or template, not its value. */
  variable: (random) => `\${${random.pick(["id", "token", "API_KEY", "DATABASE_URL", "env.HOME"])}}`,
  street: (random) =>
    `${random.int(1, 240)} ${random.pick(["Main Street", "Harbour Road", "Station Lane", "Oak Avenue"])}`,
  zip: (random) =>
    random.shape(random.pick(["[1-9][0-9]{4}", "[A-Z]{2}[0-9] [0-9][A-Z]{2}", "[1-9][0-9]{4}-[0-9]{4}"])),
};

export function fill(random: Random, template: string): string {
  return template.replace(/(?<!\$)\{([a-z]+)\}/g, (whole, name: string) => SLOTS[name]?.(random) ?? whole);
}
