import type { AndOr, Case, CommandNode, CompoundList, For, Function as FunctionNode, If, ParsedScript, Pipeline, PipelineNode, Redirected as Redirection, Statement, TestExpression, While } from 'unbash';
import { readCommand } from './command.js';
import { effectsOf } from './effects.js';
import { readInside } from '../words/expansion.js';
import { type Flow, merged, NOTHING } from '../paths/mention.js';
import { listValue } from './loop.js';
import { type Spelling, UNKNOWN } from '../words/piece.js';
import { readRedirects, type Redirected, settled } from './redirects.js';
import type { Scope, Setting } from './scope.js';
import { assign, either, forgetting, type Outcome, type Shell } from './shell.js';
import { isFileTest } from '../programs/test-operands.js';
import { Unclear } from '../unclear.js';
import { use } from '../paths/uses.js';
import { spell } from '../words/spell.js';

/** Reads commands one after the other. Throws `Unclear` for what is not understood. */
export function readList(scope: Scope, { commands }: CompoundList | ParsedScript, shell: Shell | undefined, setting: Setting): Outcome {
  let outcome: Outcome = { ok: shell, failed: undefined, printed: NOTHING };
  const printed: Flow[] = [];
  for (const statement of commands) {
    const now = either(outcome.ok, outcome.failed);
    // Not reached.
    if (now === undefined) break;
    outcome = readStatement(scope, statement, now, setting);
    printed.push(outcome.printed);
  }
  return { ...outcome, printed: all(printed) };
}

function readStatement(scope: Scope, { command, background }: Statement, shell: Shell, setting: Setting): Outcome {
  if (background !== true) return readNode(scope, command, shell, setting);
  const { printed } = readNode(scope, command, shell, { ...setting, detached: true, contained: true });
  return { ok: shell, failed: undefined, printed };
}

function readNode(scope: Scope, node: PipelineNode | AndOr, shell: Shell, setting: Setting): Outcome {
  if (node.type === 'AndOr') return readAndOr(scope, node, shell, setting);
  return node.type === 'Pipeline' ? readPipeline(scope, node, shell, setting) : readOne(scope, node, shell, setting);
}

function readAndOr(scope: Scope, { commands, operators }: AndOr, shell: Shell, setting: Setting): Outcome {
  let outcome: Outcome = { ok: shell, failed: undefined, printed: NOTHING };
  const printed: Flow[] = [];
  for (const [index, command] of commands.entries()) {
    const operator = index === 0 ? '&&' : operators[index - 1];
    const start = operator === '&&' ? outcome.ok : (outcome.failed ?? outcome.unlikely);
    if (start === undefined) continue;
    const next = readNode(scope, command, start, setting);
    printed.push(next.printed);
    if (operator === '&&') outcome = { ...next, failed: either(next.failed, outcome.failed), unlikely: next.unlikely ?? outcome.unlikely };
    else if (outcome.failed !== undefined) outcome = { ...next, ok: either(next.ok, outcome.ok) };
  }
  return { ...outcome, printed: all(printed) };
}

/** `|&` */
const WITH_ERRORS: Redirected = { input: undefined, hinted: false, output: 'pipe', errors: 'pipe' };

/** Each command of a pipeline runs in a shell of its own. */
function readPipeline(scope: Scope, { prefixes, commands, operators }: Pipeline, shell: Shell, setting: Setting): Outcome {
  const negated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const [only, ...others] = commands;
  if (only !== undefined && others.length === 0) {
    const outcome = readNode(scope, only, shell, setting);
    return negated ? { ok: outcome.failed ?? outcome.unlikely, failed: outcome.ok, printed: outcome.printed } : outcome;
  }
  let { input } = setting;
  for (const [index, command] of commands.entries()) {
    const before = scope.survey.uses.length;
    const outcome = readNode(scope, command, shell, { ...setting, contained: true, input });
    input = operators[index] === '|&' ? settled(scope, outcome, WITH_ERRORS, before).printed : outcome.printed;
  }
  // Some shells run the last one themselves.
  const last = commands.at(-1);
  const { assigns, movesFolder } = effectsOf(last === undefined ? [] : [last]);
  const after = forgetting(shell, assigns.keys(), movesFolder);
  return { ok: after, failed: after, printed: input };
}

function readOne(scope: Scope, node: CommandNode, shell: Shell, setting: Setting): Outcome {
  if (node.type === 'Command') return readCommand(scope, node, shell, setting);
  if (node.type === 'Redirected') return readRedirected(scope, node, shell, setting);
  if (node.type === 'BraceGroup') return readList(scope, node.body, shell, setting);
  // The shell takes two of them for arithmetic first.
  if (node.type === 'Subshell' && scope.source[node.pos + 1] === '(') throw new Unclear('two parentheses');
  if (node.type === 'Subshell') return same(shell, readList(scope, node.body, shell, { ...setting, contained: true }).printed);
  if (node.type === 'If') return readIf(scope, node, shell, setting);
  if (node.type === 'For') return readFor(scope, node, shell, setting);
  if (node.type === 'While') return readWhile(scope, node, shell, setting);
  if (node.type === 'Case') return readCase(scope, node, shell, setting);
  if (node.type === 'Function') return readFunction(scope, node, shell, setting);
  if (node.type === 'TestCommand') {
    readTest(scope, node.expression, shell, setting);
    return same(shell, NOTHING);
  }
  if (node.type !== 'ArithmeticCommand') throw new Unclear(node.type);
  readInside({ scope, shell, setting }, node);
  return same(forgetting(shell, effectsOf([node]).assigns.keys(), false), NOTHING);
}

function readRedirected(scope: Scope, { redirects, command }: Redirection, shell: Shell, setting: Setting): Outcome {
  const redirected = readRedirects(scope, redirects, { shell, setting, command: undefined }, setting);
  const before = scope.survey.uses.length;
  return settled(scope, readOne(scope, command, shell, { ...setting, input: redirected.input ?? setting.input }), redirected, before);
}

/** The body is read once, for all calls: with variables that have one value all the time, and in any folder. */
function readFunction(scope: Scope, { name, body }: FunctionNode, shell: Shell, setting: Setting): Outcome {
  if (body.type === 'CompoundList') throw new Unclear('a function without a body');
  const note = { ...effectsOf([body]), printed: NOTHING };
  // It may call itself.
  scope.functions.set(name.value, note);
  const changing = [...scope.assigns].flatMap(([variable, count]) => (count === 1 && shell.variables.has(variable) ? [] : [variable]));
  const inside = forgetting(shell, changing, true);
  const { printed } = readOne(scope, body, inside, { ...setting, detached: false, input: { ...NOTHING, murky: true } });
  scope.functions.set(name.value, { ...note, printed });
  return same(shell, NOTHING);
}

function readIf(scope: Scope, node: If, shell: Shell, setting: Setting): Outcome {
  const branches = [node, ...node.elif];
  const ends: Outcome[] = [];
  let start: Shell | undefined = shell;
  for (const { clause, then } of branches) {
    const condition = readList(scope, clause, start, setting);
    ends.push(readList(scope, then, condition.ok, setting), { ok: undefined, failed: undefined, printed: condition.printed });
    start = condition.failed ?? condition.unlikely;
  }
  ends.push(node.else === undefined ? { ok: start, failed: undefined, printed: NOTHING } : readList(scope, node.else, start, setting));
  return oneOf(ends);
}

function readFor(scope: Scope, { name, wordlist, body }: For, shell: Shell, setting: Setting): Outcome {
  const words = (wordlist ?? []).map((word) => spell(scope, word, shell, setting));
  const value = wordlist === undefined ? UNKNOWN : listValue(scope, words, { shell, setting, command: undefined });
  const { assigns, movesFolder } = effectsOf([body]);
  const inside = assign(forgetting(shell, assigns.keys(), movesFolder), name.value, value);
  const { ok, failed, printed } = readList(scope, body, inside, setting);
  const after = either(assign(forgetting(shell, assigns.keys(), movesFolder), name.value, UNKNOWN), either(ok, failed));
  return { ok: after, failed: after, printed };
}

function readWhile(scope: Scope, { clause, body }: While, shell: Shell, setting: Setting): Outcome {
  const { assigns, movesFolder } = effectsOf([clause, body]);
  const inside = forgetting(shell, assigns.keys(), movesFolder);
  const condition = readList(scope, clause, inside, setting);
  const { ok, failed, printed } = readList(scope, body, either(condition.ok, condition.failed), setting);
  const after = either(either(condition.ok, condition.failed), either(ok, failed)) ?? inside;
  return { ok: after, failed: after, printed: all([condition.printed, printed]) };
}

function readCase(scope: Scope, { word, items }: Case, shell: Shell, setting: Setting): Outcome {
  spell(scope, word, shell, setting);
  let fallen: Shell | undefined;
  const ends: Outcome[] = [same(shell, NOTHING)];
  for (const { pattern, body } of items) {
    for (const text of pattern) spell(scope, text, shell, setting);
    const end = readList(scope, body, either(shell, fallen), setting);
    fallen = either(end.ok, end.failed);
    ends.push(end);
  }
  return oneOf(ends);
}

function readTest(scope: Scope, expression: TestExpression, shell: Shell, setting: Setting): void {
  if (expression.type === 'TestLogical') {
    for (const operand of expression.operands) readTest(scope, operand, shell, setting);
  } else if (expression.type === 'TestNot') {
    readTest(scope, expression.operand, shell, setting);
  } else if (expression.type === 'TestGroup') {
    readTest(scope, expression.expression, shell, setting);
  } else {
    for (const word of expression.type === 'TestUnary' ? [expression.operand] : [expression.left, expression.right]) {
      const spelling = withoutBraces(spell(scope, word, shell, setting));
      if (isFileTest(expression.operator)) use(scope, { spelling, pieces: spelling.pieces }, 'look', { shell, setting, command: undefined });
    }
  }
}

/** In `[[` braces are text. */
function withoutBraces(spelling: Spelling): Spelling {
  return { ...spelling, pieces: spelling.pieces.map((piece) => (piece.value.kind === 'brace' ? { ...piece, value: UNKNOWN } : piece)) };
}

function same(shell: Shell, printed: Flow): Outcome {
  return { ok: shell, failed: shell, printed };
}

function oneOf(ends: readonly Outcome[]): Outcome {
  return {
    ok: ends.reduce((shell: Shell | undefined, end) => either(shell, end.ok), undefined),
    failed: ends.reduce((shell: Shell | undefined, end) => either(shell, end.failed), undefined),
    printed: all(ends.map(({ printed }) => printed)),
  };
}

/** All that several commands print. Only what a single one prints is still known to be paths. */
function all(flows: readonly Flow[]): Flow {
  const [first, ...others] = flows;
  return first !== undefined && others.length === 0 ? first : merged(flows);
}
