import * as v from 'valibot';
import { systemText, type ModelRequest } from './request.js';
import type { Check } from './script.js';

/** Whether a client asks for auto mode's safety check of one call. Newer clients ask for it with the conversation's next turn. */
export function isCheckRequest(request: ModelRequest): boolean {
  return systemText(request).includes('You are a security monitor for autonomous AI coding agents.');
}

/** The answer of that check, in the form that this client asks for. */
export function checkAnswer(request: ModelRequest, check: Check['check']): string {
  if (systemText(request).includes('<severity>')) return `<severity>${check === 'yes' ? 0 : 100}</severity>`;
  return check === 'yes' ? '<block>no</block>' : '<block>yes</block><reason>refused by the script</reason>';
}

/** A neutral answer to a request that the client makes for itself: the smallest object of the requested schema, else a word. */
export function sideAnswer({ body }: ModelRequest): string {
  const wanted = v.safeParse(schemaWanted, body);
  return wanted.success ? JSON.stringify(smallest(wanted.output.output_config.format.schema)) : 'ok';
}

function smallest({ type, properties, enum: values }: Schema): unknown {
  if (values?.[0] !== undefined) return values[0];
  if (type === 'object') {
    return Object.fromEntries(Object.entries(properties ?? {}).map(([key, part]) => [key, smallest(part)]));
  }
  if (type === 'array') return [];
  if (type === 'boolean') return false;
  return type === 'number' || type === 'integer' ? 0 : 'ok';
}

interface Schema {
  readonly type?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
}

const schema: v.GenericSchema<Schema> = v.looseObject({
  type: v.optional(v.string()),
  enum: v.optional(v.array(v.unknown())),
  properties: v.optional(v.lazy(() => v.record(v.string(), schema))),
});

const schemaWanted = v.looseObject({ output_config: v.looseObject({ format: v.looseObject({ schema }) }) });
