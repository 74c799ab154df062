import { waitForNamedLock } from '../../coordination/named-lock.js';
import { hasMarkers, type MarkerLabels, withMarkers } from '../../merge/text/merge-text.js';
import { type Conflict, readOurs } from '../../sync/conflicts/conflicts.js';
import { type Choice, readShared } from '../../sync/conflicts/settle.js';
import { decodeText, encodeText } from '../../system/content.js';
import { isUserError, UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import type { KernelLock } from '../../system/kernel-lock.js';
import { note } from '../output.js';
import { shown } from '../shown.js';
import { type Draft, editFile, openDraft } from './draft.js';

/**
 * Opens both versions of a conflict in the editor, with markers, and passes the edited text to `settle`. No typed text is lost: a text that
 * cannot be used is kept, the error names its file, and the next edit of this conflict continues with it. At a terminal the editor opens
 * again as long as the text has markers and each edit changes it. Throws `conflict-unsettled`, `editor-failed`, `lock-busy`, and what
 * `settle` throws.
 */
export async function editConflict<T>(
  environment: NodeJS.ProcessEnv,
  stateDir: string,
  conflict: Conflict,
  settle: (choice: Choice) => Promise<T>,
): Promise<T> {
  const lock = await lockEditor(stateDir, conflict);
  try {
    const draft = draftOf(stateDir, conflict);
    const name = shown(draft.file);
    if (draft.isOld) note(`going on with the text that an earlier edit has left in ${name}; to begin anew, remove that file first`);
    try {
      const content = encodeText(editedText(environment, conflict, draft));
      const settled = await settle({ take: 'content', content, theirs: draft.theirs });
      draft.remove();
      return settled;
    } catch (error) {
      throw keptOrRemoved(error, draft, conflict);
    }
  } finally {
    lock.release();
  }
}

/** Two editors of one draft would overwrite each other's changes. */
async function lockEditor(stateDir: string, { file, ours }: Conflict): Promise<KernelLock> {
  try {
    return await waitForNamedLock(stateDir, { kind: 'name', text: `edit ${ours}` }, { timeout: 0 });
  } catch (error) {
    if (!isUserError(error) || error.code !== 'lock-busy') throw error;
    throw new UserError('lock-busy', `another pclaudectl has ${shown(file)} open in an editor`, 'go on there', { cause: error });
  }
}

function draftOf(stateDir: string, conflict: Conflict): Draft {
  const { file, ours } = conflict;
  const mine = readOurs(realFiles, conflict);
  if (mine === null) throw new UserError('conflict-unsettled', `${shown(ours)} is gone`, 'look again with: pclaudectl conflicts');
  return openDraft(stateDir, [Buffer.from(ours), mine], file, () => {
    const theirs = readShared(realFiles, conflict);
    const [other, own] = [theirs ?? new Uint8Array(), mine].map(decodeText);
    const text = typeof other === 'string' && typeof own === 'string' ? withMarkers(other, own, labelsOf(conflict)) : null;
    if (text === null) throw new UserError('conflict-unsettled', `${shown(file)} is not text`, 'settle with --session or --shared');
    return { text, theirs };
  });
}

function labelsOf({ branch }: Conflict): MarkerLabels {
  return { theirs: 'shared', ours: branch };
}

function editedText(environment: NodeJS.ProcessEnv, conflict: Conflict, draft: Draft): string {
  for (let before: string | undefined; ; ) {
    const text = editFile(environment, draft.file);
    if (!hasMarkers(text, labelsOf(conflict))) return text;
    if (text === before || !draft.isTouched() || !isAtTerminal()) {
      throw new UserError(
        'conflict-unsettled',
        `there are still conflict markers in ${shown(conflict.file)}; nothing was changed`,
        'try again, and take them out',
      );
    }
    before = text;
    note('there are still conflict markers, so the editor opens again; to stop, leave the text as it is');
  }
}

function isAtTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Keeps a draft that the user has changed, unless `write-conflict` reports that the text is kept beside the shared file. */
function keptOrRemoved(error: unknown, draft: Draft, { file }: Conflict): unknown {
  if (!draft.isTouched() || (isUserError(error) && error.code === 'write-conflict')) {
    draft.remove();
    return error;
  }
  const kept = `your text is kept in ${shown(draft.file)}`;
  if (isUserError(error))
    return new UserError(error.code, `${error.message}; ${kept}`, `to go on with it: pclaudectl conflicts resolve ${shown(file)} --edit`, {
      cause: error,
    });
  note(kept);
  return error;
}
