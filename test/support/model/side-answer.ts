import * as v from 'valibot';
import type { ModelRequest } from './request.js';

/**
 * A harmless answer to what the client asks on its own account: the smallest object of the schema it wants, else a word.
 *
 * Auto mode's safety check gets no verdict here, so the client refuses what it would have checked: tests that call such
 * tools choose another permission mode.
 */
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
