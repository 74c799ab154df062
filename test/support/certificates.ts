import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atEnd } from './lifetime.js';

/** A certificate for some hosts, and the temporary authority that signed it. */
export interface Certificates {
  /** The authority's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Makes an authority and one certificate with the openssl program, in a temporary folder that is removed when the test ends. */
export async function createCertificates(hosts: readonly string[]): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'pclaude-ca-'));
  atEnd(async () => rm(folder, { recursive: true, force: true }));
  const openssl = async (...args: string[]): Promise<unknown> => promisify(execFile)('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  await openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=Throw-away CA');
  await openssl('req', ...newKey, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=loopback');
  await writeFile(join(folder, 'leaf.ext'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\n`);
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'leaf.ext'];
  await openssl('x509', '-req', '-in', 'leaf.csr', '-out', 'leaf.crt', ...signing);

  const [key, cert] = await Promise.all([readFile(join(folder, 'leaf.key')), readFile(join(folder, 'leaf.crt'))]);
  return { authority: join(folder, 'ca.crt'), key, cert };
}
