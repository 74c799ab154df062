import * as fc from 'fast-check';
import { loadLayout } from '../../../../src/config/layout.js';
import type { JsonRules } from '../../../../src/merge/drivers.js';
import { fits, type Source } from './source.js';

/** A kind of JSON file: its possible content, and the rules by which it is merged. */
export interface JsonKind {
  readonly name: string;
  readonly rules: JsonRules;
  readonly value: fc.Arbitrary<Source>;
}

const scalar = (text: string): Source => ({ kind: 'scalar', text });
const asSource = (value: unknown): Source => {
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map(asSource) };
  }
  if (typeof value === 'object' && value !== null) {
    return { kind: 'object', members: new Map(Object.entries(value).map(([key, inner]) => [key, asSource(inner)])) };
  }
  return scalar(JSON.stringify(value));
};

const tool = fc.constantFrom('Bash(ls:*)', 'Bash(npm test)', 'Edit', 'Read(~/**)', 'WebFetch', 'mcp__git__log');
const word = fc.constantFrom('auth', 'build', 'cache', 'deploy', 'flaky', 'ünï "q"');
const tools = fc.uniqueArray(tool, { maxLength: 4 });
const hook = fc.record(
  { type: fc.constant('command'), command: word, timeout: fc.constantFrom(10, 60) },
  { requiredKeys: ['type', 'command'] },
);
const hookEntries = fc.array(
  fc.record({ matcher: fc.constantFrom('Bash', 'Edit|Write', '*'), hooks: fc.array(hook, { maxLength: 2 }) }, { requiredKeys: ['hooks'] }),
  { maxLength: 3 },
);
const servers = fc.dictionary(
  word,
  fc.record(
    { command: word, args: fc.array(word, { maxLength: 3 }), env: fc.dictionary(word, word, { maxKeys: 2 }) },
    { requiredKeys: ['command'] },
  ),
  { maxKeys: 2 },
);
const whole = fc.nat({ max: 50 });

const settings = fc
  .record(
    {
      model: fc.constantFrom('opus', 'sonnet', null),
      permissions: fc.record(
        { allow: tools, ask: tools, deny: tools, defaultMode: fc.constantFrom('plan', 'default') },
        { requiredKeys: [] },
      ),
      hooks: fc.record({ PreToolUse: hookEntries, PostToolUse: hookEntries, Stop: hookEntries }, { requiredKeys: [] }),
      env: fc.dictionary(word, fc.constantFrom('1', '0', ''), { maxKeys: 3 }),
      enabledPlugins: fc.dictionary(word, fc.boolean(), { maxKeys: 3 }),
      statusLine: fc.record({ type: fc.constant('command'), command: word, padding: whole }, { requiredKeys: ['type'] }),
      mcpServers: servers,
      cleanupPeriodDays: whole,
    },
    { requiredKeys: [] },
  )
  .map(asSource);

const project = fc.record(
  {
    allowedTools: tools,
    mcpServers: servers,
    lastSessionId: word,
    lastCost: fc.constantFrom(0.1, 2.25, 3),
    hasTrustDialogAccepted: fc.boolean(),
    exampleFiles: fc.array(word, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const state = fc
  .record(
    {
      numStartups: whole,
      promptQueueUseCount: whole,
      projects: fc.dictionary(fc.constantFrom('/repo/a', '/repo/b.c', '/'), project, { maxKeys: 3 }),
      oauthAccount: fc.oneof(fc.record({ accountUuid: word, emailAddress: word }, { requiredKeys: [] }), fc.constant(null)),
      tipsHistory: fc.dictionary(word, whole, { maxKeys: 3 }),
      tipLifetimeShownCounts: fc.dictionary(word, whole, { maxKeys: 3 }),
      skillUsage: fc.dictionary(
        word,
        fc.record({ usageCount: whole, lastUsedAt: fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_009 }) }, { requiredKeys: [] }),
        { maxKeys: 3 },
      ),
      cachedGrowthBookFeatures: fc.dictionary(word, fc.boolean(), { maxKeys: 2 }),
      theme: fc.constantFrom('dark', 'light'),
    },
    { requiredKeys: [] },
  )
  .map(asSource);

const key = fc.constantFrom('a', 'n', 'l', 'atom', '__proto__', 'constructor', 'toString', '', 'a.b', '*', 'ünï "q"\\', '//', '[');
const anyScalar = fc
  .oneof(
    fc.nat({ max: 3 }).map(String),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 3n }).map(String),
    fc.constantFrom('true', 'null', '1.50', '1e3', '-0', '1e400', '""', '"\\u0041\\n"', '"A\\n"', '"{"', '"// x, y: "', '"/*"'),
  )
  .map(scalar);
const { object: anyObject } = fc.letrec<{ value: Source; object: Source }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: anyScalar },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((items): Source => ({ kind: 'array', items })) },
    { weight: 3, arbitrary: tie('object') },
  ),
  object: fc
    .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name })
    .map((members): Source => ({ kind: 'object', members: new Map(members) })),
}));

const noRules: JsonRules = { counters: [], latest: [], atoms: [], identities: {}, sections: [] };

/** Files as the client writes them, by the rules of the built-in layout, and any others. */
export const jsonKinds: readonly JsonKind[] = [
  { name: 'settings', rules: rulesOf('/settings.json'), value: settings },
  { name: 'state', rules: rulesOf('/.claude.json'), value: state },
  { name: 'any JSON', rules: noRules, value: anyObject },
  {
    name: 'any JSON with rules',
    rules: { ...noRules, counters: ['n', '*.n'], latest: ['l', '*.l'], atoms: ['atom', '*.atom'] },
    value: anyObject,
  },
];

/** A file with a list of items, each with a member under its id; on the disk it is as `toItems` makes it. */
export const itemKind: JsonKind = {
  name: 'items',
  rules: { ...noRules, counters: ['list.*.n'], latest: ['list.*.l'], atoms: ['list.*.atom'], identities: { list: 'id' } },
  value: fc
    .dictionary(fc.constantFrom('x', 'y', 'z'), anyObject, { maxKeys: 3, noNullPrototype: true })
    .map((items) => object([['list', object(Object.entries(items))]])),
};

/** Makes an array of the members of `list`, each with its key as `id`. */
export function toItems(source: Source): Source {
  const list = source.kind === 'object' ? source.members.get('list') : undefined;
  const items = list?.kind === 'object' ? [...list.members] : [];
  return object([
    [
      'list',
      {
        kind: 'array',
        items: items.map(([id, item]) => object([['id', scalar(JSON.stringify(id))], ...(item.kind === 'object' ? item.members : [])])),
      },
    ],
  ]);
}

/** The value from which `toItems` made the array. */
export function fromItems(source: Source): Source {
  const list = source.kind === 'object' ? source.members.get('list') : undefined;
  const items = list?.kind === 'array' ? list.items.map((item) => [...(item.kind === 'object' ? item.members : [])]) : [];
  return object([
    ['list', object(items.map(([id, ...members]) => [id?.[1].kind === 'scalar' ? String(JSON.parse(id[1].text)) : '', object(members)]))],
  ]);
}

function object(members: Iterable<readonly [string, Source]>): Source {
  return { kind: 'object', members: new Map(members) };
}

function rulesOf(path: string): JsonRules {
  const driver = loadLayout({}).drivers.find((row) => row.path === path)?.driver;
  if (driver?.kind !== 'json') {
    throw new Error(`no JSON rules for ${path}`);
  }
  return driver.rules;
}

/** A value and `count` sessions' versions of it, which keep, change, remove and add at any depth. */
export function versionsOf({ value, rules }: JsonKind, count: number): fc.Arbitrary<readonly Source[]> {
  const choices = fc.array(fc.nat({ max: 9 }), { maxLength: 30 });
  const sides = fc.array(fc.tuple(value, choices), { minLength: count, maxLength: count });
  return fc
    .tuple(value, sides)
    .map(([base, all]) => [base, ...all.map(([fresh, list]) => mix(base, fresh, { rules, choices: [...list] }, []))]);
}

interface Mixing {
  readonly rules: JsonRules;
  /** What is done at each position, in order: below 6 nothing; also nothing after the list is used up. */
  readonly choices: number[];
}

/** A session's version of `base`, made with the new values in `fresh`. Counters and the like only grow. */
function mix(base: Source, fresh: Source, mixing: Mixing, path: readonly string[]): Source {
  if (base.kind === 'scalar' && fresh.kind === 'scalar' && fits([...mixing.rules.counters, ...mixing.rules.latest], path)) {
    return /^\d+$/.test(base.text) && /^\d+$/.test(fresh.text) ? scalar(String(BigInt(base.text) + BigInt(fresh.text))) : base;
  }
  if (base.kind === 'object' && fresh.kind === 'object') {
    const names = [...new Set([...base.members.keys(), ...fresh.members.keys()])];
    const members = names.map((name) => [name, choose(base.members.get(name), fresh.members.get(name), mixing, [...path, name])] as const);
    return { kind: 'object', members: new Map(members.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))) };
  }
  if (base.kind === 'array' && fresh.kind === 'array') {
    const kept = base.items.filter(() => (mixing.choices.shift() ?? 0) < 7);
    const added = fresh.items.filter(() => (mixing.choices.shift() ?? 0) > 5);
    const all = [...kept, ...added];
    return { kind: 'array', items: mixing.choices.shift() === 9 ? all.toReversed() : all };
  }
  return fresh;
}

function choose(old: Source | undefined, fresh: Source | undefined, mixing: Mixing, path: readonly string[]): Source | undefined {
  const choice = mixing.choices.shift() ?? 0;
  if (old === undefined || fresh === undefined) {
    return choice < 6 ? old : fresh;
  }
  return choice < 4 ? old : choice === 9 ? undefined : mix(old, fresh, mixing, path);
}
