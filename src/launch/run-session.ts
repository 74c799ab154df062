import { takeSlot } from '../coordination/slots.js';
import { createSession } from '../session/create.js';
import type { Session } from '../session/session.js';
import { noSlotLine } from '../sync/messages.js';
import { recoverSessions, reportMishaps } from './before-session.js';
import { type SessionLaunch, warn } from './context.js';
import { reserveSession } from './limits.js';
import { noticeOpenConversation, reportOthers } from './others/report-others.js';
import { planSession } from './plan.js';
import { runServed } from './serve-session.js';
import { sessionEnvironment } from './start.js';
import { endAtOnceLike } from './supervise.js';

/**
 * Runs a session, from the recovery of those before it to the merge after its client's exit, and ends this process as the client ended.
 * Throws `UserError`. A crash leaves an open session, which the next launch recovers.
 */
export async function runSession(asked: SessionLaunch): Promise<void> {
  await recoverSessions(asked);
  await reportMishaps(asked);
  const { cwd, notice } = await reportOthers(asked);
  const launch = cwd === asked.cwd ? asked : { ...asked, cwd, environment: { ...asked.environment, PWD: cwd } };
  const open = await noticeOpenConversation(launch);
  const reserved = await reserveSession(launch);
  const plan = planSession(launch, [notice, open].filter((words) => words !== undefined).join('; ') || undefined);
  for (const warning of plan.warnings) warn(launch, warning);
  const { client, stateDir, layout } = launch;
  const slot = takeSlot(stateDir, plan.manifest, launch.config.slots);
  const session: Session = { stateDir, layout, paths: plan.paths, manifest: { ...plan.manifest, slot: slot.slot } };
  const lock = createSession({ ...session, settings: plan.settings });
  // If the session cannot be created, this process ends, and the kernel frees the reservation.
  reserved?.release();
  if (slot.problem !== undefined) warn(launch, noSlotLine(slot.problem, stateDir));
  const environment = sessionEnvironment(launch.environment, session.manifest, session.paths, process.pid);
  const start = { program: client, args: plan.args, environment, descriptors: [lock.descriptor, ...slot.descriptors] };
  const ended = await runServed(launch, start, session, { socket: plan.socket, beginning: { kind: 'created' } });
  slot.release();
  lock.release();
  endAtOnceLike(ended);
}
