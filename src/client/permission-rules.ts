/** The tools that are given the path of one file. */
export const FILE_TOOLS = ['Read', 'Edit', 'Write', 'NotebookEdit'] as const;
export type FileTool = (typeof FILE_TOOLS)[number];
/** Those that write it. */
export const WRITING_TOOLS = ['Edit', 'Write', 'NotebookEdit'] as const;

/**
 * The client's permission rule for everything (or for a pattern) below an absolute folder, such as `Edit(//home/me/notes/**)`: two
 * slashes stand for the root of the file system. Undefined when the path holds a character that means something in a
 * rule: a rule that cannot be written exactly must not be written at all.
 */
export function ruleBelow(tool: FileTool, folder: string, pattern = '**'): string | undefined {
  return isPlain(folder) ? `${tool}(/${folder}/${pattern})` : undefined;
}

/**
 * The conditions (`if`) of a hook that is to run for everything below an absolute folder, one for each way in which clients read
 * them: as permission rules, or, before 2.1.179, as patterns of the path itself, which newer ones take for paths in the project.
 * None when the path cannot be written so.
 */
export function conditionsBelow(tool: FileTool, folder: string): string[] {
  return isPlain(folder) ? [`${tool}(/${folder}/**)`, `${tool}(${folder}/**)`] : [];
}

function isPlain(folder: string): boolean {
  return !/[*?[\]{}()!\\\n]/.test(folder);
}
