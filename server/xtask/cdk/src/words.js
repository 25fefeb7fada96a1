/** Samples of texts, numbers and durations, the most plausible first, chosen by the name of the prop. */

/** @type {[RegExp, string[]][]} */
const TEXTS = [
  [
    /arn/,
    [
      "arn:aws:iam::123456789012:role/probea",
      "arn:aws:iam::123456789012:role/probeb",
      "arn:aws:acm:us-east-1:123456789012:certificate/probea",
      "arn:aws:s3:::probea",
      "arn:aws:lambda:us-east-1:123456789012:function:probea",
    ],
  ],
  [/cidr/, ["10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32"]],
  [/domain|host|dns/, ["probea.example.com", "probeb.example.com"]],
  [/ur[il]/, ["https://probea.example.com", "https://probeb.example.com"]],
  [/email/, ["probea@example.com", "probeb@example.com"]],
  [/mountpath/, ["/mnt/probea", "/mnt/probeb"]],
  [/^path$/, ["/probea/", "/probeb/"]],
  [/^(not)?actions?$/, ["s3:ProbeA", "s3:ProbeB"]],
  [/resourcetype/, ["Custom::ProbeA", "Custom::ProbeB"]],
  [/^ip$/, ["192.0.2.1", "192.0.2.2"]],
  [/^(http)?method$/, ["PUT", "DELETE"]],
  [/^location/, ["US", "DE"]],
  [/signatureversion/, ["1", "2"]],
  [/logsexport/, ["postgresql", "upgrade", "error"]],
  [/^service$/, ["probea.amazonaws.com", "probeb.amazonaws.com"]],
  [/mfamessage|smsmessage/, ["probea {####}", "probeb {####}"]],
  [/instancetypeid/, ["t3.medium", "m5.large"]],
  [/handler/, ["probea.handler", "probeb.handler"]],
  [/accountid|^account/, ["210987654321", "345678901234"]],
  [/maintenance/, ["Sun:23:45-Mon:00:15", "Sat:23:45-Sun:00:15"]],
  [/window/, ["00:15-01:15", "02:15-03:15"]],
  [/schedule|expression|cron/, ["rate(5 minutes)", "rate(7 minutes)"]],
  [/avail.*zone/, ["dummy1a", "dummy1b"]],
  [/hostedzoneid/, ["Z0PROBEA", "Z0PROBEB"]],
  [/timezone/, ["Europe/Paris", "Asia/Tokyo"]],
  [/region/, ["us-west-2", "eu-west-1"]],
  [/(topic|queue)name/, ["probe-alpha", "probe-beta", "probea.fifo", "probeb.fifo"]],
  [/username/, ["probeadmin", "probeadmtwo"]],
  [/vpcid/, ["vpc-0aaaaaaa", "vpc-0bbbbbbb"]],
  [/path|prefix|pattern|mount/, ["/probea", "/probeb", "probea/", "/probea/*"]],
];

const ANY = ["probe-alpha", "probe-beta", "probealpha", "probebeta", "Probe1", "/probe/alpha", "/probe/beta"];

/** @param {string} name */
export function texts(name) {
  const word = name.toLowerCase();
  return [...TEXTS.filter(([pattern]) => pattern.test(word)).flatMap(([, samples]) => samples), ...ANY];
}

/** Texts that end so are tried too where an ending may matter. */
export const ENDINGS = [".fifo"];

/** @type {[RegExp, number[]][]} */
const NUMBERS = [
  [/port/, [8081, 8082, 443, 8080, 8443]],
  [/mask/, [26, 25]],
  [/priority/, [11, 12]],
  [/azs/, [1, 3]],
  [/cpu/, [512, 1024, 2048]],
  [/memory/, [1024, 2048, 4096]],
  [/storage|size|iops|throughput/, [200, 300, 3000, 4000, 12, 14]],
];

/** @param {string} name */
export function numbers(name) {
  const word = name.toLowerCase();
  const special = NUMBERS.filter(([pattern]) => pattern.test(word)).flatMap(([, samples]) => samples);
  return [...special, 3, 7, 2, 1, 13, 120, 300, 1000, 512, 1024, 0, 0.5, 3600, 86400];
}

/** Unit, amount and seconds. @type {[string, number, number][]} */
const DURATIONS = /** @type {[string, number][]} */ ([
  ["minutes", 5],
  ["minutes", 15],
  ["days", 1],
  ["days", 7],
  ["days", 30],
  ["days", 60],
  ["days", 365],
  ["seconds", 20],
  ["seconds", 40],
  ["hours", 2],
  ["hours", 4],
  ["days", 90],
  ["days", 180],
  ["seconds", 30],
  ["seconds", 60],
  ["seconds", 1],
  ["minutes", 1],
  ["millis", 500],
]).map(([unit, amount]) => [
  unit,
  amount,
  amount * ({ millis: 0.001, seconds: 1, minutes: 60, hours: 3600, days: 86400 }[unit] ?? 1),
]);

/** What is counted in days, and what in hours. */
const DAYS = /retention|expiration|transition|after|^age|lifetime|ttl/i;
const HOURS = /session/i;

/** Durations, the most plausible for a prop of this name first. @param {string} name */
export function durations(name) {
  const unit = DAYS.test(name) ? "days" : HOURS.test(name) ? "hours" : undefined;
  return [...DURATIONS.filter(([it]) => it === unit), ...DURATIONS.filter(([it]) => it !== unit)];
}

/** Gibibytes. */
export const SIZES = [1, 2, 20, 512, 1024, 10240];
